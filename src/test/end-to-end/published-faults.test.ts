/**
 * Faults that were published of other backends, tried on a whole server: injection through names, reading through filters,
 * prototypes, paths, queries without bound. Each test is named by its line in docs/user-guide/security.md; those that belong
 * to one part of the product are with its own tests.
 */

import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, must } from '../support/api-session.ts';
import { type RunningApp, runApp } from '../support/running-app.ts';

let running: RunningApp;
let url: string;

beforeAll(async () => {
  running = await runApp({ TRUSTED_PROXIES: 'loopback' });
  url = running.url;
  const fields = [
    { name: 'title', type: 'text', indexed: true },
    { name: 'hidden', type: 'text' },
    { name: 'more', type: 'json' },
  ];
  await must(url, 'POST', '/v1/data/collections', { token: running.operator, body: { name: 'notes', fields } });
  await must(url, 'POST', '/v1/data/records/notes', { token: running.user, body: { title: 'a', hidden: 'secret' } });
});

const asUser = (path: string) => call(url, 'GET', path, { token: running.user });
const asOperator = (path: string) => call(url, 'GET', path, { token: running.operator });
const codeOf = ({ body }: Answer) => (body as { code?: string }).code;
const SQL = /syntax error|does not exist|pg_catalog|relation "/i;

describe('recovery', () => {
  test('reg/F7-recovery-takes-one-address-as-text', async () => {
    const victim = 'ursula@example.com';
    const emails: unknown[] = [
      [victim, 'thief@example.com'],
      { $ne: '' },
      { toString: 'x' },
      `${victim},thief@example.com`,
      `${victim};thief@example.com`,
      `${victim}\r\nbcc: thief@example.com`,
      `${victim}%0abcc:thief@example.com`,
      `"${victim}" <thief@example.com>`,
    ];
    for (const [index, email] of emails.entries()) {
      const headers = { 'x-forwarded-for': `192.0.2.${index + 1}` };
      const answer = await call(url, 'POST', '/v1/accounts/password/forgot', { body: { email }, headers });
      expect({ email, status: answer.status }).toEqual({ email, status: 400 });
    }
    const { mails } = await must<{ mails: { to: string }[] }>(url, 'GET', '/v1/accounts/mailbox', {
      token: running.operator,
    });
    expect(mails.filter(({ to }) => to.includes('thief'))).toEqual([]);
  });
});

describe('names', () => {
  const names = [
    `title'--`,
    'title"; drop table notes; --',
    'title::text',
    'more.a.b',
    "more->>'a'",
    'title) or (1=1',
    '(select 1)',
    'created_at desc, (select pg_sleep(5))',
    '__proto__',
  ];

  test('reg/G1-no-sql-through-the-name-of-a-field', async () => {
    for (const name of names) {
      for (const query of [`where.${encodeURIComponent(name)}=a`, `sort=${encodeURIComponent(name)}`]) {
        const answer = await asUser(`/v1/data/records/notes?${query}`);
        expect({ query, status: answer.status }).toEqual({ query, status: 400 });
        expect(JSON.stringify(answer.body)).not.toMatch(SQL);
      }
    }
  });

  test('reg/G1-no-sql-through-the-name-of-a-collection-or-field', async () => {
    for (const name of names) {
      const fields = [{ name, type: 'text' }];
      const bodies = [
        { name, fields: [{ name: 'a', type: 'text' }] },
        { name: 'others', fields },
      ];
      for (const body of bodies) {
        const answer = await call(url, 'POST', '/v1/data/collections', { token: running.operator, body });
        expect({ name, status: answer.status }).toEqual({ name, status: 400 });
      }
      expect((await asUser(`/v1/data/records/${encodeURIComponent(name)}`)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await asUser('/v1/data/records/notes')).status).toBe(200);
  });

  test('reg/G5-a-prototype-is-a-name-like-any-other-or-refused', async () => {
    const text = '{"title":"b","more":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}';
    await call(url, 'POST', '/v1/data/records/notes', { token: running.user, text });
    for (const path of ['/v1/accounts/me', '/v1/data/records/notes']) {
      const polluted = await call(url, 'PATCH', path, { token: running.user, text: '{"__proto__":{"polluted":true}}' });
      expect(polluted.status).toBeGreaterThanOrEqual(400);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    for (const path of ['/v1/data/collections/__proto__', '/v1/constructor', '/v1/accounts/users/constructor']) {
      expect({ path, isRefused: [400, 404].includes((await asOperator(path)).status) }).toEqual({
        path,
        isRefused: true,
      });
    }
  });

  test('reg/G5-a-collection-may-be-called-as-what-objects-have-and-a-field-may-not', async () => {
    const { operator, user } = running;
    const make = (field: string) =>
      call(url, 'POST', '/v1/data/collections', {
        token: operator,
        body: { name: 'constructor', fields: [{ name: field, type: 'text', indexed: true }] },
      });
    for (const field of ['constructor', 'prototype', '__proto__']) expect((await make(field)).status).toBe(400);
    expect((await make('valueof')).status).toBe(201);
    const records = '/v1/data/records/constructor';
    const { record } = await must<{ record: object }>(url, 'POST', records, { token: user, body: {} });
    expect(record).toMatchObject({ valueof: null });
    expect((await asUser(records)).body).toMatchObject({ records: [{ valueof: null }] });
  });
});

describe('oracles', () => {
  test('reg/G2-what-cannot-be-read-cannot-be-filtered-or-sorted-by', async () => {
    for (const name of ['hidden', 'ownerId', 'owner_id', 'id', 'xmin', 'ctid', 'tableoid']) {
      for (const query of [`where.${name}=secret`, `sort=${name}`, `sort=-${name}`]) {
        expect({ query, status: (await asUser(`/v1/data/records/notes?${query}`)).status }).toEqual({
          query,
          status: 400,
        });
      }
    }
    // Another user sees neither the record nor that there is one.
    const { body } = await call(url, 'GET', '/v1/data/records/notes?where.title=a', { token: running.operator });
    expect(body).toMatchObject({ records: [] });
  });

  test('reg/G3-no-answer-about-oneself-holds-a-credential', async () => {
    for (const path of ['/v1/accounts/me', '/v1/accounts/sessions', '/v1/accounts/factors', '/v1/accounts/me/export']) {
      const { body } = await asUser(path);
      expect(JSON.stringify(body)).not.toMatch(/argon2|hash":|"token|"secret":/i);
    }
    const { body } = await asOperator('/v1/accounts/users');
    expect(JSON.stringify(body)).not.toMatch(/argon2|hash":|"token/i);
  });

  test('reg/G6-a-search-finds-the-beginning-of-an-address-and-nothing-else', async () => {
    for (const search of ['%', '_', '%ursula', 'u%', '\\', '*', '.', '@example', 'argon2', "' or 1=1"]) {
      const { status, body } = await asOperator(`/v1/accounts/users?search=${encodeURIComponent(search)}`);
      const found = status === 200 ? (body as { users: unknown[] }).users : [];
      expect({ search, found }).toEqual({ search, found: [] });
    }
  });

  test('reg/G6-nobody-learns-which-version-runs', async () => {
    for (const path of [
      '/',
      '/health/live',
      '/health/ready',
      '/v1/accounts/settings',
      '/v1/nothing',
      '/accounts/log-in',
    ]) {
      const { headers, body } = await call(url, 'GET', path);
      expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
      expect(JSON.stringify(body ?? '')).not.toMatch(/"version"|fastify|node\.js|postgres(?:ql)? 1\d/i);
    }
  });
});

describe('paths and headers', () => {
  /** As it stands: every client would tidy it up. */
  const raw = (target: string) =>
    new Promise<string>((resolve, reject) => {
      const { port } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      });
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.once('error', reject);
      socket.once('close', () => resolve(answer));
    });

  test('reg/G8-no-file-outside-the-pages', async () => {
    const targets = ['', '/console', '/accounts', '/docs'].flatMap((folder) =>
      ['../', '..%2f', '%2e%2e/', '..%5c', '....//', '%252e%252e%252f', '..;/'].flatMap((up) => [
        `${folder}/${up.repeat(8)}etc/passwd`,
        `${folder}/${up.repeat(3)}package.json`,
      ]),
    );
    for (const target of targets) {
      const answer = await raw(target);
      expect(answer).not.toMatch(/root:|"dependencies"/);
      expect(answer).toMatch(/^HTTP\/1\.1 /);
    }
  });

  test('reg/G8-no-header-out-of-what-was-sent', async () => {
    for (const target of [
      '/accounts/log-in?lang=en%0d%0ax-injected:%201',
      '/v1/%0d%0ax-injected:%201',
      '/%0d%0ax-injected:1',
    ]) {
      const [head = ''] = (await raw(target)).split('\r\n\r\n');
      expect(head.toLowerCase()).not.toContain('\r\nx-injected');
    }
    const { headers } = await call(url, 'GET', '/v1/accounts/settings', { headers: { 'x-request-id': 'a b<script>' } });
    expect(headers.get('x-request-id')).not.toContain('<');
  });
});

describe('work without bound', () => {
  test('reg/J3-a-query-is-bounded-before-it-runs', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `where.title=${index}`).join('&');
    for (const query of [
      many,
      'limit=1000000',
      'limit=-1',
      `where.title=${'a'.repeat(20_000)}`,
      'sort=title,title,title',
    ]) {
      const { status } = await asUser(`/v1/data/records/notes?${query}`);
      expect({ query: query.slice(0, 30), isRefused: [400, 414, 431].includes(status) }).toMatchObject({
        isRefused: true,
      });
    }
  });

  test('reg/J3-nesting-is-counted-before-anything-walks-it', async () => {
    const deep = (depth: number) => `{"title":"a","more":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    for (const depth of [40, 1_000, 100_000]) {
      const answer = await call(url, 'POST', '/v1/data/records/notes', { token: running.user, text: deep(depth) });
      expect([depth, codeOf(answer)]).toEqual([depth, 'body_too_deep']);
    }
    expect((await asUser('/v1/data/records/notes')).status).toBe(200);
  });

  test('reg/J3-a-log-in-looks-for-its-user-by-an-index', async () => {
    const { statements } = await must<{ statements: { name: string; text?: string }[] }>(
      url,
      'GET',
      '/v1/monitor/statements',
      { token: running.operator },
    );
    const names = statements.map(({ name }) => name);
    expect(names).toContain('accounts.findCredentialsByEmail');
  });
});
