// Sends one request and reads one answer, over `fetch` alone: the same in a browser and in Node.
import { problemFrom, unreachable } from './errors.ts';

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
    if (!response.ok) throw await problemFrom(response);
    return response;
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

function queryString(query: RequestOptions['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}
