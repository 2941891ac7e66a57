/** A receiver of webhooks: a real HTTP server that keeps what it is sent, and answers as the test says. */

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEndOfFile } from './end-of-file.ts';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each receiver has a shape of its own, and the test says which
  body: any;
  atMs: number;
}

/** Called once for each request: says how it is answered. `hang` answers nothing. */
export type Answering = (
  received: Received,
  count: number,
) => { status: number; headers?: object; text?: string } | 'hang';

export interface Receiver {
  url: string;
  readonly received: Received[];
  /** From now on it answers so. */
  answer(answering: Answering): void;
  /** Nobody listens any more, until `open`. */
  close(): Promise<void>;
  open(): Promise<void>;
}

/** It is closed after all tests of the file. */
export async function startReceiver(answering: Answering = () => ({ status: 200 })): Promise<Receiver> {
  const received: Received[] = [];
  let answer = answering;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const one = {
        path: request.url ?? '',
        headers: request.headers,
        text,
        body: parse(text),
        atMs: performance.now(),
      };
      received.push(one);
      respond(response, answer(one, received.length));
    });
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  atEndOfFile(close);
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: (next) => {
      answer = next;
    },
    close,
    open: () => listen(port),
  };
}

function respond(response: ServerResponse, answer: ReturnType<Answering>): void {
  if (answer === 'hang') return;
  response.writeHead(answer.status, { ...answer.headers });
  response.end(answer.text ?? '');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
