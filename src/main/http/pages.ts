/** Serves the built pages: the console under /console, the hosted pages under /accounts. Each page gets a nonce of its own. */

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { routeNotFound } from './errors.ts';
import { pagePolicy } from './middleware/security-headers.ts';

const NONCE_PLACEHOLDER = '__CSP_NONCE__';
/** The console's addresses hold names of statements and collections. */
const ANY_PAGE = /^/;
/** Whoever looks for `log-in.bak` or `backup.zip` is told that there is none. */
const HOSTED_PAGE = /^[a-z0-9/-]*$/;
const hidden = { schema: { hide: true }, logLevel: 'warn' as const };

/** @param folder where the console was built; without it (a server run from its sources) there are no pages */
export async function servePages(server: FastifyInstance, folder: string): Promise<void> {
  server.get('/', hidden, async (_request, reply) => reply.redirect('/console/'));
  if (!existsSync(join(folder, 'index.html'))) return;
  await server.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/console/assets/',
    immutable: true,
    maxAge: '1y',
    index: false,
    wildcard: true,
  });
  servePage(server, '/console', readFileSync(join(folder, 'index.html'), 'utf8'));
  servePage(server, '/accounts', readFileSync(join(folder, 'hosted.html'), 'utf8'), HOSTED_PAGE);
}

function servePage(server: FastifyInstance, prefix: string, html: string, address = ANY_PAGE): void {
  const send = (reply: FastifyReply) => {
    const nonce = randomBytes(16).toString('base64url');
    return reply
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(html.replaceAll(NONCE_PLACEHOLDER, nonce));
  };
  server.get(prefix, hidden, async (_request, reply) => reply.redirect(`${prefix}/`));
  // Every address below is the page's own business; the router in the browser reads it.
  server.get(`${prefix}/*`, hidden, async (request, reply) => {
    const { '*': rest } = request.params as { '*': string };
    if (!address.test(rest)) throw routeNotFound();
    return send(reply);
  });
}
