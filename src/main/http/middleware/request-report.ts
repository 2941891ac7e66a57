/** Reports each request of a route to the tracker when it is over: also one whose client did not wait for its answer. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { toError } from '../../foundation/errors.ts';
import { refusalOf } from '../error-response.ts';
import type { RequestContext } from '../request-context.ts';
import type { EndedRequest, RequestTracker } from '../request-tracker.ts';
import type { Route } from '../route.ts';
import { readSessionToken } from '../session-cookie.ts';

const TRACEPARENT_MAX = 100;

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
    try {
      tracker.requestEnded(endedRequest(one, context, { request, reply }));
    } catch (error) {
      // Nobody stands above this who could catch it, and whoever counts must not bring down what is counted.
      request.log.error({ err: toError(error) }, 'a request could not be reported');
    }
  });
}

function endedRequest(
  one: Route,
  { caller, foundUserId, requestId, route }: RequestContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): EndedRequest {
  const { raw } = reply;
  const { traceparent } = request.headers;
  return {
    ...{ route, requestId, access: one.access, statusCode: raw.statusCode, refusal: refusalOf(request) },
    traceparent: typeof traceparent === 'string' ? traceparent.slice(0, TRACEPARENT_MAX) : null,
    durationMs: reply.elapsedTime,
    isAbandoned: !raw.writableFinished,
    userId: caller?.userId ?? foundUserId ?? null,
    subject: subjectOf(one, request),
  };
}

/** It lasts for as long as somebody looks at it, which says nothing of how long anybody waited. */
function isStream({ raw }: FastifyReply): boolean {
  return String(raw.getHeader('content-type') ?? '').startsWith('text/event-stream') || raw.statusCode === 101;
}

/** The body may be anything: it is looked at also where it was refused. */
function subjectOf({ access, subjectField }: Route, request: FastifyRequest): string | null {
  if (subjectField === undefined) return access === 'public' ? null : (readSessionToken(request)?.token ?? null);
  const subject = (request.body as Record<string, unknown> | null | undefined)?.[subjectField];
  return typeof subject === 'string' ? subject.toLowerCase() : null;
}
