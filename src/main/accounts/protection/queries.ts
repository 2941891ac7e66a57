/** SQL on protection: keys that all servers share, proofs that were used, passwords that were found to be stolen. */

import { statement } from '../../database/index.ts';

/** The key that is there already, or this one: of servers that start together, all get the same. */
export const ensureKey = statement<[purpose: string, key: Buffer], { key: Buffer }>({
  name: 'accounts.ensureProtectionKey',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.protection_keys as k (purpose, key)
    values ($1, $2)
    on conflict (purpose) do update set purpose = excluded.purpose
    returning k.key`,
});

/** Of any number that bring the same proof at once, one inserts it. */
export const spendProof = statement<[proofHash: Buffer, lifetimeMs: number]>({
  name: 'accounts.spendProof',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.spent_proofs (proof_hash, expires_at)
    values ($1, now() + $2::float8 * interval '1 millisecond')
    on conflict (proof_hash) do nothing`,
});

/** Only while the password is still the one that was looked at. */
export const markBreached = statement<[userId: string, passwordVersion: number]>({
  name: 'accounts.markBreachedPassword',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.users
    set breached_password_version = $2
    where id = $1 and password_version = $2 and breached_password_version is distinct from $2`,
});
