/**
 * How the HTTP layer reports upward: an interface whose method does nothing unless someone overrides it, so that the server
 * knows no monitor. The pool does the same in `database/tracker.ts`.
 */

import type { Access } from './route.ts';

export interface EndedRequest {
  /** The route's template, such as `GET /v1/accounts/me`. */
  readonly route: string;
  readonly access: Access;
  readonly requestId: string;
  /** The trace that the request belongs to, as its caller wrote it (W3C Trace Context); null where it said none. */
  readonly traceparent: string | null;
  /** What was answered, or would have been where the client has gone. */
  readonly statusCode: number;
  readonly durationMs: number;
  /** The code of the error that was answered, such as `lane_full`; null where there was none. */
  readonly refusal: string | null;
  /** The client went away before its answer was complete. */
  readonly isAbandoned: boolean;
  /** Null where nobody is logged in, and where that could not be found out. */
  readonly userId: string | null;
  /**
   * The address that somebody logs in with, or the token that came: tells who it may have been where `userId` is null. A secret,
   * to be hashed before it is kept.
   */
  readonly subject: string | null;
}

export class RequestTracker {
  /** Called once for each request of a route, when its answer is complete or its client has gone; never for a stream. */
  requestEnded(_request: EndedRequest): void {}
}
