/**
 * Where a browser keeps its operator's own session while he acts as somebody else. Its own cookie, which opens nothing where it
 * is: only the end of the impersonation reads it, so that the other's session alone never leads back to the operator's.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';

export const OPERATOR_COOKIE = '__Host-aquifer_operator';

const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;

export function setOperatorCookie(reply: FastifyReply, token: string, maxAgeSeconds: number): void {
  reply.setCookie(OPERATOR_COOKIE, token, { ...attributes, maxAge: maxAgeSeconds });
}

export function readOperatorCookie(request: FastifyRequest): string | null {
  return request.cookies[OPERATOR_COOKIE] ?? null;
}

/** Reads it and clears it: at a log-out. */
export function takeOperatorCookie(request: FastifyRequest, reply: FastifyReply): string[] {
  const token = readOperatorCookie(request);
  if (token === null) return [];
  clearOperatorCookie(reply);
  return [token];
}

export function clearOperatorCookie(reply: FastifyReply): void {
  reply.clearCookie(OPERATOR_COOKIE, attributes);
}
