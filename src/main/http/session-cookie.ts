/**
 * The session's cookie. Its `__Host-` prefix makes the browser refuse it from anywhere but this very host over TLS (or
 * from localhost, which browsers count as safe), with path `/` and no domain.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';

export const SESSION_COOKIE = '__Host-aquifer_session';

/** What the prefix `__Host-` demands of every cookie of ours, and what scripts and other sites are not to reach. */
export const HOST_COOKIE = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

export function setSessionCookie(reply: FastifyReply, token: string, maxAgeSeconds: number): void {
  reply.setCookie(SESSION_COOKIE, token, { ...HOST_COOKIE, maxAge: maxAgeSeconds });
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, HOST_COOKIE);
}

/** The token the request came with, and how it came. A bearer token wins: it was sent on purpose. */
export function readSessionToken(request: FastifyRequest): { token: string; transport: 'cookie' | 'bearer' } | null {
  const header = request.headers.authorization;
  const bearer = header?.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : '';
  if (bearer !== '') return { token: bearer, transport: 'bearer' };
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie ? { token: cookie, transport: 'cookie' } : null;
}
