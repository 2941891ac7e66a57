/** Reports each request of a route to the tracker when it is over: also one whose client did not wait for its answer. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf } from '../error-response.ts';
import type { RequestContext } from '../request-context.ts';
import type { RequestTracker } from '../request-tracker.ts';
import type { Route } from '../route.ts';
import { readSessionToken } from '../session-cookie.ts';

export function reportRequest(
  tracker: RequestTracker,
  one: Route,
  context: RequestContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): void {
  const { raw } = reply;
  // The one event that comes last in every case: after a complete answer, and when the client has gone.
  raw.once('close', () => {
    if (isStream(reply)) return;
    const { requestId, route } = context;
    tracker.requestEnded({
      ...{ route, requestId, access: one.access, statusCode: raw.statusCode, refusal: refusalOf(request) },
      durationMs: reply.elapsedTime,
      isAbandoned: !raw.writableFinished,
      userId: context.caller?.userId ?? context.foundUserId ?? null,
      subject: subjectOf(one, request),
    });
  });
}

/** It lasts for as long as somebody looks at it, which says nothing of how long anybody waited. */
function isStream({ raw }: FastifyReply): boolean {
  return String(raw.getHeader('content-type') ?? '').startsWith('text/event-stream') || raw.statusCode === 101;
}

function subjectOf(one: Route, request: FastifyRequest): string | null {
  if (!one.subjectOf) return one.access === 'public' ? null : (readSessionToken(request)?.token ?? null);
  const { body } = request;
  // A body that was refused, or never came, is of nobody's making that we know.
  if (typeof body !== 'object' || body === null) return null;
  const subject: unknown = one.subjectOf(body as never);
  return typeof subject === 'string' ? subject : null;
}
