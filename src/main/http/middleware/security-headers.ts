/** Headers that tell a browser what it must not do with an answer. Pages widen the policy by a nonce; nothing else does. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

const ONE_YEAR_SECONDS = 31_536_000;

/** The policy of an answer that is no page: it may load and run nothing at all. */
export const API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What an answer has at the least where the hooks below do not run. */
export const BARE_HEADERS = { 'content-security-policy': API_POLICY, 'x-content-type-options': 'nosniff' } as const;

/** The policy of a page: our own scripts, styles with the page's nonce, and pictures. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: https:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

export function addSecurityHeaders(server: FastifyInstance, servesTls: boolean): void {
  const headers = { ...headersOfHelmet(servesTls), 'content-security-policy': API_POLICY };
  server.addHook('onRequest', function setSecurityHeaders(_request, reply, done) {
    reply.headers(headers);
    done();
  });
}

/** They are the same for every answer, so it is asked for them once: as a hook it would be two promises for each request. */
function headersOfHelmet(servesTls: boolean): Record<string, string> {
  const headers: Record<string, string> = {};
  const setHeaders = helmet({
    contentSecurityPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    hsts: servesTls ? { maxAge: ONE_YEAR_SECONDS, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    // What names the program is not set here.
    removeHeader: () => undefined,
  };
  setHeaders({} as IncomingMessage, response as unknown as ServerResponse, (error?: unknown) => {
    if (error) throw error;
  });
  return headers;
}
