/**
 * The one place where a caller is held against a route: what he is, what he has proven and how lately. Every route of every
 * feature comes through here before its handler runs.
 */

import {
  apiKeyRefused,
  impersonationRefused,
  operatorOnly,
  secondFactorSetUpRequired,
  stepUpRequired,
} from '../errors.ts';
import type { Caller, Standing } from '../request-context.ts';
import type { Route } from '../route.ts';

/** How long a proof of who one is stays fresh. */
export const FRESH_MS = 15 * 60_000;

/**
 * @throws AppError second_factor_setup_required, api_key_refused, scope_missing, impersonation_refused, operator_only,
 * step_up_required
 */
export function refuseUnlessAllowed(one: Route, caller: Caller): void {
  const { standing } = caller;
  if (standing?.mustSetUpFactor && !one.beforeFactor) throw secondFactorSetUpRequired();
  if (standing) refuseBeyondKey(one, standing);
  if (standing && standing.impersonatorId !== null && !isForImpersonators(one)) throw impersonationRefused();
  if (one.access === 'operator' && caller.role !== 'operator' && !hasPermission(one, standing)) throw operatorOnly();
  if (one.stepUp) refuseUnlessFresh(caller);
}

/** For what needs a fresh proof only at times: a route that always does says `stepUp`. @throws AppError step_up_required */
export function refuseUnlessFresh({ standing }: Pick<Caller, 'standing'>): void {
  if (standing && !isFresh(standing)) throw stepUpRequired(standing.secondFactors, FRESH_MS);
}

/**
 * What a route asks of who is no operator, and of every API key: its feature, and whether it changes anything. What every
 * user may do with what is his begins with `own.`, so that a key for that opens nobody else's. Null where neither a role nor
 * a key opens it: a user's own account is for who has logged in, unless a route says otherwise.
 */
export function permissionOf(one: Pick<Route, 'access' | 'permission' | 'path' | 'method'>): string | null {
  if (one.permission !== undefined) return one.permission;
  const [first = '', ...rest] = one.path.split('/').filter((segment) => segment !== '');
  const feature = first === 'v1' ? (rest[0] ?? '') : first;
  const deed = `${feature}.${one.method === 'GET' ? 'read' : 'write'}`;
  if (one.access !== 'user') return deed;
  return feature === 'accounts' ? null : `own.${deed}`;
}

function refuseBeyondKey(one: Route, { apiKey }: Standing): void {
  if (apiKey === null) return;
  const scope = one.stepUp ? null : permissionOf(one);
  if (scope === null || !apiKey.scopes.includes(scope)) throw apiKeyRefused(scope);
}

/** He sees what the user sees and does what the user does, but for the account itself: that stays as its user left it. */
function isForImpersonators(one: Route): boolean {
  if (one.stepUp || one.access === 'operator') return false;
  return one.whileImpersonating === true || one.method === 'GET' || !one.path.startsWith('/v1/accounts/');
}

function hasPermission(one: Route, standing: Standing | undefined): boolean {
  const permission = permissionOf(one);
  return permission !== null && (standing?.permissions.includes(permission) ?? false);
}

function isFresh({ authenticatedAgoMs, secondFactors, assurance }: Standing): boolean {
  return authenticatedAgoMs <= FRESH_MS && (secondFactors.length === 0 || assurance === 2);
}
