import { connect } from 'node:net';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../main/foundation/errors.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { type EndedRequest, type HttpServer, RequestTracker, route } from '../../../main/http/index.ts';
import { createTestServer } from '../../support/http.ts';

const FULL = new AppError('overloaded', 'hashing_full', 'Many people are here.', { retryAfterSeconds: 4 });
const BODY_LIMIT_BYTES = 200;
const Body = Type.Object({ name: Type.String() }, { additionalProperties: false });

class Ended extends RequestTracker {
  readonly all: EndedRequest[] = [];
  override requestEnded(request: EndedRequest): void {
    this.all.push(request);
  }
}

let server: HttpServer;
let refusal: AppError | null;
let handled: string[];
let lines: string[];
let ended: Ended;

beforeEach(async () => {
  [refusal, handled, ended] = [FULL, [], new Ended()];
  // A line that an earlier test still owes goes to that test's own list.
  const written: string[] = [];
  lines = written;
  const greet = route(
    'POST',
    '/v1/test/greet',
    {
      ...{ access: 'public', bodyLimitBytes: BODY_LIMIT_BYTES, refuseEarly: () => refusal },
      schema: { summary: 'Greet', body: Body, response: { 200: Body } },
    },
    async ({ body }) => {
      handled.push(body.name);
      return body;
    },
  );
  server = await createTestServer([greet], {
    ...{ tracker: ended, corsOrigins: ['https://app.example'] },
    rateLimits: { perAccount: 0, perNetwork: 3, total: 0 },
    logger: createLogger({ level: 'warn', destination: { write: (line) => void written.push(line) } }),
  });
});
afterEach(() => server.close(100));

const greet = (payload: string, headers: Record<string, string> = {}) =>
  server.fastify.inject({
    ...{ method: 'POST', url: '/v1/test/greet', payload },
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('a route that refuses early', () => {
  test('answers like any refusal, whatever the body is', async () => {
    const answers = [await greet('{"name":"Ada"}'), await greet('{ this is no JSON')];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.headers['retry-after']).toBe(String(answer.json().retryAfterSeconds));
      expect(answer.json().retryAfterSeconds).toBeGreaterThanOrEqual(4);
      expect(answer.json()).toMatchObject({
        ...{ type: '/docs/errors#hashing_full', title: 'Service Unavailable', status: 503, code: 'hashing_full' },
        ...{ detail: 'Many people are here.', requestId: answer.headers['x-request-id'] },
      });
    }
    expect(handled).toEqual([]);
  });

  test('sends the headers of every answer', async () => {
    const answer = await greet('{"name":"Ada"}', { origin: 'https://app.example' });
    expect(answer.headers).toMatchObject({
      ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' },
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'access-control-allow-origin': 'https://app.example',
      ratelimit: expect.stringContaining('"network"'),
    });
  });

  test('comes after the limits on rates and the check of the site', async () => {
    const foreign = await greet('{"name":"Ada"}', { origin: 'https://evil.example' });
    expect([foreign.statusCode, foreign.json().code]).toEqual([403, 'cross_site_refused']);
    await greet('{"name":"Ada"}');
    await greet('{"name":"Ada"}');
    expect((await greet('{"name":"Ada"}')).statusCode).toBe(429);
  });

  test('lets everyone in as soon as there is nothing to refuse', async () => {
    await greet('{"name":"Ada"}');
    refusal = null;
    const answer = await greet('{"name":"Bea"}');
    expect([answer.statusCode, handled]).toEqual([200, ['Bea']]);
  });

  test('is logged once for many', async () => {
    await greet('{"name":"Ada"}');
    await greet('{"name":"Bea"}');
    await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 5_000 });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'warn', route: 'POST /v1/test/greet', code: 'hashing_full', count: 2 }),
    ]);
  });
});

describe('the connection of one refused early', () => {
  const ask = (head: string, body: string) =>
    `POST /v1/test/greet HTTP/1.1\r\nhost: localhost\r\n${head}\r\n\r\n${body}`;
  const json = 'content-type: application/json\r\n';
  const talk = async (text: string, isDone: (received: string) => boolean) => {
    const { port } = await server.listen('127.0.0.1', 0);
    const socket = connect(port, '127.0.0.1');
    let received = '';
    let isClosed = false;
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      isClosed = true;
    });
    socket.write(text);
    await vi.waitFor(() => expect(isDone(received) || isClosed).toBe(true), { timeout: 5_000 });
    return { received, socket, isClosed: () => isClosed };
  };
  const answersIn = (received: string) => received.split('HTTP/1.1 503').length - 1;

  test('stays open and in step: the body is read and thrown away', async () => {
    const body = '{"name":"POST /v1/test/greet HTTP/1.1"}';
    const one = ask(`${json}content-length: ${body.length}`, body);
    const { received, socket, isClosed } = await talk(one + one, (text) => answersIn(text) === 2);
    expect([answersIn(received), isClosed()]).toEqual([2, false]);
    expect(received).not.toMatch(/HTTP\/1\.1 400|connection: close/i);
    socket.destroy();
    // Each is counted as any other request, and none as one that somebody gave up.
    await vi.waitFor(() => expect(ended.all).toHaveLength(2));
    expect(ended.all[0]).toMatchObject({
      ...{ route: 'POST /v1/test/greet', statusCode: 503, refusal: 'hashing_full', access: 'public' },
      ...{ userId: null, subject: null, isAbandoned: false },
    });
  });

  test.each([
    ['is larger than the route takes', `${json}content-length: ${BODY_LIMIT_BYTES + 1}`],
    ['does not say how large it is', `${json}transfer-encoding: chunked`],
  ])('is closed where the body %s', async (_case, head) => {
    const { received, socket } = await talk(ask(head, ''), (text) => text.includes('\r\n\r\n'));
    expect(received).toMatch(/^HTTP\/1\.1 503/);
    expect(received).toMatch(/\r\nconnection: close/i);
    socket.destroy();
  });
});
