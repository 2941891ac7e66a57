/**
 * What goes wrong between us and another site, sorted by whose doing it is: the user's, who called it off; the site's, which
 * does not answer; or an answer that must not be trusted. The log says which check failed, never what was in the answer.
 */

import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { AppError, toError } from '../../foundation/errors.ts';
import { GuardedFetchError } from '../../foundation/guarded-fetch.ts';
import type { AccountsParts } from '../parts.ts';
import { answerRefused, instanceRefused, logInCancelled, providerUnavailable } from './errors.ts';
import type { Provider } from './provider.ts';

const CALLED_OFF = new Set(['access_denied', 'user_cancelled_authorize', 'user_cancelled_login', 'consent_required']);
const MAX_REASON_LENGTH = 300;
const UNASKABLE = {
  instance: 'is not a server that can be asked',
  handle: 'leads to no server that can be asked',
} as const;

/** Does what asks another site, and turns whatever it throws into a refusal of ours. @throws AppError */
export async function guardAnswer<Result>(
  { logger }: Pick<AccountsParts, 'logger'>,
  provider: Provider,
  ask: () => Promise<Result>,
): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const refusal = toRefusal(error, provider);
    const { code, details } = refusal;
    // A warning where somebody should look: a site that fails, or one that says what it must not.
    const level = code === 'social_cancelled' || code === 'social_instance_refused' ? 'debug' : 'warn';
    if (refusal !== error || details) {
      logger[level]({ provider: provider.id, code, reason: details?.reason }, 'a log-in by another site failed');
    }
    throw refusal;
  }
}

export function toRefusal(thrown: unknown, { asksFor }: Pick<Provider, 'asksFor'>): AppError {
  const chain = causesOf(thrown);
  const own = chain.find((error) => error instanceof AppError);
  if (own) return own;
  const blocked = chain.find((error) => error instanceof GuardedFetchError);
  if (blocked) return toFetchRefusal(blocked, asksFor);
  const reason = reasonOf(chain);
  if (thrown instanceof AuthorizationResponseError) {
    return CALLED_OFF.has(thrown.error) ? logInCancelled() : answerRefused(reason);
  }
  const failed = chain.some((error) => error instanceof DOMException && /Timeout|Abort/.test(error.name));
  return failed || isServerFault(thrown) ? providerUnavailable(reason) : answerRefused(reason);
}

/** Whoever names a server of his own is not told what is behind its name. */
function toFetchRefusal({ problem, message }: GuardedFetchError, asksFor: Provider['asksFor']): AppError {
  const isOfName = problem === 'address_refused' || problem === 'not_found' || problem === 'unreachable';
  if (asksFor && isOfName) return instanceRefused(asksFor, UNASKABLE[asksFor]);
  return problem === 'too_large' || problem === 'protocol_refused'
    ? answerRefused(message)
    : providerUnavailable(message);
}

function isServerFault(thrown: unknown): boolean {
  if (thrown instanceof ResponseBodyError || thrown instanceof WWWAuthenticateChallengeError)
    return thrown.status >= 500;
  const { cause } = toError(thrown);
  return cause instanceof Response && cause.status >= 500;
}

function causesOf(thrown: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let one = thrown; one !== undefined && one !== null && chain.length < 5; ) {
    chain.push(one);
    one = one instanceof Error ? one.cause : undefined;
  }
  return chain;
}

/** Words of the library and of the protocol: `error_description` and claims are the other side's, and may hold anything. */
function reasonOf(chain: readonly unknown[]): string {
  const said = chain.flatMap((error) => {
    if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
      return [`the provider said ${/^[\w.-]{1,60}$/.test(error.error) ? error.error : 'something unreadable'}`];
    }
    return error instanceof Error ? [error.message] : [];
  });
  return said.join(': ').slice(0, MAX_REASON_LENGTH);
}
