/** Server-sent events: one answer that goes on. It ends with the client, with the server, or with the caller's session. */

import type { FastifyReply } from 'fastify';

export interface EventStream {
  send(event: string, data: unknown): void;
  /** A comment that keeps proxies from closing a quiet stream. */
  keepAlive(): void;
  close(): void;
  /** True while the client cannot take what was sent: leave out rather than pile up. */
  isBackedUp(): boolean;
}

const openStreams = new Set<EventStream>();

/** Takes the reply over. `onClose` is called once, whoever ends the stream. */
export function openEventStream(reply: FastifyReply, onClose: () => void): EventStream {
  reply.hijack();
  const { raw } = reply;
  const headers = Object.fromEntries(Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined));
  raw.writeHead(200, {
    ...(headers as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  const stream: EventStream = {
    send: (event, data) => void raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    keepAlive: () => void raw.write(': still here\n\n'),
    close: () => raw.end(),
    isBackedUp: () => raw.writableNeedDrain,
  };
  openStreams.add(stream);
  raw.once('close', () => {
    openStreams.delete(stream);
    onClose();
  });
  return stream;
}

/** Says goodbye to every open stream, so that a server that stops does not wait for them. */
export function closeEventStreams(): void {
  for (const stream of openStreams) {
    stream.send('goodbye', { reconnectAfterMs: 1000 + Math.round(Math.random() * 4000) });
    stream.close();
  }
}
