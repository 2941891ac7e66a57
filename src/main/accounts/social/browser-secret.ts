/**
 * What binds a log-in by another site to the browser that began it: a secret in a cookie of its own. State, the verifier
 * of the code and the nonce are bound by it to that browser and to the provider, and none of them has to be kept anywhere.
 */

import { createHmac } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createToken, hashToken, looksLikeToken } from '../../foundation/tokens.ts';
import { HOST_COOKIE } from '../../http/index.ts';

export const SOCIAL_COOKIE = '__Host-aquifer_social';

/** The one that the browser has, for log-ins in several tabs; a new one where it has none. */
export function keepBrowserSecret(request: FastifyRequest, reply: FastifyReply, lifetimeMs: number): string {
  const secret = readBrowserSecret(request) ?? createToken();
  reply.setCookie(SOCIAL_COOKIE, secret, { ...HOST_COOKIE, maxAge: Math.ceil(lifetimeMs / 1_000) });
  return secret;
}

export function readBrowserSecret(request: FastifyRequest): string | null {
  const secret = request.cookies[SOCIAL_COOKIE];
  return secret !== undefined && looksLikeToken(secret) ? secret : null;
}

export interface FlowSecrets {
  readonly browserHash: Buffer;
  readonly stateHash: Buffer;
  /** PKCE: whoever gets hold of the code alone cannot use it. */
  readonly codeVerifier: string;
  readonly nonce: string;
  /** What the key is made of that tokens are bound to, where they are (DPoP). */
  readonly dpopSeed: string;
}

/** The same secrets again from the same three, and others from any other. */
export function deriveSecrets(browserSecret: string, providerId: string, state: string): FlowSecrets {
  const derive = (purpose: string) =>
    createHmac('sha256', browserSecret).update([purpose, providerId, state].join('\n')).digest('base64url');
  return {
    browserHash: hashToken(browserSecret),
    stateHash: hashToken(state),
    codeVerifier: derive('code verifier'),
    nonce: derive('nonce'),
    dpopSeed: derive('DPoP key'),
  };
}
