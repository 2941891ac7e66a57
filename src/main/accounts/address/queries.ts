/** SQL on changes of address. Each link is used once: by the statement that does what it stands for. */

import { statement } from '../../database/index.ts';

/**
 * First in the transaction that asks for a change, so that there is one at most that waits: with two, the older could be
 * confirmed after the newer, and the way back from it would outlive the owner's.
 */
export const lockChangingUser = statement<[userId: string], { id: string }>({
  name: 'accounts.lockChangingUser',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select u.id
    from aquifer_accounts.users u
    where u.id = $1
    for no key update`,
});

/** Before a newer one, and with a new password: the link of the older is worth nothing from then on. */
export const deleteWaitingEmailChange = statement<[userId: string]>({
  name: 'accounts.deleteWaitingEmailChange',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.email_changes
    where user_id = $1 and confirmed_at is null`,
});

/** The same two rows whether the address is taken or not: whoever writes the mail finds out. */
export const insertEmailChange = statement<
  [
    id: string,
    mailId: string,
    userId: string,
    email: string,
    emailKey: string,
    requestedFrom: string | null,
    lifetimeMs: number,
  ]
>({
  name: 'accounts.insertEmailChange',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with waiting as (
      insert into aquifer_accounts.email_changes (id, user_id, new_email, new_email_key, expires_at)
      values ($1, $3, $4, $5, now() + $7::float8 * interval '1 millisecond')
      returning id
    )
    insert into aquifer_accounts.mail_requests (id, template, email, email_key, requested_from, details)
    select $2, 'email_change', $4, $5, $6, jsonb_build_object('changeId', waiting.id)
    from waiting`,
});

/** The link is made when the mail is. No row: the change is over, or a newer one came. */
export const issueEmailChangeToken = statement<[id: string, tokenHash: Buffer]>({
  name: 'accounts.issueEmailChangeToken',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    update aquifer_accounts.email_changes
    set token_hash = $2
    where id = $1 and confirmed_at is null and expires_at > now()`,
});

export interface ChangedEmailRow {
  changeId: string;
  userId: string;
  email: string;
  emailKey: string;
  oldEmail: string;
  oldEmailKey: string;
}

interface ConfirmedRow extends ChangedEmailRow {
  /** Somebody had shown that the old address was his. */
  wasVerified: boolean;
}

/**
 * Changes the address that the link stands for. The user is read under a lock, so that what is kept for the way back is what
 * the address was in that very moment. Where another account has the address by now, its unique index refuses.
 */
export const consumeEmailChange = statement<[tokenHash: Buffer, undoMs: number], ConfirmedRow>({
  name: 'accounts.consumeEmailChange',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with owner as (
      select u.id, u.email, u.email_key, u.email_verified_at is not null as was_verified
      from aquifer_accounts.email_changes c
      join aquifer_accounts.users u on u.id = c.user_id
      where c.token_hash = $1 and c.confirmed_at is null and c.expires_at > now() and u.disabled_at is null
      for update of u
    ),
    consumed as (
      update aquifer_accounts.email_changes c
      set
        token_hash = null,
        confirmed_at = now(),
        old_email = owner.email,
        old_email_key = owner.email_key,
        expires_at = now() + $2::float8 * interval '1 millisecond'
      from owner
      where c.token_hash = $1 and c.confirmed_at is null and c.expires_at > now() and c.user_id = owner.id
      returning c.id, c.user_id, c.new_email, c.new_email_key, c.old_email, c.old_email_key, owner.was_verified
    )
    update aquifer_accounts.users u
    set email = consumed.new_email, email_key = consumed.new_email_key, email_verified_at = now(), updated_at = now()
    from consumed
    where u.id = consumed.user_id
    returning
      consumed.id as "changeId",
      u.id as "userId",
      u.email,
      u.email_key as "emailKey",
      consumed.old_email as "oldEmail",
      consumed.old_email_key as "oldEmailKey",
      consumed.was_verified as "wasVerified"`,
});

/** The way back goes to the address that was, in a request of its own. */
export const requestUndoMail = statement<
  [mailId: string, changeId: string, email: string, emailKey: string, requestedFrom: string | null]
>({
  name: 'accounts.requestUndoMail',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.mail_requests (id, template, email, email_key, requested_from, details)
    values ($1, 'email_changed', $3, $4, $5, jsonb_build_object('changeId', $2::uuid))`,
});

export const issueUndoToken = statement<[id: string, tokenHash: Buffer]>({
  name: 'accounts.issueUndoToken',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    update aquifer_accounts.email_changes
    set undo_hash = $2
    where id = $1 and confirmed_at is not null and expires_at > now()`,
});

/**
 * Puts the address back, from the mailbox that it was. Whoever changed it may know the password, so that goes too; and what
 * was changed after this is no way back to anywhere any more.
 */
export const consumeUndo = statement<[tokenHash: Buffer], Omit<ChangedEmailRow, 'changeId'> & { changedAt: Date }>({
  name: 'accounts.consumeEmailUndo',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with owner as (
      select u.id, u.email, u.email_key
      from aquifer_accounts.email_changes c
      join aquifer_accounts.users u on u.id = c.user_id
      where c.undo_hash = $1 and c.expires_at > now() and u.disabled_at is null
      for update of u
    ),
    consumed as (
      delete from aquifer_accounts.email_changes c
      using owner
      where c.undo_hash = $1 and c.expires_at > now() and c.user_id = owner.id
      returning c.id, c.user_id, c.old_email, c.old_email_key, c.confirmed_at
    ),
    void as (
      delete from aquifer_accounts.email_changes c
      using consumed
      where c.user_id = consumed.user_id and c.id > consumed.id
    )
    update aquifer_accounts.users u
    set
      email = consumed.old_email,
      email_key = consumed.old_email_key,
      password_hash = null,
      password_version = u.password_version + 1,
      updated_at = now()
    from consumed, owner
    where u.id = consumed.user_id
    returning
      u.id as "userId",
      u.email,
      u.email_key as "emailKey",
      owner.email as "oldEmail",
      owner.email_key as "oldEmailKey",
      consumed.confirmed_at as "changedAt"`,
});

/**
 * Takes away by what somebody could come in who was there since: passkeys, linked log-ins, API keys, and the factors that he
 * may have put in the place of the owner's. What was there before stays: a mailbox alone gets nobody past a second factor.
 */
export const deleteWaysInSince = statement<[userId: string, since: Date]>({
  name: 'accounts.deleteWaysInSince',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with passkeys as (
      delete from aquifer_accounts.passkeys where user_id = $1 and created_at >= $2::timestamptz
    ),
    totp as (
      delete from aquifer_accounts.totp_factors where user_id = $1 and created_at >= $2::timestamptz
    ),
    codes as (
      delete from aquifer_accounts.recovery_codes where user_id = $1 and created_at >= $2::timestamptz
    ),
    identities as (
      delete from aquifer_accounts.social_identities where user_id = $1 and created_at >= $2::timestamptz
    ),
    keys as (
      delete from aquifer_accounts.api_keys where user_id = $1 and created_at >= $2::timestamptz
    ),
    devices as (
      delete from aquifer_accounts.remembered_devices where user_id = $1
    ),
    challenges as (
      delete from aquifer_accounts.log_in_challenges where user_id = $1
    )
    update aquifer_accounts.users u
    set second_factors = array(
      select f
      from unnest(u.second_factors) f
      where case f
        when 'totp' then exists (
          select from aquifer_accounts.totp_factors t
          where t.user_id = $1 and t.created_at < $2::timestamptz and t.confirmed_at is not null
        )
        when 'passkey' then exists (
          select from aquifer_accounts.passkeys p where p.user_id = $1 and p.created_at < $2::timestamptz
        )
        when 'recovery_code' then exists (
          select from aquifer_accounts.recovery_codes c where c.user_id = $1 and c.created_at < $2::timestamptz
        )
        else true
      end
    )
    where u.id = $1`,
});
