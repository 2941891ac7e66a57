/** Server-sent events: one answer that goes on. It ends with the client, with the server, or with the caller's session. */

import type { Server } from 'node:http';
import type { FastifyReply } from 'fastify';

export interface EventStream {
  /** Does nothing once the stream has ended. */
  send(event: string, data: unknown): void;
  /** Ends it; a client that does not read is cut a second later. */
  close(): void;
  /** True while the client cannot take what was sent: leave out rather than pile up. */
  isBackedUp(): boolean;
}

const CUT_AFTER_MS = 1_000;

/** By the server that they belong to: one that stops must not end another's. */
const openStreams = new WeakMap<object, Set<EventStream>>();

/** Takes the reply over. `onClose` is called once, whoever ends the stream. */
export function openEventStream(reply: FastifyReply, onClose: () => void): EventStream {
  reply.hijack();
  const { raw } = reply;
  const headers = {
    ...reply.getHeaders(),
    ...{ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  };
  // Set one by one, they can be read again by whoever asks later what kind of answer this was.
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200);
  raw.flushHeaders();
  const siblings = streamsOf(reply.server.server);
  let hasEnded = false;
  const end = () => {
    if (hasEnded) return;
    hasEnded = true;
    siblings.delete(stream);
    onClose();
  };
  const stream: EventStream = {
    send: (event, data) => {
      if (!hasEnded) raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close: () => {
      end();
      raw.end();
      // What was written before may never be taken: a client that is suspended neither reads nor leaves.
      setTimeout(() => raw.destroy(), CUT_AFTER_MS).unref();
    },
    isBackedUp: () => hasEnded || raw.writableNeedDrain,
  };
  siblings.add(stream);
  raw.once('close', end);
  // Fastify looks after the errors of its own answers only.
  raw.on('error', end);
  return stream;
}

/** Says goodbye to every open stream of a server, so that it does not wait for them when it stops. */
export function closeEventStreams(server: Server): void {
  for (const stream of [...streamsOf(server)]) {
    stream.send('goodbye', { reconnectAfterMs: 1000 + Math.round(Math.random() * 4000) });
    stream.close();
  }
}

function streamsOf(server: object): Set<EventStream> {
  let streams = openStreams.get(server);
  if (!streams) {
    streams = new Set();
    openStreams.set(server, streams);
  }
  return streams;
}
