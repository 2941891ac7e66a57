// Sends one request and reads one answer, over `fetch` alone: the same in a browser and in Node.
import { type ProblemError, problemFrom, unreachable } from './errors.ts';
import { challengeIn, PROOF_HEADER, solveProof } from './proof.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type QueryValue = string | number | boolean | null | undefined;

export interface RequestOptions {
  /** Parts that are null, undefined or empty are left out. */
  readonly query?: Readonly<Record<string, QueryValue>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface Transport {
  /** Resolves with the answer's JSON, or undefined when it has none. Rejects with a `ProblemError`. */
  send<Answer>(method: Method, path: string, options?: RequestOptions): Promise<Answer>;
  /** Opens a stream of server-sent events. Rejects with a `ProblemError`. */
  open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** The bearer token for the requests from now on; null for none (a browser then sends its cookie). */
  setToken(token: string | null): void;
}

export interface TransportOptions {
  readonly baseUrl: string;
  readonly token?: string | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Told when a server under attack asks for a moment of work before it answers, and again when that is done: a page may say
   * so. The work is done either way.
   */
  readonly onProof?: ((isWorking: boolean) => void) | undefined;
}

/** Creates the transport that all features of one client share. */
export function createTransport(options: TransportOptions): Transport {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  let token = options.token ?? null;

  async function answer(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    let response: Response;
    try {
      response = await fetch(`${baseUrl}${path}`, { credentials: 'same-origin', ...init, headers });
    } catch (cause) {
      // The caller's own cancelling is not the server's absence.
      if (init.signal?.aborted) throw cause;
      throw unreachable(cause);
    }
    if (response.ok) return response;
    const problem = await problemFrom(response);
    const proven = await addProof(init, problem, options.onProof);
    if (proven === null) throw problem;
    return answer(path, proven);
  }

  return {
    async send<Answer>(method: Method, path: string, request: RequestOptions = {}) {
      const headers = new Headers({ accept: 'application/json' });
      const init: RequestInit = { method, headers, signal: request.signal ?? null };
      if (request.body !== undefined) {
        headers.set('content-type', 'application/json');
        init.body = JSON.stringify(request.body);
      }
      const response = await answer(`${path}${queryString(request.query)}`, init);
      if (response.status === 204) return undefined as Answer;
      return (await response.json()) as Answer;
    },
    async open(path, signal) {
      const response = await answer(path, { headers: { accept: 'text/event-stream' }, signal });
      if (response.body === null) throw unreachable(new Error('The answer has no body to read events from.'));
      return response.body;
    },
    setToken(next) {
      token = next;
    },
  };
}

/** The same request with a proof of work, where that is what was missing; null where it was not, or there is no solution. */
async function addProof(
  init: RequestInit,
  problem: ProblemError,
  onProof: TransportOptions['onProof'],
): Promise<RequestInit | null> {
  const headers = new Headers(init.headers);
  const challenge = challengeIn(problem.extensions);
  if (problem.code !== 'proof_required' || challenge === null || headers.has(PROOF_HEADER)) return null;
  onProof?.(true);
  try {
    const proof = await solveProof(challenge, init.signal ?? undefined);
    if (proof === null) return null;
    headers.set(PROOF_HEADER, proof);
    return { ...init, headers };
  } finally {
    onProof?.(false);
  }
}

function queryString(query: RequestOptions['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}
