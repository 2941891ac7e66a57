import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../main/accounts/audit-trail/schema.ts';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD } from '../../support/accounts.ts';
import { newPerson, type Person } from '../../support/people.ts';

let app: AccountsApp;
let operator: Person;
beforeAll(async () => {
  app = await createAccountsApp();
  operator = await newPerson(app, { role: 'operator' });
});
afterAll(() => app.close());

async function trail(query = '', { token } = operator): Promise<{ events: AuditEvent[]; nextCursor: string | null }> {
  const answer = await app.ask('GET', `audit${query}`, { token });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}
const own = async ({ token }: { token: string }): Promise<AuditEvent[]> =>
  (await app.ask('GET', 'me/audit', { token })).json().events;
const actionsOf = (events: readonly AuditEvent[]) => events.map(({ action }) => action);

describe('what happens to an account', () => {
  test('from sign-up to log-out is all there, and nothing that was typed', async () => {
    const { user, token } = await app.signUp('ada@example.com');
    const wrong = { email: 'ada@example.com', password: 'a wrong one that she typed' };
    expect((await app.ask('POST', 'log-in', { body: wrong })).statusCode).toBe(401);
    await app.ask('POST', 'log-in', { body: { ...wrong, email: 'secret typed as an address@example.com' } });
    await app.runService('audit refusals');
    const other = await app.logIn('ada@example.com');
    await app.ask('DELETE', 'sessions', { token });
    expect((await app.ask('GET', 'me', { token: other })).statusCode).toBe(401);
    const out = await app.logIn('ada@example.com');
    await app.ask('POST', 'log-out', { token: out });
    const events = await own({ token });
    expect(actionsOf(events)).toEqual([
      ...['log_out.succeeded', 'log_in.succeeded', 'sessions.revoked', 'log_in.succeeded', 'log_in.failed'],
      ...['log_in.succeeded', 'user.signed_up'],
    ]);
    expect(events[1]).toMatchObject({
      ...{ outcome: 'done', ip: '127.0.0.1', details: { methods: 'password' }, sessionId: expect.any(String) },
      actor: { kind: 'user', id: user.id },
      subject: { kind: 'user', id: user.id, email: 'ada@example.com' },
    });
    expect(events.find(({ action }) => action === 'log_in.failed')).toMatchObject({
      outcome: 'refused',
      actor: { kind: 'anyone', id: null },
    });
    const all = JSON.stringify(await trail('?limit=200'));
    for (const typed of ['a wrong one', 'secret typed', GOOD_PASSWORD, token, other]) expect(all).not.toContain(typed);
  });

  test('a password that is changed, and one that is not', async () => {
    const { token } = await app.signUp('eve@example.com');
    const change = (currentPassword: string) =>
      app.ask('POST', 'password/change', { token, body: { currentPassword, newPassword: 'nine amber ladders hum' } });
    await change('something else entirely');
    const changed = await change(GOOD_PASSWORD);
    await app.runService('audit refusals');
    const actions = actionsOf(await own({ token: changed.json().token }));
    expect(actions).toEqual(expect.arrayContaining(['password.changed', 'password.change_refused']));
  });

  test('whoever was refused what is for operators', async () => {
    const person = await newPerson(app);
    for (let asked = 0; asked < 5; asked += 1) await app.ask('GET', 'users', person);
    await app.runService('audit refusals');
    const { events } = await trail(`?user=${person.id}&action=access.denied`);
    expect(events).toMatchObject([
      {
        outcome: 'refused',
        subject: { kind: 'route', id: 'GET /v1/accounts/users' },
        details: { code: 'operator_only' },
      },
    ]);
  });
});

describe('reading it', () => {
  test('page by page, each event once, newest first', async () => {
    const seen: AuditEvent[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 50; page += 1) {
      const next = await trail(`?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...next.events);
      cursor = next.nextCursor;
    }
    const ids = seen.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(6);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort().reverse());
  });

  test('of one user: what he did and what was done to him, and what is both only once', async () => {
    const person = await newPerson(app);
    await app.ask('PATCH', `users/${person.id}`, { token: operator.token, body: { name: 'Bob' } });
    await app.ask('POST', 'sessions/revoke-all', person);
    const { events } = await trail(`?user=${person.id}`);
    expect(actionsOf(events)).toEqual(['sessions.revoked', 'user.renamed']);
    expect(actionsOf((await trail(`?user=${person.id}&action=user.renamed`)).events)).toEqual(['user.renamed']);
    expect((await trail(`?user=${person.id}&action=user.disabled`)).events).toEqual([]);
  });

  test('of a span of time, to the microsecond', async () => {
    const { events } = await trail('?limit=200');
    const oldest = events.at(-1)?.at ?? '';
    const newest = events[0]?.at ?? '';
    const later = new Date(new Date(newest).getTime() + 1).toISOString();
    expect((await trail(`?limit=200&from=${oldest}&to=${later}`)).events).toHaveLength(events.length);
    expect((await trail(`?limit=200&to=${oldest}`)).events).toEqual([]);
    expect((await trail(`?limit=200&from=${later}`)).events).toEqual([]);
    // A leap second is an instant that only Postgres can read.
    expect((await trail('?from=2016-12-31T23:59:60Z')).events.length).toBeGreaterThan(0);
  });

  test('says how far it is sealed, and each event its number', async () => {
    await app.runService('audit sealing');
    const state = (await app.ask('GET', 'audit/state', operator)).json();
    expect(state).toMatchObject({
      sealed: { hash: expect.stringMatching(/^[0-9a-f]{64}$/), isSigned: true },
      unsealed: 0,
    });
    expect((await trail()).events[0]?.seq).toBe(state.sealed.seq);
  });

  test('as lines, oldest first, with number and hash', async () => {
    const answer = await app.ask('GET', 'audit/export', operator);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('application/x-ndjson');
    expect(answer.headers['content-disposition']).toContain('attachment');
    const lines = answer.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const ids = lines.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(lines[0]).toMatchObject({ seq: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    // That it was taken out is in it.
    expect(lines.at(-1)).toMatchObject({ action: 'audit_trail.exported', actorId: operator.id, seq: null });
    const none = await app.ask('GET', 'audit/export?to=2020-01-01T00:00:00Z', operator);
    expect(none.body).toBe('');
  });

  test('says neither which key nor from where, where an operator’s program did something to one’s account', async () => {
    const person = await newPerson(app);
    const body = { name: 'program', scopes: ['accounts.write'] };
    const { key } = (await app.ask('POST', 'api-keys', { token: operator.token, body })).json();
    const changed = await app.ask('PATCH', `users/${person.id}`, { token: key, body: { name: 'Ada' } });
    expect(changed.statusCode).toBe(200);
    const [event] = await own(person);
    expect(event).toMatchObject({ action: 'user.renamed', actor: { kind: 'api_key', id: null }, ip: null });
    expect((await trail(`?user=${person.id}`)).events[0]).toMatchObject({ ip: '127.0.0.1' });
  });

  test('is for operators and those whom a role lets, and one’s own for oneself', async () => {
    const person = await newPerson(app);
    for (const path of ['audit', 'audit/state', 'audit/export']) {
      expect((await app.ask('GET', path, person)).statusCode).toBe(403);
    }
    const auditor = await newPerson(app, { permissions: ['audit.read'] });
    expect((await trail('', auditor)).events.length).toBeGreaterThan(0);
    expect(await own(person)).toEqual([]);
  });
});
