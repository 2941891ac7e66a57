/**
 * One HTTP/1.1 request over kept connections. node:http takes about twice undici's time of the thread, but 3,000 requests
 * a second keep it busy for an eighth of it, and 8,000 for a third (npm run bench -- load-engine); it asks for no
 * dependency. Global fetch is no choice: it cannot hold 3,000.
 */

import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import type { AdapterRequest } from './adapter.ts';
import type { Answer } from './outcome.ts';

export interface Exchange {
  /** When it is given up, in milliseconds from now. */
  timeoutMs: number;
  /** Whether the body of a good answer is wanted; that of a bad one always is. */
  wantsBody: boolean;
}

export type ExchangeResult =
  | { kind: 'answer'; status: number; headers: Answer['headers']; body: string }
  | { kind: 'timeout'; status: number }
  | { kind: 'socket'; status: number; reason: string };

export interface Transport {
  /** `ended` is called once, unless the exchange was dropped by `abandon`. Throws where no such request can be written. */
  exchange(request: AdapterRequest, how: Exchange, ended: (result: ExchangeResult) => void): void;
  /** Drops everything that is on its way without another word. @returns how many that were */
  abandon(): number;
  close(): void;
}

/** Kept no longer than Node's own servers keep theirs (5 s): a request must not meet a connection just being closed. */
const IDLE_CONNECTION_MS = 4_000;
const MAX_BODY_CHARACTERS = 1_000_000;

/** @param baseUrl http or https; a path in it is put before each request's own */
export function createTransport(baseUrl: string, maxConnections: number): Transport {
  const url = new URL(baseUrl);
  const isTls = url.protocol === 'https:';
  const options = {
    keepAlive: true,
    timeout: IDLE_CONNECTION_MS,
    maxFreeSockets: maxConnections,
    // The last one used goes first: few connections stay warm and the rest may close.
    scheduling: 'lifo',
  } as const;
  const agent = isTls ? new TlsAgent(options) : new Agent(options);
  const send = isTls ? requestHttps : requestHttp;
  const target = { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port, agent };
  const prefix = url.pathname.replace(/\/$/, '');
  const open = new Set<{ drop(): void }>();

  return {
    exchange({ method, path, headers = {}, body }, how, ended) {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const request = send({ ...target, method, path: prefix + path, headers: { ...headers, ...length } });
      const one = follow(request, how, (result) => {
        open.delete(one);
        ended(result);
      });
      open.add(one);
      request.end(body);
    },
    abandon() {
      const count = open.size;
      for (const one of open) one.drop();
      open.clear();
      return count;
    },
    close: () => agent.destroy(),
  };
}

/** Watches one request to its end, whichever comes first: the whole answer, the time limit, or a broken socket. */
function follow(request: ClientRequest, how: Exchange, ended: (result: ExchangeResult) => void): { drop(): void } {
  let isOver = false;
  let status = 0;
  const finish = (result: ExchangeResult) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    if (result.kind !== 'answer') request.destroy();
    ended(result);
  };
  const broken = (error: Error & { code?: string }) =>
    finish({ kind: 'socket', status, reason: error.code ?? error.message });
  const timer = setTimeout(() => finish({ kind: 'timeout', status }), Math.max(1, Math.round(how.timeoutMs)));
  request.on('error', broken);
  request.once('response', (response) => {
    status = response.statusCode ?? 0;
    readBody(response, how.wantsBody || status >= 400, (body) =>
      finish({ kind: 'answer', status, headers: response.headers, body }),
    );
    response.on('error', broken);
  });
  return {
    drop() {
      isOver = true;
      clearTimeout(timer);
      request.destroy();
    },
  };
}

function readBody(response: IncomingMessage, isWanted: boolean, whole: (body: string) => void): void {
  let body = '';
  if (isWanted) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      if (body.length < MAX_BODY_CHARACTERS) body += text;
    });
  } else {
    response.resume();
  }
  response.once('end', () => whole(body));
}
