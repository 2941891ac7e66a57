/**
 * Refuses what a route would refuse whoever asks, as the last of what comes before the body is read: after the limits on rates,
 * with every header that an answer has, and counted like any request. It reads, validates and looks up nothing, so that a flood
 * costs little to refuse. Such refusals are logged together, a line a second for each route and code: a line for each would cost
 * more than the refusal.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { sendRefusal } from '../error-response.ts';
import type { Route } from '../route.ts';

/** Sends the refusal where there is one. @returns whether it did */
export type RefuseEarly = (request: FastifyRequest, reply: FastifyReply) => boolean;

const LINE_EVERY_MS = 1_000;

/** Null for a route that refuses nobody early. */
export function createEarlyRefusal(one: Route, logger: Logger): RefuseEarly | null {
  const { refuseEarly, bodyLimitBytes = 0 } = one;
  if (!refuseEarly) return null;
  const note = createNote(`${one.method} ${one.path}`, logger);
  return (request, reply) => {
    const refusal = refuseEarly();
    if (!refusal) return false;
    // Node reads what is left of a body and throws it away; one that is too large, or says no size, is not worth that.
    if (!isSmall(request, bodyLimitBytes)) reply.header('connection', 'close');
    note(refusal);
    sendRefusal(refusal, request, reply);
    return true;
  };
}

function isSmall({ headers }: FastifyRequest, limitBytes: number): boolean {
  if (headers['transfer-encoding'] !== undefined) return false;
  return Number(headers['content-length'] ?? 0) <= limitBytes;
}

function createNote(route: string, logger: Logger): (refusal: AppError) => void {
  const counts = new Map<string, number>();
  const write = () => {
    for (const [code, count] of counts)
      logger.warn({ route, code, count }, 'requests were refused before they were read');
    counts.clear();
  };
  return ({ code }) => {
    // The process need not wait for the line, and ends without it where it must.
    if (counts.size === 0) setTimeout(write, LINE_EVERY_MS).unref();
    counts.set(code, (counts.get(code) ?? 0) + 1);
  };
}
