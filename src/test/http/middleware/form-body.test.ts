import { Type } from 'typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpServer, route } from '../../../main/http/index.ts';
import { createTestServer } from '../../support/http.ts';

let server: HttpServer;
const schema = { summary: 'Says what it was sent', response: { 200: Type.Any() } };

beforeAll(async () => {
  server = await createTestServer([
    route(
      'POST',
      '/v1/test/form',
      { access: 'public', schema, acceptsForm: true, bodyLimitBytes: 100 },
      async ({ request }) => ({
        said: { ...(request.body as object) },
      }),
    ),
    route(
      'POST',
      '/v1/test/large-form',
      { access: 'public', schema, acceptsForm: true, bodyLimitBytes: 65_536 },
      async ({ request }) => ({ said: (request.body as { a: string[] }).a.length }),
    ),
    route('POST', '/v1/test/json', { access: 'public', schema }, async ({ request }) => ({ said: request.body })),
  ]);
});
afterAll(() => server.close(1_000));

const post = (url: string, payload: string, headers: Record<string, string> = {}) =>
  server.fastify.inject({
    ...{ method: 'POST', url, payload },
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

test('a route that takes forms is given their fields, a list for one that comes twice', async () => {
  const answer = await post('/v1/test/form', 'a=1&b=x+y%26&c=1&c=2&c=3');
  expect(answer.json()).toEqual({ said: { a: '1', b: 'x y&', c: ['1', '2', '3'] } });
});

test('one name ten thousands of times is read without anybody having to wait for it', async () => {
  // Each a list of its own made of it is half a minute of a server that answers nobody else.
  const answer = await post('/v1/test/large-form', Array(30_000).fill('a').join('&'));
  expect(answer.json()).toEqual({ said: 30_000 });
}, 5_000);

test('names of the prototype are fields like others', async () => {
  const answer = await post('/v1/test/form', '__proto__=1&constructor=2');
  expect(answer.statusCode).toBe(200);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(JSON.parse(answer.body, (_key, value) => value).said.constructor).toBe('2');
});

test('it takes them from a page of another site, and no more than it said', async () => {
  const foreign = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
  expect((await post('/v1/test/form', 'a=1', foreign)).statusCode).toBe(200);
  expect((await post('/v1/test/form', `a=${'x'.repeat(200)}`)).json().code).toBe('body_too_large');
});

test('every other route refuses a form, and another site', async () => {
  expect((await post('/v1/test/json', 'a=1')).json().code).toBe('unsupported_media_type');
  const foreign = { origin: 'https://elsewhere.example', 'content-type': 'application/json' };
  expect((await post('/v1/test/json', '{}', foreign)).json().code).toBe('cross_site_refused');
});

test('an address that is nobody’s takes nothing', async () => {
  expect((await post('/nowhere', 'a=1')).json().code).toBe('unsupported_media_type');
});
