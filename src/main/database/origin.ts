/** On whose behalf a statement runs. A request's context of `http/` has this shape, without either knowing the other. */

export interface Origin {
  readonly requestId?: string | undefined;
  /** The route's template, such as `GET /v1/accounts/me`. */
  readonly route?: string | undefined;
  /** The trace it belongs to, as its caller sent it (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  /** Whom to be fair to: a user, a key. */
  readonly tenant?: string | undefined;
  /** Aborted when the caller has gone: the statement is then cancelled at the server too. */
  readonly signal?: AbortSignal | undefined;
  /** The moment, on the monotonic clock, after which nobody wants the answer. */
  readonly deadlineAtMs?: number | undefined;
}
