/** What peers' published vulnerabilities teach of links, guessing, enumeration and floods, tried against the whole of accounts. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Route } from '../../main/http/index.ts';
import { type AccountsApp, comparable, createAccountsApp, GOOD_PASSWORD, OTHER_PASSWORD } from '../support/accounts.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp({ environment: { BASE_URL: 'https://app.example' }, trustedProxies: ['loopback'] });
});
afterAll(() => app.close());

const EVIL = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example;proto=https' };

/** Every kind of mail that a stranger can have sent. */
const mailings: [path: string, body: (email: string) => object][] = [
  ['sign-up', (email) => ({ email, password: GOOD_PASSWORD })],
  ['verify-email/resend', (email) => ({ email })],
  ['password/forgot', (email) => ({ email })],
  ['log-in/mail', (email) => ({ email })],
];

async function linksTo(email: string): Promise<string[]> {
  await app.sendMail();
  return (await app.mailsTo(email)).flatMap(({ text, html }) => `${text} ${html}`.match(/https?:\/\/[^\s"<>]+/g) ?? []);
}

describe('links in mail', () => {
  beforeEach(async () => {
    await app.sendMail();
    await app.sql('delete from aquifer_accounts.mailbox');
    await app.sql('delete from aquifer_accounts.throttles');
  });

  test('reg/C4-the-first-request-decides-nothing', async () => {
    await app.ask('GET', 'settings', { headers: EVIL });
    const email = 'first@example.com';
    await app.ask('POST', 'sign-up', { body: { email, password: GOOD_PASSWORD }, headers: EVIL });
    const links = await linksTo(email);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !link.startsWith('https://app.example/'))).toEqual([]);
    await app.signUp('ada@example.com');
  });

  test.each(mailings)('reg/C1-no-header-names-the-host-in-mail-of %s', async (path, body) => {
    for (const [name, value] of Object.entries(EVIL)) {
      const answer = await app.ask('POST', path, { body: body('ada@example.com'), headers: { [name]: value } });
      expect([200, 202], answer.body).toContain(answer.statusCode);
    }
    const links = await linksTo('ada@example.com');
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => new URL(link).origin !== 'https://app.example')).toEqual([]);
  });

  test.each(mailings)('reg/C3-an-origin-is-refused-or-ignored-in-mail-of %s', async (path, body) => {
    const email = 'ada@example.com';
    const foreign = await app.ask('POST', path, { body: body(email), headers: { origin: 'https://evil.example' } });
    expect(foreign.json()).toMatchObject({ status: 403, code: 'cross_site_refused' });
    expect(await linksTo(email)).toEqual([]);
    const referer = { referer: 'https://evil.example/x', origin: 'https://app.example' };
    await app.ask('POST', path, { body: body(email), headers: referer });
    expect((await linksTo(email)).filter((link) => !link.startsWith('https://app.example/'))).toEqual([]);
  });
});

describe('counts', () => {
  test('reg/A6-guesses-that-come-together-are-no-more-than-one-after-the-other', async () => {
    await app.signUp('eve@example.com');
    const guess = (index: number) =>
      app.ask('POST', 'log-in', {
        body: { email: 'eve@example.com', password: `${OTHER_PASSWORD} ${index}` },
        ip: '198.51.100.7',
      });
    const codes: string[] = [];
    for (let wave = 0; wave < 4; wave += 1) {
      const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => guess(wave * 6 + index)));
      codes.push(...answers.map((answer) => answer.json().code));
    }
    expect(codes.filter((code) => code === 'invalid_credentials').length).toBeLessThanOrEqual(5);
    expect(new Set(codes)).toEqual(new Set(['invalid_credentials', 'too_many_attempts']));
  });

  test('reg/A6-people-who-sign-up-together-with-one-address-make-one-account', async () => {
    const { token } = await app.operator();
    const body = { email: 'twin@example.com', role: 'user' };
    const spellings = ['twin@example.com', 'TWIN@example.com', 'Twin@Example.com', 'twin@EXAMPLE.com'];
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        app.ask('POST', 'users', { body: { ...body, email: spellings[index % 4] }, token }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, ...Array(15).fill(409)]);
    const rows = await app.sql(`select 1 from aquifer_accounts.users where email_key = 'twin@example.com'`);
    expect(rows).toHaveLength(1);
  });

  test('reg/E4-nothing-takes-many-requests-in-one', async () => {
    const inner = { method: 'POST', path: '/v1/accounts/log-in', body: { email: 'ada@example.com', password: 'x' } };
    for (const url of ['/v1/batch', '/batch', '/v1/accounts/batch', '/v1/accounts/log-in/batch']) {
      const answer = await app.server.fastify.inject({ method: 'POST', url, payload: { requests: [inner, inner] } });
      expect(answer.statusCode, url).toBe(404);
    }
    const several = await app.ask('POST', 'log-in', { body: [inner.body, inner.body] });
    expect(several.json()).toMatchObject({ status: 400, code: 'invalid_input' });
  });
});

describe('input', () => {
  const secrets: [path: string, body: Record<string, unknown>, field: string][] = [
    ['password/reset', { token: 'x', newPassword: GOOD_PASSWORD }, 'token'],
    ['password/reset', { token: 'x', newPassword: GOOD_PASSWORD }, 'newPassword'],
    ['verify-email', { token: 'x' }, 'token'],
    ['first-operator', { token: 'x', email: 'a@example.com', password: GOOD_PASSWORD }, 'token'],
    ['log-in', { email: 'ada@example.com', password: GOOD_PASSWORD }, 'email'],
    ['log-in', { email: 'ada@example.com', password: GOOD_PASSWORD }, 'password'],
    ['password/forgot', { email: 'ada@example.com' }, 'email'],
  ];

  test.each(secrets)('reg/G4-only-a-text-is-a-text at %s', async (path, body, field) => {
    for (const value of [{ $ne: null }, { $regex: '.*' }, ['x'], [], {}, 0, 1, true, null]) {
      const answer = await app.ask('POST', path, { body: { ...body, [field]: value } });
      expect(answer.json(), `${field} ${JSON.stringify(value)}`).toMatchObject({ status: 400, code: 'invalid_input' });
    }
  });

  test('reg/G7-an-address-is-folded-before-it-is-looked-at', async () => {
    const written = [
      'ada@example.com\uff20evil.example',
      'ada\uff20example.com',
      'ada@ex\uff41mple.com',
      'ada@example.com\u2024evil',
      'ada@exa\u00admple.com',
      'ada\u200b@example.com',
      'evil@evil.example,ada@example.com',
      '"ada@example.com"@evil.example',
    ];
    const before = await app.sql('select id from aquifer_accounts.mail_requests');
    for (const email of written) {
      for (const path of ['password/forgot', 'verify-email/resend', 'log-in/mail']) {
        const answer = await app.ask('POST', path, { body: { email }, ip: '198.51.100.90' });
        expect(answer.json(), `${path} ${JSON.stringify(email)}`).toMatchObject({ status: 400, code: 'invalid_email' });
      }
    }
    expect(await app.sql('select id from aquifer_accounts.mail_requests')).toEqual(before);
  });

  /** Every text that a schema takes, by where it stands. */
  function textsIn(schema: unknown, place: string): { place: string; isBounded: boolean }[] {
    if (typeof schema !== 'object' || schema === null) return [];
    const { type, maxLength, format, pattern, enum: choices, const: only } = schema as Record<string, unknown>;
    const isBounded = [maxLength, format, pattern, choices, only].some((one) => one !== undefined);
    const own = type === 'string' ? [{ place, isBounded }] : [];
    const parts = ['properties', 'items', 'anyOf', 'allOf', 'oneOf'].flatMap((key): [string, unknown][] => {
      const part = (schema as Record<string, unknown>)[key];
      if (typeof part !== 'object' || part === null) return [];
      return key === 'items' ? [[key, part]] : Object.entries(part);
    });
    return [...own, ...parts.flatMap(([key, part]) => textsIn(part, `${place}.${key}`))];
  }

  test('reg/J2-every-text-that-is-taken-has-a-length', () => {
    const textsOf = ({ method, path, schema }: Route) =>
      (['params', 'query', 'body'] as const).flatMap((part) => textsIn(schema[part], `${method} ${path} ${part}`));
    const texts = app.accounts.routes.flatMap(textsOf);
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter(({ isBounded }) => !isBounded).map(({ place }) => place)).toEqual([]);
    const open = app.accounts.routes.filter(
      ({ access, bodyLimitBytes, schema }) => access === 'public' && schema.body && !bodyLimitBytes,
    );
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test('reg/J4-no-header-that-somebody-writes-is-a-fault', async () => {
    const authorizations = ['', 'Bearer', 'Bearer ', 'bearer\t', 'Basic', 'Basic ===', 'Bearer a b', ': :', ','];
    const long = [
      `Bearer ${'x'.repeat(7_000)}`,
      `Bearer ${'\u00ff'.repeat(43)}`,
      'Bearer aq_',
      `Bearer aq_${'A'.repeat(60)}`,
    ];
    const cookies = [
      '%',
      '__Host-aquifer_session=%E0%A4%A',
      '=;=',
      '__Host-aquifer_session',
      ';;;',
      '__proto__=1',
      'a='.repeat(900),
    ];
    for (const authorization of [...authorizations, ...long]) {
      const answer = await app.ask('GET', 'me', { headers: { authorization } });
      expect(answer.statusCode, authorization).toBe(401);
    }
    for (const cookie of cookies) {
      expect((await app.ask('GET', 'me', { headers: { cookie } })).statusCode, cookie).toBe(401);
      expect((await app.ask('GET', 'settings', { headers: { cookie } })).statusCode, cookie).toBe(200);
    }
  });
});

describe('what is known shows nowhere', () => {
  /** What ran for one request, in order. */
  async function workOf(path: string, body: object, ip: string) {
    const from = app.statements.length;
    const answer = await app.ask('POST', path, { body, ip });
    return { answer: comparable(answer) as { body: string }, statements: app.statements.slice(from) };
  }
  const withoutSecrets = (answer: { body: string }) => ({
    ...answer,
    body: answer.body.replace(/"attempt":"[^"]*"/, ''),
  });

  test.each([
    ['reg/H1-the-same-answer-and-the-same-work-for-every-address', 'password/forgot', {}],
    ['reg/H1-the-same-answer-and-the-same-work-for-every-address', 'log-in/mail', { transport: 'bearer' }],
    ['reg/H2-the-same-answer-and-the-same-work-for-every-address', 'verify-email/resend', {}],
    ['reg/H2-the-same-answer-and-the-same-work-for-every-address', 'sign-up', { password: GOOD_PASSWORD }],
    ['reg/H2-the-same-answer-and-the-same-work-for-every-address', 'log-in', { password: OTHER_PASSWORD }],
  ])('%s at %s', async (_id, path, more) => {
    const known = await workOf(path, { email: 'ada@example.com', ...more }, '198.51.100.101');
    const unknown = await workOf(path, { email: 'nob@example.com', ...more }, '198.51.100.102');
    expect(withoutSecrets(known.answer)).toEqual(withoutSecrets(unknown.answer));
    expect(known.statements.length).toBeGreaterThan(0);
    expect(known.statements).toEqual(unknown.statements);
  });

  test('reg/H1-a-wrong-redirect-is-refused-before-anybody-is-looked-for', async () => {
    for (const email of ['ada@example.com', 'nobody@example.com']) {
      const { answer, statements } = await workOf(
        'password/forgot',
        { email, redirectTo: 'https://evil' },
        '198.51.100.103',
      );
      expect(answer).toMatchObject({ status: 400 });
      expect(statements).toEqual([]);
    }
  });
});

describe('floods', () => {
  test('reg/J1-health-asks-nobody', async () => {
    const from = app.statements.length;
    const urls = ['/health/live', '/health/ready', '/health/live?a=1', '/health/ready?b=2'];
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => app.server.fastify.inject(urls[index % 4] ?? '')),
    );
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(app.statements.slice(from)).toEqual([]);
  });

  test('reg/J5-no-request-ends-the-process', async () => {
    const { port } = await app.server.listen('127.0.0.1', 0);
    const login = JSON.stringify({ email: 'ada@example.com', password: OTHER_PASSWORD });
    const head = `POST /v1/accounts/log-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`;
    const lines = [
      'GET /%E0%A4%A HTTP/1.1\r\nhost: a\r\n\r\n',
      'GET /v1/accounts/me HTTP/1.1\r\nhost: a\r\nrange: bytes=-1,,9-,x\r\nif-modified-since: never\r\n\r\n',
      `${head}content-length: ${login.length}\r\n\r\n${login}`,
      `${head}content-length: 9999\r\n\r\n${login}`,
      `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${head}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      'GET / HTTP/9.9\r\n\r\n',
      '\u0000\u0001\u0002\r\n\r\n',
      'GET /constructor/__proto__/toString HTTP/1.1\r\nhost: a\r\n\r\n',
    ];
    for (const line of lines) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(line);
      // Gone at once, gone twice, or gone with the answer half read.
      await new Promise((wake) => setTimeout(wake, 20));
      socket.destroy();
      socket.destroy();
    }
    const answer = await fetch(`http://127.0.0.1:${port}/v1/accounts/settings`);
    expect(answer.status).toBe(200);
  });

  test('reg/J6-a-password-is-hashed-beside-the-event-loop', async () => {
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    turn();
    await app.ask('POST', 'log-in', {
      body: { email: 'ada@example.com', password: OTHER_PASSWORD },
      ip: '198.51.100.120',
    });
    isOver = true;
    expect(turns).toBeGreaterThan(100);
  });
});
