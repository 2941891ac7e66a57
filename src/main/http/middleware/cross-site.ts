/**
 * Refuses changes that a page of another site asks for in a user's name (CSRF). Browsers say where a request comes from:
 * by Sec-Fetch-Site where they know it, by Origin otherwise. Programs say neither and are let through; they hold no
 * cookie that someone else could make them send.
 */

import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { crossSiteRefused } from '../errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function refuseCrossSite(baseUrl: string, allowedOrigins: readonly string[]): onRequestHookHandler {
  const own = new URL(baseUrl).origin;
  const allowed = new Set([own, ...allowedOrigins]);
  return function refuseCrossSiteChange(request, _reply, done) {
    const { acceptsForm } = request.routeOptions.config;
    if (SAFE_METHODS.has(request.method) || acceptsForm || isWelcome(request, allowed)) done();
    else done(crossSiteRefused());
  };
}

function isWelcome({ headers }: FastifyRequest, allowed: ReadonlySet<string>): boolean {
  const { origin } = headers;
  if (origin !== undefined && allowed.has(origin)) return true;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined;
}
