/**
 * Health: `live` says that the process turns, with no I/O; `ready` says whether to send users here, from what is known
 * already, and never waits for the pool. `/metrics` is Prometheus' text.
 */

import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../foundation/errors.ts';
import { hashToken } from '../foundation/tokens.ts';

export interface Readiness {
  ready: boolean;
  /** What was looked at, each with a word of its state. */
  checks: Record<string, string>;
}

export interface HealthOptions {
  /** Must answer from memory. */
  readiness: () => Readiness;
  /** Prometheus' exposition text, and its content type. */
  metrics: () => Promise<{ text: string; contentType: string }>;
  metricsToken: string | undefined;
}

const hidden = { schema: { hide: true }, logLevel: 'silent' as const };

export function serveHealth(server: FastifyInstance, { readiness, metrics, metricsToken }: HealthOptions): void {
  server.get('/health/live', hidden, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  server.get('/health/ready', hidden, async (_request, reply) => {
    const { ready, checks } = readiness();
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'not_ready', checks });
  });
  server.get('/metrics', hidden, async (request, reply) => {
    if (!mayReadMetrics(request, metricsToken)) {
      throw new AppError('forbidden', 'metrics_refused', 'Metrics are read from this machine, or with METRICS_TOKEN.');
    }
    const { text, contentType } = await metrics();
    return reply.header('cache-control', 'no-store').type(contentType).send(text);
  });
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** A proxy on this machine is no proof that its client is here too: whoever came through one is a stranger. */
export function isFromThisMachine({ headers, ip }: FastifyRequest): boolean {
  const cameThroughProxy = ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'via'].some((name) => name in headers);
  return LOOPBACK.has(ip) && !cameThroughProxy;
}

function mayReadMetrics(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return isFromThisMachine(request);
  const presented = request.headers.authorization?.replace(/^bearer /i, '') ?? '';
  return timingSafeEqual(hashToken(presented), hashToken(token));
}
