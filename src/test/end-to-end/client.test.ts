// The client as a program uses it, in Node, against a whole server over real sockets.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type App, startApp } from '../../main/app.ts';
import {
  type Client,
  createClient,
  type PoolSnapshot,
  ProblemError,
  type StreamState,
} from '../../main/client/index.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { PASSWORD } from '../support/api-session.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { findFreePort } from '../support/free-port.ts';
import { type RunningApp, runApp, USER_EMAIL } from '../support/running-app.ts';

const OTHER_PASSWORD = 'nine amber ladders hum';

let running: RunningApp;
let operator: Client;
let user: Client;

beforeAll(async () => {
  running = await runApp();
  operator = createClient({ baseUrl: `${running.url}/`, token: running.operator });
  user = createClient({ baseUrl: running.url, token: running.user });
  await operator.data.operator.createCollection({
    name: 'notes',
    fields: [
      { name: 'title', type: 'text', required: true, indexed: true },
      { name: 'rank', type: 'number', indexed: true },
    ],
  });
});

async function refusal(call: Promise<unknown>): Promise<ProblemError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return error as ProblemError;
}

/** The secret of the link in the newest mail to an address. */
async function secretFor(email: string): Promise<string> {
  const newest = async () => {
    const { items } = await operator.accounts.operator.listMails({ limit: 100 });
    return items.find((mail) => mail.to === email);
  };
  await expect.poll(newest, { timeout: 5_000 }).toBeDefined();
  const mail = await operator.accounts.operator.getMail((await newest())?.id ?? '');
  return /#token=([\w-]+)/.exec(mail.text)?.[1] ?? '';
}

describe('accounts', () => {
  test('sign-up, the mail’s link, log-out, log-in, a new password: the token is kept all along', async () => {
    const ada = createClient({ baseUrl: running.url });
    const email = 'ada@example.com';
    expect(await ada.accounts.signUp({ email, password: PASSWORD, name: 'Ada' })).toEqual({ status: 'check_mail' });
    await ada.accounts.verifyEmail({ token: await secretFor(email) });
    expect((await ada.accounts.me()).user).toMatchObject({ email, name: 'Ada', emailVerified: true });
    expect((await ada.accounts.changeName('Ada L.')).user.name).toBe('Ada L.');

    await ada.accounts.logOut();
    expect(await refusal(ada.accounts.me())).toMatchObject({ status: 401, code: 'not_logged_in' });
    await ada.accounts.logIn({ email, password: PASSWORD });
    await createClient({ baseUrl: running.url }).accounts.logIn({ email, password: PASSWORD });
    expect(await ada.accounts.listSessions()).toHaveLength(2);

    await ada.accounts.changePassword({ currentPassword: PASSWORD, newPassword: OTHER_PASSWORD });
    const sessions = await ada.accounts.listSessions();
    expect(sessions.map(({ current }) => current)).toEqual([true]);
    await ada.accounts.rotateSession();
    expect((await ada.accounts.me()).session.current).toBe(true);
  });

  test('a forgotten password', async () => {
    await operator.accounts.operator.createUser({ email: 'bo@example.com', password: PASSWORD, role: 'user' });
    const bo = createClient({ baseUrl: running.url });
    expect(await bo.accounts.forgotPassword('bo@example.com')).toEqual({ status: 'check_mail' });
    await bo.accounts.resetPassword({ token: await secretFor('bo@example.com'), newPassword: OTHER_PASSWORD });
    const signed = await bo.accounts.logIn({ email: 'bo@example.com', password: OTHER_PASSWORD });
    expect(signed).toMatchObject({ user: { email: 'bo@example.com' } });
  });

  test('an operator finds, changes and disables users, page by page', async () => {
    const { listUsers, changeUser, getUser, listSessionsOf, listAllSessions } = operator.accounts.operator;
    const first = await listUsers({ limit: 1 });
    const second = await listUsers({ limit: 1, cursor: first.nextCursor ?? '' });
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id);
    const [found] = (await listUsers({ search: USER_EMAIL.slice(0, 6) })).items;
    expect(found?.email).toBe(USER_EMAIL);
    const id = found?.id ?? '';
    expect(await listSessionsOf(id)).toHaveLength(1);
    expect((await listAllSessions({})).items.some(({ user: { email } }) => email === USER_EMAIL)).toBe(true);
    expect((await changeUser(id, { name: 'Ursula' })).name).toBe('Ursula');
    expect((await getUser(id)).name).toBe('Ursula');
  });
});

describe('data', () => {
  test('a record from its making to its end', async () => {
    const notes = user.data.records<{ title: string; rank?: number | null }>('notes');
    const made = await notes.create({ title: 'a', rank: 1 });
    expect(await notes.get(made.id)).toEqual(made);
    expect(await notes.update(made.id, { rank: null })).toMatchObject({ id: made.id, title: 'a', rank: null });
    await notes.delete(made.id);
    expect(await refusal(notes.get(made.id))).toMatchObject({ status: 404, code: 'record_not_found' });
  });

  test('lists are filtered, sorted and walked to their end', async () => {
    const notes = user.data.records<{ title: string; rank: number }>('notes');
    for (let rank = 0; rank < 7; rank += 1) await notes.create({ title: rank % 2 ? 'odd' : 'even', rank });
    const page = await notes.list({ limit: 3, sort: 'rank' });
    expect(page.items.map(({ rank }) => rank)).toEqual([0, 1, 2]);
    expect(page.nextCursor).not.toBeNull();
    const ranks: number[] = [];
    for await (const { rank } of notes.each({ limit: 2, sort: '-rank' })) ranks.push(rank);
    expect(ranks).toEqual([6, 5, 4, 3, 2, 1, 0]);
    expect((await notes.list({ where: { title: 'odd' } })).items).toHaveLength(3);
  });

  test('another user’s records are his own, and an operator sees all', async () => {
    const [own] = (await user.data.records('notes').list()).items;
    const theirs = await refusal(operator.data.records('notes').get(own?.id ?? ''));
    expect(theirs).toMatchObject({ status: 404, code: 'record_not_found' });
    const all = await operator.data.operator.listRecords('notes', {});
    expect(all.items.map(({ id }) => id)).toContain(own?.id);
  });

  test('collections are made, grown, listed and deleted', async () => {
    const calls = operator.data.operator;
    await calls.createCollection({ name: 'passing', fields: [] });
    expect((await calls.addField('passing', { name: 'size', type: 'number' })).fields).toHaveLength(1);
    expect((await calls.listCollections()).map(({ name }) => name).sort()).toEqual(['notes', 'passing']);
    await calls.deleteCollection('passing');
    expect(await refusal(calls.getCollection('passing'))).toMatchObject({ code: 'collection_not_found' });
    // A name cannot lead the request to another address.
    expect(await refusal(calls.getCollection('../../accounts/me'))).toMatchObject({ status: 404 });
  });
});

describe('a refusal', () => {
  test('names its code, its fields and the request it belongs to', async () => {
    const error = await refusal(user.data.records('notes').create({ rank: 'high', weight: 1 }));
    expect(error).toMatchObject({ status: 400, code: 'invalid_input', retryAfterSeconds: null });
    expect(error.requestId).toMatch(/^[\w.-]{1,64}$/);
    expect(error.fields.map(({ field }) => field).sort()).toEqual(['rank', 'title', 'weight']);
    expect(error.fieldMessage('title')).toBe('is required');
    expect(error.message).toBe(error.detail);
  });

  test('says how long to wait', async () => {
    const guesser = createClient({ baseUrl: running.url });
    const email = 'guessed@example.com';
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await refusal(guesser.accounts.logIn({ email, password: 'a wrong one' }))).toMatchObject({ status: 401 });
    }
    const error = await refusal(guesser.accounts.logIn({ email, password: 'a wrong one' }));
    expect(error).toMatchObject({ status: 429, code: 'too_many_attempts' });
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
  });

  test('is told apart from no answer at all, and from the caller’s own cancelling', async () => {
    const nowhere = createClient({ baseUrl: `http://127.0.0.1:${await findFreePort()}` });
    expect(await refusal(nowhere.accounts.settings())).toMatchObject({ status: 0, code: 'server_unreachable' });
    await expect(user.accounts.me(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the monitor', () => {
  test('pool, overview and statements', async () => {
    const { pool, leases } = await operator.monitor.pool();
    expect(pool.lanes).toHaveLength(5);
    expect(Array.isArray(leases)).toBe(true);
    expect((await operator.monitor.overview()).database.kind).toBe('external');
    expect((await operator.monitor.statements()).length).toBeGreaterThan(10);
  });

  interface Watch {
    pools: PoolSnapshot[];
    states: StreamState['kind'][];
    ended: Promise<void>;
    stop(): void;
  }

  function watch(client: Client): Watch {
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const pools: PoolSnapshot[] = [];
    const states: StreamState['kind'][] = [];
    const ended = client.monitor.streamPool({
      onPool: (pool) => pools.push(pool),
      onState: ({ kind }) => states.push(kind),
      signal: abort.signal,
    });
    ended.catch(() => undefined);
    return { pools, states, ended, stop: () => abort.abort() };
  }

  test('streamPool outlives the server, and goes on with the next one', { timeout: 30_000 }, async () => {
    const port = String(await findFreePort());
    const environment = { DATABASE_URL: running.databaseUrl, PORT: port, HASH_THREADS: '1' };
    const start = (): Promise<App> => startApp({ environment, logger: createLogger({ level: 'silent' }) });
    let server = await start();
    atEndOfFile(() => server.stop());
    const { pools, states, ended, stop } = watch(createClient({ baseUrl: server.url, token: running.operator }));
    await expect.poll(() => pools.length).toBeGreaterThan(0);
    expect(states).toEqual(['connecting', 'open']);

    await server.stop();
    await expect.poll(() => states).toContain('lost');
    const before = pools.length;
    await sleep(100);
    server = await start();
    await expect.poll(() => pools.length, { timeout: 10_000 }).toBeGreaterThan(before);
    expect(states.at(-1)).toBe('open');
    stop();
    await ended;
    const seen = pools.length;
    await sleep(300);
    expect(pools.length).toBe(seen);
  });

  test('streamPool gives up where it is refused, at the beginning and later', { timeout: 30_000 }, async () => {
    expect(await refusal(watch(user).ended)).toMatchObject({ status: 403, code: 'operator_only' });

    const other = createClient({ baseUrl: running.url });
    const signed = await other.accounts.logIn({ email: 'operator@example.com', password: PASSWORD });
    if ('secondFactor' in signed) throw new Error('no second factor was set up');
    const { session } = signed;
    const { ended, pools } = watch(other);
    await expect.poll(() => pools.length).toBeGreaterThan(0);
    await operator.accounts.revokeSession(session.id);
    expect(await refusal(ended)).toMatchObject({ status: 401, code: 'not_logged_in' });
  });
});
