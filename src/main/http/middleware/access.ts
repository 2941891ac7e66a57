/**
 * The one place where a caller is held against a route: what he is, what he has proven and how lately. Every route of every
 * feature comes through here before its handler runs.
 */

import { operatorOnly, secondFactorSetUpRequired, stepUpRequired } from '../errors.ts';
import type { Caller, Standing } from '../request-context.ts';
import type { Route } from '../route.ts';

/** How long a proof of who one is stays fresh. */
export const FRESH_MS = 15 * 60_000;

/** @throws AppError second_factor_setup_required, operator_only, step_up_required */
export function refuseUnlessAllowed(one: Route, caller: Caller): void {
  const { standing } = caller;
  if (standing?.mustSetUpFactor && !one.beforeFactor) throw secondFactorSetUpRequired();
  if (one.access === 'operator' && caller.role !== 'operator' && !hasPermission(one, standing)) throw operatorOnly();
  if (one.stepUp && standing && !isFresh(standing)) throw stepUpRequired(standing.secondFactors, FRESH_MS);
}

/** What an operator's route asks of others: its feature, and whether it changes anything. */
export function permissionOf({ permission, path, method }: Pick<Route, 'permission' | 'path' | 'method'>): string {
  const [, , feature = ''] = path.split('/');
  return permission ?? `${feature}.${method === 'GET' ? 'read' : 'write'}`;
}

function hasPermission(one: Route, standing: Standing | undefined): boolean {
  return standing?.permissions.includes(permissionOf(one)) ?? false;
}

function isFresh({ authenticatedAgoMs, secondFactors, assurance }: Standing): boolean {
  return authenticatedAgoMs <= FRESH_MS && (secondFactors.length === 0 || assurance === 2);
}
