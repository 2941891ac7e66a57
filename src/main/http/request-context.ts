/** What is known of a request: made once, at its beginning, and handed to whoever works for it. */

/** Who asks, once authentication has found out. */
export interface Caller {
  userId: string;
  sessionId: string;
  role: 'user' | 'operator';
  /** How the session's token came; a cookie is sent by the browser by itself and needs more care. */
  transport: 'cookie' | 'bearer';
}

export interface RequestContext {
  readonly requestId: string;
  /** The route's template, such as `GET /v1/accounts/me`. */
  readonly route: string;
  /** The caller's address, after the trusted proxies. */
  readonly ip: string;
  /** The header of that name, as it came: which trace the caller counts the request to (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  readonly userAgent: string | null;
  caller: Caller | null;
  /** Set by whoever finds out without a session of whom a request is, such as a log-in. */
  foundUserId?: string;
  /** Whom to be fair to: the caller's id, or `ip:` and the network of his address while nobody is known to ask. */
  readonly tenant: string | undefined;
  /** Aborted when the client goes away before its answer is complete. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
}

/** Finds the caller behind a token; null where the token is nobody's, expired or revoked. */
export type Authenticate = (
  token: string,
  transport: Caller['transport'],
  context: RequestContext,
) => Promise<Caller | null>;
