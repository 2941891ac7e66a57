import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { type EventStream, openEventStream, route } from '../../main/http/index.ts';
import { createTestServer } from '../support/http.ts';

async function openStalledStream() {
  let stream: EventStream | undefined;
  let closings = 0;
  const one = route(
    'GET',
    '/v1/test/stream',
    { access: 'public', schema: { summary: 'Stream', response: { 200: Type.Unsafe<undefined>({}) } } },
    async ({ reply }) => {
      stream = openEventStream(reply, () => {
        closings += 1;
      });
      return undefined;
    },
  );
  const server = await createTestServer([one]);
  const { port } = await server.listen('127.0.0.1', 0);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET /v1/test/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
  // A client that never reads, as one whose machine was suspended.
  socket.pause();
  while (!stream) await sleep(10);
  for (let sent = 0; sent < 2_000 && !stream.isBackedUp(); sent += 1) {
    stream.send('filler', 'x'.repeat(64_000));
    await sleep(1);
  }
  expect(stream.isBackedUp()).toBe(true);
  return { server, stream, socket, closings: () => closings };
}

test('a stream whose client does not read can be ended, once, and takes nothing afterwards', async () => {
  const { server, stream, socket, closings } = await openStalledStream();
  stream.close();
  expect(closings()).toBe(1);
  stream.send('late', {});
  stream.close();
  await sleep(1_300);
  stream.send('later', {});
  expect(closings()).toBe(1);
  socket.destroy();
  await server.close(1_000);
});

test('a stream that is stalled does not keep the server from stopping', async () => {
  const { server, socket } = await openStalledStream();
  const startedAt = performance.now();
  await server.close(10_000);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  socket.destroy();
});
