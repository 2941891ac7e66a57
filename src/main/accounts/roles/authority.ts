/**
 * Who may do something to whom: nobody to an operator but operators, and nobody to somebody who may do more than he. Nobody
 * gives what he does not have. An API key and an operator who acts as a user are no operators here, whoever stands behind
 * them. Asked in the transaction that does it, with the other's row held, so that he cannot be promoted in between.
 */

import type { Transaction } from '../../database/index.ts';
import type { RequestContext } from '../../http/index.ts';
import { userNotFound } from '../errors.ts';
import { beyondYourAuthority, notYoursToGrant } from './errors.ts';
import { lockStanding } from './queries.ts';

/** The request of whoever does it; null for the command line and the server itself, which may do everything. */
export type By = Pick<RequestContext, 'caller'> | null;

export interface Authority {
  readonly isOperator: boolean;
  readonly permissions: readonly string[];
}

export function authorityOf(by: By): Authority {
  if (by === null) return { isOperator: true, permissions: [] };
  const { caller } = by;
  if (!caller) return { isOperator: false, permissions: [] };
  const { apiKey = null, impersonatorId = null, permissions = [] } = caller.standing ?? {};
  return { isOperator: caller.role === 'operator' && apiKey === null && impersonatorId === null, permissions };
}

/** @throws AppError not_yours_to_grant */
export function refuseUnlessHeld(by: By, permissions: readonly string[]): void {
  const { isOperator, permissions: held } = authorityOf(by);
  const missing = isOperator ? [] : permissions.filter((name) => !held.includes(name));
  if (missing.length > 0) throw notYoursToGrant(missing);
}

/** @throws AppError not_yours_to_grant */
export function refuseUnlessOperator(by: By): void {
  if (!authorityOf(by).isOperator) throw notYoursToGrant(['operator']);
}

/** Holds the user's row until the transaction ends. @throws AppError user_not_found, beyond_your_authority */
export async function holdSubordinate(
  transaction: Pick<Transaction, 'query'>,
  by: By,
  userId: string,
): Promise<{ role: 'user' | 'operator'; permissions: string[] }> {
  const [held] = await transaction.query(lockStanding, [userId]);
  if (!held) throw userNotFound();
  if (!isBelow(authorityOf(by), held)) throw beyondYourAuthority();
  return held;
}

function isBelow(above: Authority, { role, permissions }: { role: string; permissions: readonly string[] }): boolean {
  if (above.isOperator) return true;
  return role !== 'operator' && permissions.every((name) => above.permissions.includes(name));
}
