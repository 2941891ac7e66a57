/** SQL on users. */

import { statement } from '../../database/index.ts';
import type { SecondFactor } from '../methods.ts';
import type { Role } from '../schema.ts';
import { countText } from './count-text.ts';

export interface UserRow {
  id: string;
  email: string;
  emailVerified: boolean;
  name: string | null;
  role: Role;
  disabled: boolean;
  /** A language tag, or null where the browser's is as good. */
  locale: string | null;
  /** Those that he has set up. */
  secondFactors: SecondFactor[];
  createdAt: Date;
  updatedAt: Date;
}

/** What a user's password is checked against; never leaves the server. */
export interface CredentialRow extends UserRow {
  emailKey: string;
  passwordHash: string | null;
  passwordVersion: number;
  /** He has logged in from the asking network before. */
  isNetworkKnown: boolean;
  /** It is known, and that was noted within a day: there is nothing to write. */
  isNetworkFresh: boolean;
}

export const USER_COLUMNS = `
  u.id,
  u.email,
  u.email_verified_at is not null as "emailVerified",
  u.name,
  u.role,
  u.disabled_at is not null as disabled,
  u.locale,
  u.second_factors as "secondFactors",
  u.created_at as "createdAt",
  u.updated_at as "updatedAt"`;

const CREDENTIAL_COLUMNS = `${USER_COLUMNS},
  u.email_key as "emailKey",
  u.password_hash as "passwordHash",
  u.password_version as "passwordVersion",
  k.user_id is not null as "isNetworkKnown",
  coalesce(k.last_seen_at > now() - interval '1 day', false) as "isNetworkFresh"`;

const CREDENTIALS = `
    select ${CREDENTIAL_COLUMNS}
    from aquifer_accounts.users u
    left join aquifer_accounts.known_networks k on k.user_id = u.id and k.network = $2`;

export const findCredentialsByEmail = statement<[emailKey: string, network: string], CredentialRow>({
  name: 'accounts.findCredentialsByEmail',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `${CREDENTIALS}
    where u.email_key = $1`,
});

export const findCredentialsById = statement<[userId: string, network: string], CredentialRow>({
  name: 'accounts.findCredentialsById',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `${CREDENTIALS}
    where u.id = $1`,
});

export const findUser = statement<[userId: string], UserRow>({
  name: 'accounts.findUser',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select ${USER_COLUMNS}
    from aquifer_accounts.users u
    where u.id = $1`,
});

export const findUserByEmail = statement<[emailKey: string], UserRow & { hasPassword: boolean }>({
  name: 'accounts.findUserByEmail',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    select
      ${USER_COLUMNS},
      u.password_hash is not null as "hasPassword"
    from aquifer_accounts.users u
    where u.email_key = $1`,
});

interface NewUserRow {
  id: string;
  email: string;
  emailKey: string;
  isVerified: boolean;
  name: string | null;
  role: Role;
  passwordHash: string | null;
}

type NewUserParams = [
  id: string,
  email: string,
  emailKey: string,
  isVerified: boolean,
  name: string | null,
  role: Role,
  passwordHash: string | null,
];

export function toNewUserParams(user: NewUserRow): NewUserParams {
  return [user.id, user.email, user.emailKey, user.isVerified, user.name, user.role, user.passwordHash];
}

export const insertUser = statement<NewUserParams, UserRow>({
  name: 'accounts.insertUser',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.users as u
      (id, email, email_key, email_verified_at, name, role, password_hash)
    values ($1, $2, $3, case when $4 then now() end, $5, $6, $7)
    on conflict (email_key) do nothing
    returning ${USER_COLUMNS}`,
});

/** Only while nobody is operator; two who come at once are told apart by the token that they share. */
export const insertFirstOperator = statement<NewUserParams, UserRow>({
  name: 'accounts.insertFirstOperator',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    insert into aquifer_accounts.users as u
      (id, email, email_key, email_verified_at, name, role, password_hash)
    select $1, $2, $3, case when $4 then now() end, $5, $6, $7
    where not exists (
      select
      from aquifer_accounts.users o
      where o.role = 'operator' and o.disabled_at is null
    )
    on conflict (email_key) do nothing
    returning ${USER_COLUMNS}`,
});

export const hasOperator = statement<[], { exists: boolean }>({
  name: 'accounts.hasOperator',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `
    select exists (
      select
      from aquifer_accounts.users u
      where u.role = 'operator' and u.disabled_at is null
    ) as exists`,
});

/** Locks them until the transaction ends, so that two operators cannot remove each other at once. */
export const lockEnabledOperators = statement<[], { id: string }>({
  name: 'accounts.lockEnabledOperators',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    select u.id
    from aquifer_accounts.users u
    where u.role = 'operator' and u.disabled_at is null
    order by u.id
    for update`,
});

/** Each has a flag of its own, because null is a value of both. */
export const updateProfile = statement<
  [userId: string, setsName: boolean, name: string | null, setsLocale: boolean, locale: string | null],
  UserRow
>({
  name: 'accounts.updateProfile',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.users u
    set
      name = case when $2 then $3 else u.name end,
      locale = case when $4 then $5 else u.locale end,
      updated_at = now()
    where u.id = $1
    returning ${USER_COLUMNS}`,
});

/** Null leaves a column as it is; the name has a flag of its own, because null is a name's value too. */
export const updateUser = statement<
  [userId: string, disabled: boolean | null, role: Role | null, setsName: boolean, name: string | null],
  UserRow
>({
  name: 'accounts.updateUser',
  lane: 'interactive',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.users u
    set
      disabled_at = case
        when $2::boolean is null then u.disabled_at
        when $2 then coalesce(u.disabled_at, now())
      end,
      role = coalesce($3, u.role),
      name = case when $4 then $5 else u.name end,
      updated_at = now()
    where u.id = $1
    returning ${USER_COLUMNS}`,
});

/** Fails to match where another password was set meanwhile. */
export const updatePassword = statement<[userId: string, passwordVersion: number, passwordHash: string], UserRow>({
  name: 'accounts.updatePassword',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.users u
    set password_hash = $3, password_version = u.password_version + 1, updated_at = now()
    where u.id = $1 and u.password_version = $2
    returning ${USER_COLUMNS}`,
});

/** The same password under a higher cost: its version stays, so that log-ins under way go on. */
export const updatePasswordHash = statement<[userId: string, oldHash: string, newHash: string]>({
  name: 'accounts.updatePasswordHash',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    update aquifer_accounts.users
    set password_hash = $3
    where id = $1 and password_hash = $2`,
});

/** Newest first: ids are made in the order of time. */
export const listUsers = statement<[beforeId: string, limit: number], UserRow>({
  name: 'accounts.listUsers',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select ${USER_COLUMNS}
    from aquifer_accounts.users u
    where u.id < $1
    order by u.id desc
    limit $2`,
});

/** By address. A range says the same as `like 'prefix%'` and is served by the index whatever the plan. */
export const searchUsers = statement<
  [from: string, before: string, afterKey: string, limit: number],
  UserRow & { emailKey: string }
>({
  name: 'accounts.searchUsers',
  lane: 'interactive',
  deadlineMs: 5_000,
  text: `
    select
      ${USER_COLUMNS},
      u.email_key as "emailKey"
    from aquifer_accounts.users u
    where u.email_key >= $1 and u.email_key < $2 and u.email_key > $3
    order by u.email_key
    limit $4`,
});

export const countUsers = statement<[exactUpTo: number], { count: number }>({
  name: 'accounts.countUsers',
  // For a figure on a page: it must neither hurt users nor wait for them.
  lane: 'background',
  deadlineMs: 5_000,
  text: countText('aquifer_accounts.users'),
  unindexedBecause: 'it counts all rows, up to a bound',
});
