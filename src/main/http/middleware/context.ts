/** Gives each request its context, and finds its caller where the route asks for one. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../foundation/errors.ts';
import { networkOf } from '../../foundation/network.ts';
import { notLoggedIn } from '../errors.ts';
import type { Authenticate, Caller, NoteDenied, RequestContext } from '../request-context.ts';
import type { Route } from '../route.ts';
import { clearSessionCookie, readSessionToken } from '../session-cookie.ts';
import { refuseUnlessAllowed } from './access.ts';

/** A class rather than an object: the signal is made only if someone looks at it. */
class Context implements RequestContext {
  readonly requestId: string;
  readonly route: string;
  readonly ip: string;
  readonly deadlineAtMs: number;
  caller: Caller | null = null;
  foundUserId?: string;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  #network: string | undefined;
  #abort: AbortController | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, route: Route) {
    this.#request = request;
    this.#reply = reply;
    this.requestId = request.id;
    this.route = `${route.method} ${route.path}`;
    this.ip = request.ip;
    this.deadlineAtMs = performance.now() + route.deadlineMs;
  }

  get traceparent(): string | undefined {
    const given = this.#request.headers.traceparent;
    return typeof given === 'string' ? given.slice(0, 100) : undefined;
  }

  get userAgent(): string | null {
    return this.#request.headers['user-agent']?.slice(0, 500) ?? null;
  }

  /** The caller; while there is none, the network he comes from, so that one nobody does not crowd out the others. */
  get tenant(): string {
    if (this.caller) return this.caller.userId;
    this.#network ??= `ip:${networkOf(this.ip)}`;
    return this.#network;
  }

  get signal(): AbortSignal {
    if (this.#abort) return this.#abort.signal;
    const abort = new AbortController();
    const { raw } = this.#reply;
    if (raw.destroyed && !raw.writableFinished) abort.abort();
    // `close` also follows a complete answer; only an incomplete one means that the client has gone.
    else raw.once('close', () => !raw.writableFinished && abort.abort());
    this.#abort = abort;
    return abort.signal;
  }
}

export function createContext(request: FastifyRequest, reply: FastifyReply, route: Route): RequestContext {
  return new Context(request, reply, route);
}

/** Finds the caller and holds the route's access rule. @throws AppError not_logged_in and what `refuseUnlessAllowed` throws */
export async function admitCaller(
  one: Route,
  context: RequestContext,
  { authenticate, onDenied }: { authenticate: Authenticate; onDenied: NoteDenied },
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<void> {
  // A public route must answer whatever the token is worth, and while the database is away.
  if (one.access === 'public') return;
  const presented = readSessionToken(request);
  if (!presented) throw notLoggedIn();
  context.caller = await authenticate(presented.token, presented.transport, context);
  if (!context.caller) {
    if (presented.transport === 'cookie') clearSessionCookie(reply);
    throw notLoggedIn();
  }
  try {
    refuseUnlessAllowed(one, context.caller);
  } catch (error) {
    if (error instanceof AppError) onDenied(context, error);
    throw error;
  }
}
