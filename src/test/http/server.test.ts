import { request as httpRequest } from 'node:http';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../main/foundation/errors.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { type HttpServer, openEventStream, type Route, route, SESSION_COOKIE } from '../../main/http/index.ts';
import { createTestServer } from '../support/http.ts';

const Echo = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 20 }), age: Type.Optional(Type.Integer()) },
  { additionalProperties: false },
);
const Empty = Type.Object({});

const routes: Route[] = [
  route(
    'POST',
    '/v1/test/echo',
    { access: 'public', schema: { summary: 'Echo', body: Echo, response: { 201: Echo } } },
    async ({ body }) => body,
  ),
  route(
    'GET',
    '/v1/test/things/:id',
    {
      access: 'public',
      schema: {
        summary: 'Thing',
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        query: Type.Object(
          { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ limit: Type.Integer() }) },
      },
    },
    async ({ query }) => ({ limit: query.limit ?? 0 }),
  ),
  route(
    'GET',
    '/v1/test/mine',
    { access: 'user', schema: { summary: 'Mine', response: { 200: Type.Object({ userId: Type.String() }) } } },
    async ({ caller }) => ({ userId: caller.userId }),
  ),
  route(
    'DELETE',
    '/v1/test/mine',
    { access: 'user', schema: { summary: 'Delete', response: { 204: null } } },
    async () => undefined,
  ),
  route(
    'GET',
    '/v1/test/operators',
    { access: 'operator', schema: { summary: 'Operators', response: { 200: Empty } } },
    async () => ({}),
  ),
  route(
    'GET',
    '/v1/test/full',
    { access: 'public', schema: { summary: 'Full', response: { 200: Empty } } },
    async () => {
      throw new AppError('overloaded', 'lane_full', 'The bulk lane is full: 6 held.', {
        retryAfterSeconds: 4,
        details: { lane: 'bulk' },
        extensions: { lane: { name: 'bulk', active: 6 } },
      });
    },
  ),
  route(
    'GET',
    '/v1/test/broken',
    { access: 'public', schema: { summary: 'Broken', response: { 200: Empty } } },
    async () => {
      throw new Error('select secret from vault');
    },
  ),
];

const callers = {
  ada: { userId: 'u-1', sessionId: 's-1', role: 'user' as const },
  olga: { userId: 'u-2', sessionId: 's-2', role: 'operator' as const },
};

const opened: HttpServer[] = [];
async function serve(more: readonly Route[] = [], options: Parameters<typeof createTestServer>[1] = {}) {
  const server = await createTestServer([...routes, ...more], { callers, ...options });
  opened.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close(100)));
});

const post = (payload: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST' as const,
  url: '/v1/test/echo',
  headers: { 'content-type': 'application/json', ...headers },
  payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
});

describe('input', () => {
  test('201 with the checked body', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject(post({ name: 'Ada', age: 36 }));
    expect([answer.statusCode, answer.json()]).toEqual([201, { name: 'Ada', age: 36 }]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test.each([
    ['a missing field', {}, 'name', 'is required'],
    ['an empty text', { name: '' }, 'name', 'must not be empty'],
    ['a number for a text, which is not converted', { name: 7 }, 'name', 'must be a text'],
    ['a text for a number, which is not converted', { name: 'Ada', age: '36' }, 'age', 'must be a whole number'],
    ['a list for a text', { name: ['Ada'] }, 'name', 'must be a text'],
    ['a field nobody knows', { name: 'Ada', role: 'operator' }, 'role', 'is not a field of this request'],
  ])('400 invalid_input for %s', async (_case, payload, field, message) => {
    const { fastify } = await serve();
    const answer = await fastify.inject(post(payload));
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'invalid_input', status: 400, errors: [{ field, message }] });
  });

  test('400 that names every field at once, and never repeats the value', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject(post({ name: 'hunter2'.repeat(9), age: 'x' }));
    expect(answer.json().errors).toHaveLength(2);
    expect(answer.body).not.toContain('hunter2');
  });

  test('reads numbers in a query from text, and refuses what is outside of bounds', async () => {
    const { fastify } = await serve();
    const id = '0191d0c4-7b1a-7000-8000-000000000000';
    expect((await fastify.inject(`/v1/test/things/${id}?limit=5`)).json()).toEqual({ limit: 5 });
    expect((await fastify.inject(`/v1/test/things/${id}?limit=6`)).json()).toMatchObject({
      code: 'invalid_input',
      errors: [{ field: 'limit' }],
    });
    expect((await fastify.inject('/v1/test/things/7')).json().errors[0]).toEqual({
      field: 'id',
      message: 'must be an id (a UUID)',
    });
  });

  test.each([
    ['malformed_json', 400, '{"name": '],
    ['malformed_json', 400, ''],
    ['malformed_json', 400, '{"__proto__": {"a": 1}, "name": "Ada"}'],
    ['malformed_json', 400, '{"name": "Ada", "constructor": {"prototype": {}}}'],
    ['body_too_deep', 400, `{"name": ${'['.repeat(40)}${']'.repeat(40)}}`],
    ['body_too_large', 413, JSON.stringify({ name: 'x'.repeat(20_000) })],
  ])('%s (%i)', async (code, status, payload) => {
    const { fastify } = await serve();
    const answer = await fastify.inject(post(payload));
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  test('413 says how large a body may be', async () => {
    const { fastify } = await serve();
    expect((await fastify.inject(post({ name: 'x'.repeat(20_000) }))).json().detail).toBe(
      'The body is larger than 10000 bytes.',
    );
  });

  test('415 for a body that is no JSON', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject(post('name=Ada', { 'content-type': 'application/x-www-form-urlencoded' }));
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported_media_type']);
  });

  test('a bracket inside of a string is no depth', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject(post({ name: '[[[[\\"{{{{' }));
    expect(answer.statusCode).toBe(201);
  });
});

describe('who may call', () => {
  test('401 without a session, with one that is nobody’s, and with rubbish in the header', async () => {
    const { fastify } = await serve();
    for (const authorization of ['', 'Bearer nobody', 'Bearer', 'Basic YTpi', 'bearer  ', '\u00ff']) {
      const answer = await fastify.inject({ url: '/v1/test/mine', headers: { authorization } });
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'not_logged_in']);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });

  test('a bearer token and a cookie both name the caller', async () => {
    const { fastify } = await serve();
    const bearer = await fastify.inject({ url: '/v1/test/mine', headers: { authorization: 'Bearer ada' } });
    const cookie = await fastify.inject({ url: '/v1/test/mine', cookies: { [SESSION_COOKIE]: 'olga' } });
    expect([bearer.json(), cookie.json()]).toEqual([{ userId: 'u-1' }, { userId: 'u-2' }]);
  });

  test('a cookie that is worth nothing is cleared', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject({ url: '/v1/test/mine', cookies: { [SESSION_COOKIE]: 'old' } });
    expect(answer.statusCode).toBe(401);
    expect(answer.cookies[0]).toMatchObject({ name: SESSION_COOKIE, value: '', secure: true, path: '/' });
  });

  test('403 for a user where only operators may', async () => {
    const { fastify } = await serve();
    const ada = await fastify.inject({ url: '/v1/test/operators', headers: { authorization: 'Bearer ada' } });
    const olga = await fastify.inject({ url: '/v1/test/operators', headers: { authorization: 'Bearer olga' } });
    expect([ada.json().code, olga.statusCode]).toEqual(['operator_only', 200]);
  });

  test('access is checked before the body, so that strangers learn nothing of it', async () => {
    const guarded = route(
      'POST',
      '/v1/test/guarded',
      { access: 'user', schema: { summary: 'Guarded', body: Echo, response: { 200: Empty } } },
      async () => ({}),
    );
    const { fastify } = await serve([guarded]);
    expect((await fastify.inject({ method: 'POST', url: '/v1/test/guarded', payload: {} })).statusCode).toBe(401);
  });
});

describe('answers', () => {
  test('a refusal says what is full and when to come back', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject({ url: '/v1/test/full', headers: { 'x-request-id': 'mine-1' } });
    const problem = answer.json();
    expect(problem).toMatchObject({
      status: 503,
      title: 'Service Unavailable',
      code: 'lane_full',
      requestId: 'mine-1',
      lane: { name: 'bulk', active: 6 },
    });
    expect(problem).not.toHaveProperty('details');
    expect(Number(answer.headers['retry-after'])).toBe(problem.retryAfterSeconds);
    expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(4);
    expect(problem.retryAfterSeconds).toBeLessThanOrEqual(5);
  });

  test('a fault of ours keeps its text to itself', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject('/v1/test/broken');
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal']);
    expect(answer.body).not.toContain('secret');
  });

  test('404 for an address that leads nowhere, as a problem like any other', async () => {
    const { fastify } = await serve();
    for (const url of ['/v1/test/nothing', '/v1/test/echo/..%2f', '/%00', '/v1/test/%E0%A4%A']) {
      const answer = await fastify.inject(url);
      expect(answer.statusCode, url).toBeLessThan(500);
      expect(answer.headers['content-type'], url).toContain('application/problem+json');
    }
  });

  test('204 has no body', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject({
      method: 'DELETE',
      url: '/v1/test/mine',
      headers: { authorization: 'Bearer ada' },
    });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
  });

  test('a request id of the caller’s is used only where it is harmless', async () => {
    const { fastify } = await serve();
    const answer = await fastify.inject({ url: '/v1/test/broken', headers: { 'x-request-id': 'a b\tc' } });
    expect(answer.headers['x-request-id']).toMatch(/^[\w-]{12}-[0-9a-z]+$/);
    expect(answer.json().requestId).toBe(answer.headers['x-request-id']);
  });

  test('carries the headers that keep a browser from guessing', async () => {
    const { fastify } = await serve();
    const { headers } = await fastify.inject('/v1/test/nothing');
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'DENY',
      'x-permitted-cross-domain-policies': 'none',
    });
    expect(headers).not.toHaveProperty('strict-transport-security');
    const secured = await serve([], { baseUrl: 'https://app.example' });
    expect((await secured.fastify.inject('/')).headers['strict-transport-security']).toContain('max-age=31536000');
  });
});

describe('changes that another site’s page asks for', () => {
  const evil = { origin: 'https://evil.example' };
  test.each([
    ['a foreign origin', evil, 403],
    ['a foreign origin, as the browser says it', { ...evil, 'sec-fetch-site': 'cross-site' }, 403],
    ['a sibling domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['the own origin', { origin: 'http://localhost:8400' }, 201],
    [
      'the own page under another name of this machine',
      { origin: 'http://127.0.0.1:8400', 'sec-fetch-site': 'same-origin' },
      201,
    ],
    ['an origin on the list', { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }, 201],
    ['a program, which says nothing', {}, 201],
  ])('%s', async (_case, headers, status) => {
    const { fastify } = await serve([], { corsOrigins: ['https://app.example'] });
    expect((await fastify.inject(post({ name: 'Ada' }, headers as Record<string, string>))).statusCode).toBe(status);
  });

  test('only listed origins may read answers, with credentials, and caches are told', async () => {
    const { fastify } = await serve([], { corsOrigins: ['https://app.example'] });
    const ask = (origin: string) =>
      fastify.inject({ url: '/v1/test/mine', headers: { origin, authorization: 'Bearer ada' } });
    const ours = await ask('https://app.example');
    expect(ours.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
    });
    expect(String(ours.headers.vary)).toContain('Origin');
    expect((await ask('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin');
  });

  test.each(['PATCH', 'DELETE', 'POST'])('a listed origin may ask for %s', async (method) => {
    const { fastify } = await serve([], { corsOrigins: ['https://app.example'] });
    const headers = { origin: 'https://app.example', 'access-control-request-method': method };
    const answer = await fastify.inject({ method: 'OPTIONS', url: '/v1/test/mine', headers });
    expect(answer.statusCode).toBe(204);
    expect(String(answer.headers['access-control-allow-methods'])).toContain(method);
  });
});

describe('the caller’s address', () => {
  const whoami = route(
    'GET',
    '/v1/test/ip',
    { access: 'public', schema: { summary: 'Address', response: { 200: Type.Object({ ip: Type.String() }) } } },
    async ({ context }) => ({ ip: context.ip }),
  );
  const ask = async (options: { trustedProxies: string[] }) => {
    const { fastify } = await serve([whoami], options);
    const answer = await fastify.inject({
      url: '/v1/test/ip',
      headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' },
    });
    return answer.json().ip;
  };
  test('is the socket’s, whatever a header claims', async () => {
    expect(await ask({ trustedProxies: [] })).toBe('127.0.0.1');
  });
  test('is what a trusted proxy saw, read from the right', async () => {
    expect(await ask({ trustedProxies: ['127.0.0.1'] })).toBe('198.51.100.7');
  });

  test('a claim from an address that is not trusted is warned of once', async () => {
    const warnings = async (trustedProxies: string[]) => {
      const lines: string[] = [];
      const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
      const { fastify } = await serve([whoami], { trustedProxies, logger });
      await fastify.inject({ url: '/v1/test/ip' });
      const before = lines.length;
      for (let n = 0; n < 3; n += 1) {
        await fastify.inject({ url: '/v1/test/ip', headers: { 'x-forwarded-for': '203.0.113.9' } });
      }
      return [before, lines.length, lines.join('').includes('TRUSTED_PROXIES')];
    };
    expect(await warnings([])).toEqual([0, 1, true]);
    expect(await warnings(['10.0.0.1'])).toEqual([0, 1, true]);
    expect(await warnings(['127.0.0.1'])).toEqual([0, 0, false]);
  });
});

describe('whom to be fair to', () => {
  const tenant = (access: 'public' | 'user') =>
    route(
      'GET',
      `/v1/test/${access}-tenant`,
      { access, schema: { summary: 'Tenant', response: { 200: Type.Object({ tenant: Type.String() }) } } },
      async ({ context }) => ({ tenant: context.tenant ?? '' }),
    );

  test('is the network while nobody is known to ask, and then the caller', async () => {
    const asked: (string | undefined)[] = [];
    const { fastify } = await serve([tenant('public'), tenant('user')], {
      authenticate: async (_token, transport, context) => {
        asked.push(context.tenant);
        return { userId: 'ada', sessionId: 's', role: 'user', transport };
      },
    });
    const of = async (remoteAddress: string, access = 'public') => {
      const headers = { authorization: 'Bearer ada' };
      const answer = await fastify.inject({ url: `/v1/test/${access}-tenant`, remoteAddress, headers });
      return answer.json().tenant;
    };
    expect(await of('203.0.113.7')).toBe('ip:203.0.113.7');
    expect(await of('::ffff:203.0.113.7')).toBe('ip:203.0.113.7');
    expect(await of('2001:db8:1:2:3:4:5:6')).toBe('ip:2001:db8:1:2::/64');
    expect(await of('203.0.113.7', 'user')).toBe('ada');
    expect(asked).toEqual(['ip:203.0.113.7']);
  });
});

describe('a real socket', () => {
  test('a client that goes away is seen by the handler’s signal', async () => {
    let seen: string | undefined;
    const slow = route(
      'GET',
      '/v1/test/slow',
      { access: 'public', schema: { summary: 'Slow', response: { 200: Empty } } },
      async ({ context }) => {
        await new Promise<void>((resolve) => {
          context.signal.addEventListener('abort', () => {
            seen = 'aborted';
            resolve();
          });
        });
        return {};
      },
    );
    const server = await serve([slow]);
    const { port } = await server.listen('127.0.0.1', 0);
    const request = httpRequest({ port, host: '127.0.0.1', path: '/v1/test/slow' });
    request.on('error', () => undefined);
    request.end();
    await sleep(100);
    request.destroy();
    await sleep(200);
    expect(seen).toBe('aborted');
  });

  test('stopping lets a request in flight finish, and refuses none that it has taken', async () => {
    const slow = route(
      'GET',
      '/v1/test/slow',
      { access: 'public', schema: { summary: 'Slow', response: { 200: Type.Object({ done: Type.Boolean() }) } } },
      async () => {
        await sleep(300);
        return { done: true };
      },
    );
    const server = await serve([slow]);
    const { port } = await server.listen('127.0.0.1', 0);
    const inFlight = fetch(`http://127.0.0.1:${port}/v1/test/slow`);
    await sleep(100);
    const startedAt = performance.now();
    await server.close(5_000);
    expect(await (await inFlight).json()).toEqual({ done: true });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('stopping does not wait for a connection on which nothing was ever asked', async () => {
    const server = await serve();
    const { port } = await server.listen('127.0.0.1', 0);
    const silent = createConnection(port, '127.0.0.1');
    silent.on('error', () => undefined);
    await new Promise((resolve) => silent.once('connect', resolve));
    await sleep(50);
    const startedAt = performance.now();
    await server.close(5_000);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test('stopping says goodbye to event streams instead of waiting for them', async () => {
    const stream = route(
      'GET',
      '/v1/test/stream',
      { access: 'public', schema: { summary: 'Stream', response: { 200: Type.Unsafe<undefined>({}) } } },
      async ({ reply }) => {
        openEventStream(reply, () => undefined).send('hello', { n: 1 });
        return undefined;
      },
    );
    const server = await serve([stream]);
    const { port } = await server.listen('127.0.0.1', 0);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/test/stream`);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const startedAt = performance.now();
    await server.close(10_000);
    expect(await answer.text()).toMatch(/event: hello\ndata: \{"n":1\}\n\nevent: goodbye\n/);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('two servers cannot have one port: a sentence, not a stack', async () => {
    const first = await serve();
    const { port } = await first.listen('127.0.0.1', 0);
    const second = await serve();
    await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`Port ${port}`),
    });
  });

  test('a request with two ideas of its own length is refused', async () => {
    const server = await serve();
    const { port } = await server.listen('127.0.0.1', 0);
    const socket = createConnection(port, '127.0.0.1');
    socket.write(
      'POST /v1/test/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    const [answer] = (await new Promise<Buffer[]>((resolve) => socket.once('data', (data) => resolve([data])))) as [
      Buffer,
    ];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  });
});
