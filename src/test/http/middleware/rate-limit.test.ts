import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Caller, type HttpServer, route } from '../../../main/http/index.ts';
import { Meter } from '../../../main/http/middleware/rate-limit.ts';
import type { Standing } from '../../../main/http/request-context.ts';
import { createTestServer } from '../../support/http.ts';

const schema = { summary: 'Says hello', response: { 200: Type.Object({ hello: Type.String() }) } };
const hello = async () => ({ hello: 'you' });
const routes = [
  route('GET', '/v1/open', { access: 'public', schema }, hello),
  route('POST', '/v1/open', { access: 'public', schema }, hello),
  route('GET', '/v1/own', { access: 'user', schema }, hello),
  route('GET', '/v1/operate', { access: 'operator', schema }, hello),
];
const standing: Standing = {
  ...{ permissions: [], methods: ['password'], assurance: 1, authenticatedAgoMs: 0, secondFactors: [] },
  ...{ mustSetUpFactor: false, impersonatorId: null, apiKey: null },
};
const ofKey: Standing = { ...standing, apiKey: { id: 'k', scopes: ['own.own.read'] } };
const callers: Record<string, Omit<Caller, 'transport'>> = {
  anna: { userId: 'a', sessionId: 'a1', role: 'user', standing },
  annaElsewhere: { userId: 'a', sessionId: 'a2', role: 'user', standing },
  bert: { userId: 'b', sessionId: 'b1', role: 'user', standing },
  key: { userId: 'a', sessionId: 'k1', role: 'user', standing: ofKey },
  olga: { userId: 'o', sessionId: 'o1', role: 'operator', standing },
};

let server: HttpServer;
const start = async (limits: { perAccount?: number; perNetwork?: number; total?: number }) => {
  server = await createTestServer(routes, {
    ...{ callers, trustedProxies: ['10.0.0.0/8'] },
    rateLimits: { perAccount: 0, perNetwork: 0, total: 0, ...limits },
  });
};
afterEach(() => server?.close(100));

interface Ask {
  ip?: string;
  forwarded?: string;
  token?: string;
  url?: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
}

async function ask({ ip = '203.0.113.7', forwarded, token, url = '/v1/open', method = 'GET', headers }: Ask = {}) {
  return server.fastify.inject({
    ...{ method, url },
    remoteAddress: forwarded === undefined ? ip : '10.0.0.1',
    headers: {
      ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
}

const statuses = async (count: number, one: (index: number) => Ask) =>
  (await Promise.all(Array.from({ length: count }, (_, index) => ask(one(index))))).map(({ statusCode }) => statusCode);

const refused = (all: number[]) => all.filter((status) => status === 429).length;

describe('a meter', () => {
  test('lets a minute’s worth through at once, then one whenever its time has come', () => {
    const meter = new Meter(60);
    const lefts = Array.from({ length: 61 }, () => meter.take('one', 1_000).left);
    expect(lefts.slice(0, 3)).toEqual([59, 58, 57]);
    expect(lefts.slice(-2)).toEqual([0, -1]);
    expect(meter.take('one', 1_500)).toMatchObject({ left: -1, waitMs: 500 });
    expect(meter.take('one', 2_000).left).toBe(0);
    expect(meter.take('one', 2_000).left).toBe(-1);
  });

  test('whoever is refused does not wait longer for having asked', () => {
    const meter = new Meter(1);
    meter.take('one', 0);
    for (let nowMs = 1; nowMs < 60_000; nowMs += 1_000) expect(meter.take('one', nowMs).left).toBe(-1);
    expect(meter.take('one', 60_000).left).toBe(0);
  });

  test('remembers what was taken across the turn of its generations, and forgets it when it no longer counts', () => {
    const meter = new Meter(10);
    meter.take('early', 0);
    for (let count = 0; count < 10; count += 1) meter.take('late', 59_000);
    expect(meter.take('late', 61_000).left).toBe(-1);
    expect(meter.take('late', 65_000).left).toBe(0);
    expect(meter.take('late', 200_000).left).toBe(9);
  });

  test('keys know nothing of each other', () => {
    const meter = new Meter(1);
    expect([meter.take('one', 0).left, meter.take('two', 0).left, meter.take('one', 0).left]).toEqual([0, 0, -1]);
  });
});

describe('by network', () => {
  beforeEach(() => start({ perNetwork: 5 }));

  test('says what is left, then refuses and says when to come back', async () => {
    const first = await ask();
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"network";q=5;w=60', ratelimit: '"network";r=4;t=12' });
    for (let count = 0; count < 4; count += 1) expect((await ask()).statusCode).toBe(200);
    const last = await ask();
    expect(last.statusCode).toBe(429);
    expect(last.json()).toMatchObject({ code: 'too_many_requests', title: 'Too Many Requests' });
    expect(last.headers.ratelimit).toMatch(/^"network";r=0;t=1[12]$/);
    expect(Number(last.headers['retry-after'])).toBeGreaterThanOrEqual(12);
    expect(last.headers['content-security-policy']).toBeDefined();
    expect((await ask({ ip: '203.0.113.8' })).statusCode).toBe(200);
  });

  test('what has no route counts too, and so does who is not logged in', async () => {
    expect(await statuses(5, (index) => ({ url: `/nothing/${index}` }))).toEqual(Array(5).fill(404));
    expect((await ask({ url: '/v1/own', token: 'nobody' })).statusCode).toBe(429);
  });

  test('probes are always answered, and metrics on this machine', async () => {
    await statuses(8, () => ({ ip: '127.0.0.1' }));
    for (const url of ['/health/live', '/health/ready', '/metrics'])
      expect((await ask({ ip: '127.0.0.1', url })).statusCode, url).toBe(200);
    await statuses(8, () => ({}));
    expect((await ask({ url: '/metrics' })).statusCode).toBe(429);
  });

  test('reg/E1-addresses-of-one-ipv6-network-share-a-budget', async () => {
    const rotating = await statuses(12, (index) => ({ forwarded: `2001:db8:1:2:${index.toString(16)}::${index}` }));
    expect(refused(rotating)).toBe(7);
    expect((await ask({ forwarded: '2001:db8:1:3::1' })).statusCode).toBe(200);
  });

  test('reg/E1-spellings-of-one-address-share-a-budget', async () => {
    const spellings = ['198.51.100.9', '::ffff:198.51.100.9', '::FFFF:c633:6409', '0:0:0:0:0:ffff:c633:6409'];
    expect(refused(await statuses(12, (index) => ({ forwarded: spellings[index % 4] ?? '' })))).toBe(7);
  });

  test('reg/E2-what-a-client-writes-before-the-proxy-does-not-count', async () => {
    const spoofed = await statuses(12, (index) => ({ forwarded: `192.0.2.${index}, 198.51.100.9` }));
    expect(refused(spoofed)).toBe(7);
  });

  test('reg/E2-a-header-from-an-untrusted-peer-does-not-count', async () => {
    const spoofed = await statuses(12, (index) => ({ headers: { 'x-forwarded-for': `192.0.2.${index}` } }));
    expect(refused(spoofed)).toBe(7);
  });

  test('reg/E2-an-unreadable-address-is-limited-with-all-its-like', async () => {
    expect(refused(await statuses(12, (index) => ({ forwarded: `not an address ${index}` })))).toBe(7);
  });

  test('reg/E2-other-spellings-of-a-path-have-no-budget-of-their-own', async () => {
    const urls = ['/v1/open', '/v1//open', '//v1/open', '/v1/open/', '/V1/Open', '/v1/open?a=1', '/v1/%6fpen'];
    expect(refused(await statuses(14, (index) => ({ url: urls[index % 7] ?? '' })))).toBe(9);
  });

  test('reg/E4-overriding-the-method-changes-neither-the-route-nor-the-count', async () => {
    const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override'];
    const answers = await statuses(12, (index) => ({
      ...{ method: 'POST', url: '/v1/own' },
      headers: { [overrides[index % 3] ?? '']: 'GET' },
    }));
    expect(answers).toEqual([...Array(5).fill(404), ...Array(7).fill(429)]);
  });
});

describe('by account', () => {
  beforeEach(() => start({ perAccount: 3, perNetwork: 100 }));

  test('counts the account, whatever session or network it comes with', async () => {
    const first = await ask({ url: '/v1/own', token: 'anna' });
    expect(first.headers['ratelimit-policy']).toBe('"account";q=3;w=60, "network";q=100;w=60');
    expect(first.headers.ratelimit).toBe('"account";r=2;t=20, "network";r=99;t=1');
    const all = await statuses(6, (index) => ({
      ...{ url: '/v1/own', ip: `203.0.113.${index}` },
      token: index % 2 ? 'anna' : 'annaElsewhere',
    }));
    expect(refused(all)).toBe(4);
    expect((await ask({ url: '/v1/own', token: 'bert' })).statusCode).toBe(200);
  });

  test('an API key has a budget of its own', async () => {
    await statuses(4, () => ({ url: '/v1/own', token: 'anna' }));
    expect(await statuses(4, () => ({ url: '/v1/own', token: 'key' }))).toEqual([200, 200, 200, 429]);
  });
});

describe('all together', () => {
  beforeEach(() => start({ total: 3 }));

  test('refuses everyone but operators, and says nothing of how much there is', async () => {
    expect(refused(await statuses(6, (index) => ({ ip: `203.0.113.${index}` })))).toBe(3);
    const refusedOne = await ask();
    expect(refusedOne.headers.ratelimit).toBeUndefined();
    expect((await ask({ url: '/v1/operate', token: 'olga' })).statusCode).toBe(200);
  });
});

test('without limits no header speaks of any', async () => {
  await start({});
  expect((await ask()).headers).not.toHaveProperty('ratelimit-policy');
});
