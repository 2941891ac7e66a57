/** One request against servers that answer, stall, lie and hang up. */

import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { AdapterRequest } from '../../main/loadtest/adapter.ts';
import { createTransport, type ExchangeResult } from '../../main/loadtest/transport.ts';
import { startTrialServer } from '../support/trial-server.ts';

const get: AdapterRequest = { method: 'GET', path: '/' };

function openTransport(baseUrl: string) {
  const transport = createTransport(baseUrl, 100);
  onTestFinished(() => transport.close());
  const ask = (request: AdapterRequest, timeoutMs = 2_000, wantsBody = true) =>
    new Promise<ExchangeResult>((resolve) => transport.exchange(request, { timeoutMs, wantsBody }, resolve));
  return { transport, ask };
}

test('a whole answer: status, headers, body; and the request as it was meant', async () => {
  const url = await startTrialServer((request, response) => {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const { 'content-length': length, 'x-who': who } = request.headers;
      response.setHeader('content-type', 'application/json').statusCode = 201;
      response.end(JSON.stringify({ method: request.method, path: request.url, length, who, body }));
    });
  });
  const { ask } = openTransport(`${url}/api/`);
  const result = await ask({ method: 'POST', path: '/notes?a=1', headers: { 'x-who': 'me' }, body: 'größe' });
  if (result.kind !== 'answer') throw new Error(result.kind);
  expect(result.status).toBe(201);
  expect(result.headers['content-type']).toBe('application/json');
  expect(JSON.parse(result.body)).toEqual({
    method: 'POST',
    path: '/api/notes?a=1',
    length: '7',
    who: 'me',
    body: 'größe',
  });
});

test('connections are kept', async () => {
  const ports = new Set<number | undefined>();
  const url = await startTrialServer((request, response) => {
    ports.add(request.socket.remotePort);
    response.end('ok');
  });
  const { ask } = openTransport(url);
  for (let count = 0; count < 5; count += 1) await ask(get);
  expect(ports.size).toBe(1);
});

test('a body nobody wants is not kept, unless the status is bad', async () => {
  const url = await startTrialServer((request, response) => {
    response.statusCode = request.url === '/bad' ? 503 : 200;
    response.end('text');
  });
  const { ask } = openTransport(url);
  expect(await ask(get, 2_000, false)).toMatchObject({ kind: 'answer', status: 200, body: '' });
  expect(await ask({ ...get, path: '/bad' }, 2_000, false)).toMatchObject({ status: 503, body: 'text' });
});

test('no answer, and a body without end, are timeouts', async () => {
  const url = await startTrialServer((request, response) => {
    if (request.url === '/drip') response.write('a little');
  });
  const { ask } = openTransport(url);
  expect(await ask(get, 60)).toEqual({ kind: 'timeout', status: 0 });
  expect(await ask({ ...get, path: '/drip' }, 60)).toEqual({ kind: 'timeout', status: 200 });
});

test('a connection that is refused, reset, or cut in the middle of the answer is a broken socket', async () => {
  const url = await startTrialServer((request, response) => {
    if (request.url === '/reset') request.socket.resetAndDestroy();
    else {
      response.writeHead(200, request.url === '/half' ? { 'content-length': '100' } : {});
      response.write('half');
      setTimeout(() => request.socket.destroy(), 20);
    }
  });
  const { ask } = openTransport(url);
  expect(await ask({ ...get, path: '/reset' })).toMatchObject({ kind: 'socket', status: 0, reason: 'ECONNRESET' });
  expect(await ask({ ...get, path: '/half' })).toMatchObject({ kind: 'socket', status: 200 });
  expect(await ask({ ...get, path: '/half-in-chunks' })).toMatchObject({ kind: 'socket', status: 200 });
  const closed = createServer().listen(0, '127.0.0.1');
  await sleep(20);
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const { ask: askClosed } = openTransport(`http://127.0.0.1:${port}`);
  expect(await askClosed(get)).toMatchObject({ kind: 'socket', reason: 'ECONNREFUSED' });
});

test('an answer that is no HTTP is a broken socket', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await sleep(20);
  const { ask } = openTransport(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  expect(await ask(get)).toMatchObject({ kind: 'socket', status: 0 });
});

test('what is abandoned is never heard of again', async () => {
  const url = await startTrialServer(() => {});
  const { transport } = openTransport(url);
  let ended = 0;
  for (let count = 0; count < 3; count += 1) {
    transport.exchange(get, { timeoutMs: 50, wantsBody: false }, () => {
      ended += 1;
    });
  }
  expect(transport.abandon()).toBe(3);
  expect(transport.abandon()).toBe(0);
  await sleep(120);
  expect(ended).toBe(0);
});
