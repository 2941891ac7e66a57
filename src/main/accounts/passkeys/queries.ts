/** SQL on passkeys and on the questions that wait for their answers. */

import { statement } from '../../database/index.ts';

export interface PasskeyRow {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  isBackedUp: boolean;
  transports: string[];
}

/** What an answer is verified against. */
export interface PasskeyCredentialRow {
  id: string;
  userId: string;
  publicKey: Buffer;
  email: string;
  emailKey: string;
}

const PASSKEY_COLUMNS = `
  p.id,
  p.name,
  p.created_at as "createdAt",
  p.last_used_at as "lastUsedAt",
  p.is_backed_up as "isBackedUp",
  p.transports`;

/** No row where the network has too many that wait: they are free to ask for, and must not fill the table. */
export const insertPasskeyChallenge = statement<
  [challengeHash: Buffer, boundTo: Buffer, network: string, lifetimeMs: number, maxWaiting: number],
  { isKept: true }
>({
  name: 'accounts.insertPasskeyChallenge',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.passkey_challenges (challenge_hash, bound_to, network, expires_at)
    select $1, $2, $3, now() + $4::float8 * interval '1 millisecond'
    where (
      select count(1)
      from (
        select
        from aquifer_accounts.passkey_challenges w
        where w.network = $3 and w.expires_at > now()
        limit $5
      ) waiting
    ) < $5
    returning true as "isKept"`,
});

/** Of any number of answers to one question, one finds it. */
export const consumePasskeyChallenge = statement<[challengeHash: Buffer, boundTo: Buffer], { isGood: true }>({
  name: 'accounts.consumePasskeyChallenge',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.passkey_challenges
    where challenge_hash = $1 and bound_to = $2 and expires_at > now()
    returning true as "isGood"`,
});

export const findPasskey = statement<[credentialId: Buffer], PasskeyCredentialRow>({
  name: 'accounts.findPasskey',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `
    select
      p.id,
      p.user_id as "userId",
      p.public_key as "publicKey",
      u.email,
      u.email_key as "emailKey"
    from aquifer_accounts.passkeys p
    join aquifer_accounts.users u on u.id = p.user_id
    where p.credential_id = $1`,
});

/**
 * Notes a use. The authenticator's count must have grown, unless it never counts: one that did not is perhaps a copy, and
 * matches nothing (WebAuthn Level 3, section 6.1.1).
 */
export const notePasskeyUse = statement<[id: string, signCount: number, isBackedUp: boolean], { id: string }>({
  name: 'accounts.notePasskeyUse',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.passkeys p
    set sign_count = $2::bigint, is_backed_up = $3, last_used_at = now()
    where p.id = $1 and (p.sign_count < $2::bigint or (p.sign_count = 0 and $2::bigint = 0))
    returning p.id`,
});

export const listPasskeys = statement<[userId: string], PasskeyRow>({
  name: 'accounts.listPasskeys',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${PASSKEY_COLUMNS}
    from aquifer_accounts.passkeys p
    where p.user_id = $1
    order by p.id`,
});

/** For a browser that is to offer these and no others. */
export const listCredentials = statement<[userId: string], { credentialId: Buffer; transports: string[] }>({
  name: 'accounts.listCredentials',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `
    select
      p.credential_id as "credentialId",
      p.transports
    from aquifer_accounts.passkeys p
    where p.user_id = $1
    order by p.id`,
});

type NewPasskey = [
  id: string,
  userId: string,
  credentialId: Buffer,
  publicKey: Buffer,
  signCount: number,
  transports: readonly string[],
  isBackedUp: boolean,
  name: string,
];

/** No row where somebody has it already. The row of the user is locked by whoever asks, so that the count stands. */
export const insertPasskey = statement<NewPasskey, PasskeyRow>({
  name: 'accounts.insertPasskey',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.passkeys as p
      (id, user_id, credential_id, public_key, sign_count, transports, is_backed_up, name)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (credential_id) do nothing
    returning ${PASSKEY_COLUMNS}`,
});

export const renamePasskey = statement<[id: string, userId: string, name: string], PasskeyRow>({
  name: 'accounts.renamePasskey',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.passkeys p
    set name = $3
    where p.id = $1 and p.user_id = $2
    returning ${PASSKEY_COLUMNS}`,
});

export const deletePasskey = statement<[id: string, userId: string], { name: string }>({
  name: 'accounts.deletePasskey',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.passkeys
    where id = $1 and user_id = $2
    returning name`,
});

export const deleteAllPasskeys = statement<[userId: string]>({
  name: 'accounts.deleteAllPasskeys',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.passkeys
    where user_id = $1`,
});

/** Locked until the transaction ends: a user's passkeys are added and removed one after the other. */
export const lockPasskeyOwner = statement<[userId: string], { id: string }>({
  name: 'accounts.lockPasskeyOwner',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select u.id
    from aquifer_accounts.users u
    where u.id = $1 and u.disabled_at is null
    for update`,
});

/** After the lock, in a statement of its own: one that waited for a lock still sees the rows from before. */
export const countPasskeys = statement<[userId: string], { count: number }>({
  name: 'accounts.countPasskeys',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select count(1)::integer as count
    from aquifer_accounts.passkeys
    where user_id = $1`,
});
