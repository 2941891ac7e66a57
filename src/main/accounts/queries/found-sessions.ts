/** SQL that finds the caller behind a token. What every request runs, so that it is one row by one index. */

import { statement } from '../../database/index.ts';
import type { Role } from '../schema.ts';

export interface FoundSessionRow {
  sessionId: string;
  userId: string;
  role: Role;
  userCreatedAt: Date;
  unusedMs: number;
  permissions: string[];
  secondFactors: string[];
  /** A role or the settings demand a second factor by now. */
  isFactorDue: boolean;
  methods: string[];
  authenticatedAgoMs: number;
  impersonatorId: string | null;
}

const AUTHENTICATED_AGO_MS = '(extract(epoch from now() - s.authenticated_at) * 1000)::float8';

const foundSession = (authenticatedAgoMs: string) => `
  select
    s.id as "sessionId",
    s.user_id as "userId",
    u.role,
    u.created_at as "userCreatedAt",
    (extract(epoch from now() - s.last_used_at) * 1000)::float8 as "unusedMs",
    u.permissions,
    u.second_factors as "secondFactors",
    coalesce(u.second_factor_due_at <= now(), false) as "isFactorDue",
    s.methods,
    ${authenticatedAgoMs} as "authenticatedAgoMs",
    s.impersonator_id as "impersonatorId"
  from aquifer_accounts.sessions s
  join aquifer_accounts.users u on u.id = s.user_id`;

/** The one statement that every authenticated request runs. */
export const findSession = statement<[tokenHash: Buffer], FoundSessionRow>({
  name: 'accounts.findSession',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `${foundSession(AUTHENTICATED_AGO_MS)}
    where s.token_hash = $1 and s.expires_at > now() and s.access_ends_at > now() and u.disabled_at is null`,
});

/**
 * Asked only where `findSession` found nothing: the token may be the one before a rotation that was just made. It serves the
 * requests that were under way, and never counts as a fresh proof: whoever has a copy of it gains nothing by a step-up.
 */
export const findRotatedSession = statement<[tokenHash: Buffer], FoundSessionRow>({
  name: 'accounts.findRotatedSession',
  lane: 'critical',
  deadlineMs: 2_000,
  isShared: true,
  text: `${foundSession(`greatest(${AUTHENTICATED_AGO_MS}, 86400000)`)}
    where s.previous_token_hash = $1
      and s.previous_valid_until > now()
      and s.expires_at > now()
      and u.disabled_at is null`,
});
