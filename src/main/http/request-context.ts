/** What is known of a request: made once, at its beginning, and handed to whoever works for it. */

import type { AppError } from '../foundation/errors.ts';

/** How far a caller may be trusted: what he has proven, what he may do, and on whose behalf he does it. */
export interface Standing {
  /** What his roles let him do, such as `accounts.read`; an operator needs none. */
  readonly permissions: readonly string[];
  /** What the session was opened by, and what was proven since: `password`, `totp`, `passkey` and so on. */
  readonly methods: readonly string[];
  /** 2 where a second factor, or a passkey, was among them (NIST SP 800-63B). */
  readonly assurance: 1 | 2;
  /** How long ago he last proved who he is. */
  readonly authenticatedAgoMs: number;
  /** Those that he has; empty where a password is all there is. */
  readonly secondFactors: readonly string[];
  /** He may do nothing but set up a second factor. */
  readonly mustSetUpFactor: boolean;
  /** The operator who acts as this user. */
  readonly impersonatorId: string | null;
  /** Set where the request came with an API key: nothing outside its scopes is his to do. */
  readonly apiKey: { readonly id: string; readonly scopes: readonly string[] } | null;
}

/** Who asks, once authentication has found out. */
export interface Caller {
  userId: string;
  sessionId: string;
  role: 'user' | 'operator';
  /** How the session's token came; a cookie is sent by the browser by itself and needs more care. */
  transport: 'cookie' | 'bearer';
  /** Left out where there are no accounts, as in `aquifer watch`: then the role alone decides. */
  standing?: Standing;
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

/** Told of a caller who was refused what a route is for. Nothing waits for it, and it throws nothing. */
export type NoteDenied = (context: RequestContext, error: AppError) => void;

/** Finds the caller behind a token; null where the token is nobody's, expired or revoked. */
export type Authenticate = (
  token: string,
  transport: Caller['transport'],
  context: RequestContext,
) => Promise<Caller | null>;
