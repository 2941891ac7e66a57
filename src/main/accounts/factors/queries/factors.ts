/** SQL on which second factors a user has, kept with him so that every log-in knows it, and on who must have one. */

import { statement } from '../../../database/index.ts';
import type { SecondFactor } from '../../methods.ts';
import type { Role } from '../../schema.ts';

/** Whom a change of factors concerns. */
export interface FactorOwnerRow {
  email: string;
  emailKey: string;
  role: Role;
  createdAt: Date;
  secondFactors: SecondFactor[];
  /** Since when a role asks for one; null where none does. */
  roleDueAt: Date | null;
}

const OWNER_COLUMNS = `
  u.email,
  u.email_key as "emailKey",
  u.role,
  u.created_at as "createdAt",
  u.second_factors as "secondFactors",
  u.second_factor_due_at as "roleDueAt"`;

/** First in every transaction that changes his factors, so that two of them cannot deadlock. */
export const lockFactorOwner = statement<[userId: string], FactorOwnerRow>({
  name: 'accounts.lockFactorOwner',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select ${OWNER_COLUMNS}
    from aquifer_accounts.users u
    where u.id = $1
    for no key update`,
});

export const addSecondFactors = statement<[userId: string, factors: readonly SecondFactor[]], FactorOwnerRow>({
  name: 'accounts.addSecondFactors',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.users u
    set
      second_factors = u.second_factors || array(select f from unnest($2::text[]) f where f <> all (u.second_factors)),
      updated_at = now()
    where u.id = $1 and u.disabled_at is null
    returning ${OWNER_COLUMNS}`,
});

export const removeSecondFactors = statement<[userId: string, factors: readonly SecondFactor[]], FactorOwnerRow>({
  name: 'accounts.removeSecondFactors',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    update aquifer_accounts.users u
    set
      second_factors = array(select f from unnest(u.second_factors) f where f <> all ($2::text[])),
      updated_at = now()
    where u.id = $1
    returning ${OWNER_COLUMNS}`,
});

export const findFactorOwner = statement<
  [userId: string],
  FactorOwnerRow & { hasPassword: boolean; totpAddedAt: Date | null }
>({
  name: 'accounts.findFactorOwner',
  lane: 'critical',
  deadlineMs: 2_000,
  text: `
    select
      ${OWNER_COLUMNS},
      u.password_hash is not null as "hasPassword",
      f.confirmed_at as "totpAddedAt"
    from aquifer_accounts.users u
    left join aquifer_accounts.totp_factors f on f.user_id = u.id and f.confirmed_at is not null
    where u.id = $1`,
});

/** Since when the settings name this audience; another that they named before is forgotten. */
export const demandFactors = statement<[audience: string], { since: Date }>({
  name: 'accounts.demandFactors',
  lane: 'background',
  deadlineMs: 5_000,
  text: `
    with relaxed as (
      delete from aquifer_accounts.factor_demands
      where audience <> $1
    )
    insert into aquifer_accounts.factor_demands as d (audience)
    values ($1)
    on conflict (audience) do update set since = d.since
    returning d.since`,
  unindexedBecause: 'the table has two rows at most',
});

export const demandNoFactors = statement<[]>({
  name: 'accounts.demandNoFactors',
  lane: 'background',
  deadlineMs: 5_000,
  text: 'delete from aquifer_accounts.factor_demands',
  unindexedBecause: 'the table has two rows at most',
});
