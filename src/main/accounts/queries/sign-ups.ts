/** SQL on sign-ups that wait for their mail to be answered. */

import { statement } from '../../database/index.ts';
import { USER_COLUMNS, type UserRow } from './users.ts';

/** The same one statement whether the address has an account or not; the mail's writer finds out. */
export const insertSignUp = statement<
  [
    id: string,
    mailId: string,
    email: string,
    emailKey: string,
    name: string | null,
    passwordHash: string,
    requestedFrom: string | null,
    lifetimeMs: number,
  ]
>({
  name: 'accounts.insertSignUp',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with pending as (
      insert into aquifer_accounts.sign_ups
        (id, email, email_key, name, password_hash, requested_from, expires_at)
      values ($1, $3, $4, $5, $6, $7, now() + $8::float8 * interval '1 millisecond')
      returning id
    )
    insert into aquifer_accounts.mail_requests (id, template, email, email_key, sign_up_id, requested_from)
    select $2, 'sign_up', $3, $4, pending.id, $7
    from pending`,
});

/** The link is made when the mail is; whoever asks again gets a newer one in place of the older. */
export const issueSignUpToken = statement<[signUpId: string, tokenHash: Buffer, lifetimeMs: number]>({
  name: 'accounts.issueSignUpToken',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    update aquifer_accounts.sign_ups
    set token_hash = $2, expires_at = now() + $3::float8 * interval '1 millisecond'
    where id = $1 and expires_at > now()`,
});

/** At most two: more than one is all that the caller wants to know. */
export const listPendingSignUps = statement<[emailKey: string], { id: string }>({
  name: 'accounts.listPendingSignUps',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select id
    from aquifer_accounts.sign_ups
    where email_key = $1 and expires_at > now()
    limit 2`,
});

export const deleteSignUp = statement<[id: string]>({
  name: 'accounts.deleteSignUp',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    delete from aquifer_accounts.sign_ups
    where id = $1`,
});

/**
 * Makes the user that the link stands for, with the password given at that sign-up. No row: the link is no good. A row
 * without an id: the address got an account in the meantime.
 */
export const consumeSignUp = statement<
  [tokenHash: Buffer, userId: string],
  (UserRow & { passwordVersion: number }) | { id: null }
>({
  name: 'accounts.consumeSignUp',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    with consumed as (
      delete from aquifer_accounts.sign_ups
      where token_hash = $1 and expires_at > now()
      returning email, email_key, name, password_hash
    ),
    created as (
      insert into aquifer_accounts.users as u (id, email, email_key, email_verified_at, name, password_hash)
      select $2, c.email, c.email_key, now(), c.name, c.password_hash
      from consumed c
      on conflict (email_key) do nothing
      returning ${USER_COLUMNS}, u.password_version as "passwordVersion"
    )
    select
      created.id,
      created.email,
      created."emailVerified",
      created.name,
      created.role,
      created.disabled,
      created."createdAt",
      created."updatedAt",
      created."passwordVersion"
    from consumed
    left join created on true`,
});
