/**
 * The plain port beside HTTPS. A person who typed an address without https is sent on to BASE_URL, whatever host he asked
 * for; a program that calls the API is refused, because a redirect it follows in silence would let it go on sending its
 * secrets in the clear (ASVS 4.1.2).
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { toProblem } from '../error-response.ts';
import { httpsRequired } from '../errors.ts';
import { BARE_HEADERS } from '../middleware/security-headers.ts';

export interface RedirectOptions {
  baseUrl: string;
  /** Of the routes that programs call. */
  routePaths: readonly string[];
  requestId: () => string;
}

const TIMEOUT_MS = 10_000;
const MAX_SOCKETS = 1_000;
const MAX_HEADER_BYTES = 8_192;
/** Beside the routes. */
const PROGRAMS = ['openapi.json', 'metrics', 'health'];

export function createRedirectServer({ baseUrl, routePaths, requestId }: RedirectOptions): Server {
  const ofPrograms = new Set([...routePaths.map(firstWord), ...PROGRAMS]);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '/' } = request;
    const isPage = (method === 'GET' || method === 'HEAD') && url.startsWith('/') && !ofPrograms.has(firstWord(url));
    response.setHeader('connection', 'close');
    for (const [name, value] of Object.entries(BARE_HEADERS)) response.setHeader(name, value);
    if (isPage) {
      // Whatever begins with two slashes, or a backslash, would be read as another host.
      response.writeHead(308, { location: `${baseUrl}/${url.replace(/^[/\\]+/, '')}` }).end();
      return;
    }
    const id = requestId();
    const problem = toProblem(httpsRequired(baseUrl), id);
    response.writeHead(problem.status, { 'content-type': 'application/problem+json', 'x-request-id': id });
    response.end(JSON.stringify(problem));
  };
  const server = createServer(
    {
      ...{ headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS, connectionsCheckingInterval: 1_000 },
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    answer,
  );
  server.setTimeout(TIMEOUT_MS);
  server.maxConnections = MAX_SOCKETS;
  return server;
}

function firstWord(path: string): string {
  const [word = ''] = path.replace(/^[/\\]+/, '').split(/[/?#\\]/);
  try {
    return decodeURIComponent(word).toLowerCase();
  } catch {
    return word.toLowerCase();
  }
}
