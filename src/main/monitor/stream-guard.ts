/** Ends a stream with the session of whoever opened it: asked every five seconds, by a clock of its own. */

import type { FastifyRequest } from 'fastify';
import { type Authenticate, type RequestContext, readSessionToken } from '../http/index.ts';

const ASK_EVERY_MS = 5_000;
const ASKING_MAX_MS = 5_000;
const UNANSWERED_MAX = 6;

export type MayGoOn = () => Promise<boolean>;

/** What the routes of streams ask of who is no operator. */
const PERMISSION = 'monitor.read';

/** Whether the caller is still an operator, or may still watch by a role or a key, each time that it is asked. */
export function operatorStays(authenticate: Authenticate, context: RequestContext, request: FastifyRequest): MayGoOn {
  const presented = readSessionToken(request);
  // The stream outlives the request's deadline, so each check asks on behalf of a request of its own.
  const { requestId, route, ip, userAgent } = context;
  const asking = { requestId, route, ip, userAgent, caller: null, tenant: undefined, signal: context.signal };
  return async () => {
    if (!presented) return false;
    const deadlineAtMs = performance.now() + ASKING_MAX_MS;
    const caller = await authenticate(presented.token, 'bearer', { ...asking, deadlineAtMs });
    if (caller === null) return false;
    return caller.role === 'operator' || (caller.standing?.permissions.includes(PERMISSION) ?? false);
  };
}

export class StreamGuard {
  readonly #mayGoOn: MayGoOn;
  readonly #close: () => void;
  #askedAtMs = performance.now();
  #unanswered = 0;

  constructor(mayGoOn: MayGoOn, close: () => void) {
    this.#mayGoOn = mayGoOn;
    this.#close = close;
  }

  /** Called as often as one likes. @param nowMs on the monotonic clock */
  step(nowMs: number): void {
    if (nowMs - this.#askedAtMs < ASK_EVERY_MS) return;
    this.#askedAtMs = nowMs;
    this.#mayGoOn().then(
      (may) => {
        this.#unanswered = 0;
        if (!may) this.#close();
      },
      () => {
        // A database that is away for a moment ends no stream; a session that nobody can check does, before long.
        this.#unanswered += 1;
        if (this.#unanswered >= UNANSWERED_MAX) this.#close();
      },
    );
  }
}
