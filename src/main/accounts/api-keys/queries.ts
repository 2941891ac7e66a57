/** SQL on API keys. Whether one is still good is decided by the database's clock and its owner's row, with every request. */

import { statement } from '../../database/index.ts';
import type { Role } from '../schema.ts';

export interface ApiKeyRow {
  id: string;
  name: string;
  hint: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  lastUsedIp: string | null;
}

export interface OwnedKeyRow extends ApiKeyRow {
  userId: string;
  userEmail: string;
}

const KEY_COLUMNS = `
  k.id,
  k.name,
  k.hint,
  k.scopes,
  k.created_at as "createdAt",
  k.expires_at as "expiresAt",
  k.last_used_at as "lastUsedAt",
  k.last_used_ip as "lastUsedIp"`;

const OWNED_KEY_COLUMNS = `${KEY_COLUMNS},
  u.id as "userId",
  u.email as "userEmail"`;

export interface FoundKeyRow {
  id: string;
  userId: string;
  scopes: string[];
  role: Role;
  permissions: string[];
  secondFactors: string[];
  isFactorDue: boolean;
  userCreatedAt: Date;
  /** Null where it was never used. */
  unusedMs: number | null;
}

/** The one statement that every request with a key runs. The join is an inner one: a key without an owner is nobody's. */
export const findKey = statement<[keyHash: Buffer], FoundKeyRow>({
  name: 'accounts.findKey',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `
    select
      k.id,
      u.id as "userId",
      k.scopes,
      u.role,
      u.permissions,
      u.second_factors as "secondFactors",
      coalesce(u.second_factor_due_at <= now(), false) as "isFactorDue",
      u.created_at as "userCreatedAt",
      (extract(epoch from now() - k.last_used_at) * 1000)::float8 as "unusedMs"
    from aquifer_accounts.api_keys k
    join aquifer_accounts.users u on u.id = k.user_id
    where k.key_hash = $1 and k.expires_at > now() and u.disabled_at is null`,
});

/** Makes one unless its owner has too many, or is disabled; his row is held, so that many at once make no more. */
export const insertKey = statement<
  [
    id: string,
    userId: string,
    name: string,
    hint: string,
    keyHash: Buffer,
    scopes: readonly string[],
    expiresAt: Date | null,
    defaultMs: number,
  ],
  ApiKeyRow
>({
  name: 'accounts.insertKey',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.api_keys as k (id, user_id, name, hint, key_hash, scopes, expires_at)
    values ($1, $2, $3, $4, $5, $6, coalesce($7::timestamptz, now() + $8::float8 * interval '1 millisecond'))
    returning ${KEY_COLUMNS}`,
});

/** Holds the owner's row: two who make keys for him at once count one after the other. */
export const lockOwner = statement<[userId: string], { email: string; emailKey: string }>({
  name: 'accounts.lockOwner',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select u.email, u.email_key as "emailKey"
    from aquifer_accounts.users u
    where u.id = $1 and u.disabled_at is null
    for no key update`,
});

export const countKeysOf = statement<[userId: string], { count: number }>({
  name: 'accounts.countKeysOf',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select count(1)::integer as count
    from aquifer_accounts.api_keys k
    where k.user_id = $1 and k.expires_at > now()`,
});

export const listKeysOf = statement<[userId: string, limit: number], ApiKeyRow>({
  name: 'accounts.listKeysOf',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${KEY_COLUMNS}
    from aquifer_accounts.api_keys k
    where k.user_id = $1
    order by k.id desc
    limit $2`,
});

export const listAllKeys = statement<[beforeId: string, limit: number], OwnedKeyRow>({
  name: 'accounts.listAllKeys',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${OWNED_KEY_COLUMNS}
    from aquifer_accounts.api_keys k
    join aquifer_accounts.users u on u.id = k.user_id
    where k.id < $1
    order by k.id desc
    limit $2`,
});

export const listKeysOfUser = statement<[beforeId: string, limit: number, userId: string], OwnedKeyRow>({
  name: 'accounts.listKeysOfUser',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${OWNED_KEY_COLUMNS}
    from aquifer_accounts.api_keys k
    join aquifer_accounts.users u on u.id = k.user_id
    where k.id < $1 and k.user_id = $3
    order by k.id desc
    limit $2`,
});

export const getKey = statement<[id: string, userId: string], OwnedKeyRow>({
  name: 'accounts.getKey',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select ${OWNED_KEY_COLUMNS}
    from aquifer_accounts.api_keys k
    join aquifer_accounts.users u on u.id = k.user_id
    where k.id = $1 and k.user_id = $2`,
});

export const deleteOwnKey = statement<[id: string, userId: string], { name: string; hint: string }>({
  name: 'accounts.deleteOwnKey',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.api_keys
    where id = $1 and user_id = $2
    returning name, hint`,
});

export const findKeyOwner = statement<[id: string], { userId: string }>({
  name: 'accounts.findKeyOwner',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select k.user_id as "userId"
    from aquifer_accounts.api_keys k
    where k.id = $1 and k.user_id is not null`,
});

/** All of a user's: he is no more, or what he set up is not to be trusted. */
export const deleteKeysOf = statement<[userId: string]>({
  name: 'accounts.deleteKeysOf',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    delete from aquifer_accounts.api_keys
    where user_id = $1`,
});

/** Rows that another process is touching are left to it. */
export const touchKeys = statement<[ids: string[], ips: (string | null)[]]>({
  name: 'accounts.touchKeys',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    with used as (
      select k.id, n.ip
      from unnest($1::uuid[], $2::text[]) n (id, ip)
      join aquifer_accounts.api_keys k on k.id = n.id
      order by k.id
      for update of k skip locked
    )
    update aquifer_accounts.api_keys k
    set last_used_at = now(), last_used_ip = used.ip
    from used
    where k.id = used.id`,
});
