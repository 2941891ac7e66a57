/**
 * Which browser asked. The link in a mail logs in only there: whoever reads over a shoulder, forwards the mail or is talked into
 * opening it elsewhere gains nothing. A cookie says it, or the attempt's secret where a program keeps it itself.
 */

import { createToken, hashToken, looksLikeToken } from '../../foundation/tokens.ts';
import type { Visit } from '../parts.ts';
import type { SessionTransport } from '../schema.ts';

export const ATTEMPT_COOKIE = '__Host-aquifer_mail_log_in';

/** Strict: it is sent by our own page only, never with the link from the mail itself. */
const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;

/**
 * The secret of the browser that asks. One that has a cookie already keeps it, so that an older mail is said to be too old and
 * not to be another browser's.
 *
 * @returns what to answer: nothing where the cookie has it
 */
export function nameBrowser(
  { request, reply }: Pick<Visit, 'request' | 'reply'>,
  transport: SessionTransport | undefined,
  lifetimeMs: number,
): { hash: Buffer; attempt?: string } {
  const kept = transport === 'cookie' ? request.cookies[ATTEMPT_COOKIE] : undefined;
  const secret = kept !== undefined && looksLikeToken(kept) ? kept : createToken();
  if (transport !== 'cookie') return { hash: hashToken(secret), attempt: secret };
  reply.setCookie(ATTEMPT_COOKIE, secret, { ...attributes, maxAge: Math.ceil(lifetimeMs / 1_000) });
  return { hash: hashToken(secret) };
}

/** Hashes of what the request says it is: what is in the body comes first. */
export function browsersOf({ request }: Pick<Visit, 'request'>, attempt: string | undefined): Buffer[] {
  return [attempt ?? '', request.cookies[ATTEMPT_COOKIE] ?? ''].filter(looksLikeToken).map(hashToken);
}

export function forgetBrowser({ request, reply }: Pick<Visit, 'request' | 'reply'>): void {
  if (request.cookies[ATTEMPT_COOKIE] !== undefined) reply.clearCookie(ATTEMPT_COOKIE, attributes);
}
