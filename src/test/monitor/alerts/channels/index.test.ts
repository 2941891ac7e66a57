/** Channels from end to end: made by an operator, told of alerts, against real receivers, with the database there and away. */

import { createHmac } from 'node:crypto';
import pg from 'pg';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { ProblemError } from '../../../../main/client/index.ts';
import { createDatabase, type Database, type Statement } from '../../../../main/database/index.ts';
import { createLogger } from '../../../../main/foundation/logger.ts';
import { createAlert, resolve } from '../../../support/alerts.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { atEndOfFile } from '../../../support/end-of-file.ts';
import { startFaultProxy } from '../../../support/fault-proxy.ts';
import { type Receiver, startReceiver } from '../../../support/receiver.ts';
import { type ChannelsServer, startChannels } from './channels-server.ts';

// Beside seven other files on two processors a whole server takes its time.
vi.setConfig({ testTimeout: 60_000 });
/** Two processors may have much else to do. */
const soon = { timeout: 20_000 };

let server: ChannelsServer;
let receiver: Receiver;
beforeAll(async () => {
  server = await startChannels();
  receiver = await startReceiver();
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as ProblemError).code,
  );
const createHook = (to: ChannelsServer, path = '/hook') =>
  to.client.createChannel({ name: 'on-call', kind: 'webhook', target: `${receiver.url}${path}` });
const hookCalls = (path: string) => receiver.received.filter((one) => one.path === path);

/** A pool in which one statement never comes through. */
async function databaseWithout(connectionString: string, name: string): Promise<Database> {
  const database = createDatabase({ connectionString, maxConnections: 5, logger: createLogger({ level: 'silent' }) });
  atEndOfFile(() => database.close());
  const query = database.query.bind(database) as (
    statement: Statement,
    params: readonly unknown[],
  ) => Promise<object[]>;
  database.query = ((statement: Statement, params: readonly unknown[]) =>
    statement.name === name
      ? Promise.reject(new Error('not now'))
      : query(statement, params)) as unknown as typeof database.query;
  return database;
}

async function sql<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('a channel', () => {
  test('is told of an alert and of its end, once each, and signs it with the key that was shown', async () => {
    const { channel, secret } = await createHook(server, '/signed');
    expect(channel).toMatchObject({ target: `${receiver.url}/…`, hasSecret: true, lastDelivery: null, waiting: 0 });
    const alert = createAlert();
    server.channels.notify(alert, 'fired');
    server.channels.notify({ ...alert, count: 2 }, 'updated');
    await expect.poll(() => hookCalls('/signed').length, soon).toBe(1);
    server.channels.notify(resolve(alert), 'resolved');
    await expect.poll(() => hookCalls('/signed').length, soon).toBe(2);
    const [fired, resolved] = hookCalls('/signed');
    expect(fired?.body).toMatchObject({ type: 'alert.fired', data: { alert: { id: alert.id } } });
    expect(resolved?.body).toMatchObject({ type: 'alert.resolved' });
    const { 'webhook-id': id, 'webhook-timestamp': at } = fired?.headers ?? {};
    const key = Buffer.from((secret ?? '').replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${at}.${fired?.text}`).digest('base64');
    expect(fired?.headers['webhook-signature']).toBe(`v1,${signature}`);
    await expect
      .poll(async () => (await server.client.deliveries(channel.id)).deliveries, soon)
      .toMatchObject([
        { alertId: alert.id, state: 'delivered', sentence: 'The webhook answered 200.' },
        { alertId: alert.id, state: 'delivered', attempts: 1 },
      ]);
    await server.client.deleteChannel(channel.id);
    expect(await codeOf(server.client.deliveries(channel.id))).toBe('channel_not_found');
  });

  test('is changed without its secret, which does not follow to another host', async () => {
    const { channel, secret } = await createHook(server, '/one');
    const renamed = await server.client.changeChannel(channel.id, { name: 'night shift', isEnabled: false });
    expect(renamed).toMatchObject({
      channel: { name: 'night shift', isEnabled: false, hasSecret: true },
      secret: null,
    });
    const moved = await server.client.changeChannel(channel.id, { target: `${receiver.url}/two` });
    expect(moved.secret).toBeNull();
    const elsewhere = await server.client.changeChannel(channel.id, { target: 'https://other.example/hook' });
    expect(elsewhere.secret).toMatch(/^whsec_/);
    expect(elsewhere.secret).not.toBe(secret);
    expect(elsewhere.channel.target).toBe('https://other.example/…');
    await server.client.deleteChannel(channel.id);
  });

  test('of another host is asked for its key again, where it has to have one', async () => {
    const made = await server.client.createChannel({ name: 'pager', kind: 'pagerduty', secret: 'R0UT1NG' });
    expect(made.channel).toMatchObject({ target: 'https://events.pagerduty.com', severityLeast: 'page' });
    const target = 'https://events.eu.pagerduty.com/v2/enqueue';
    expect(await codeOf(server.client.changeChannel(made.channel.id, { target }))).toBe('invalid_channel');
    expect(await codeOf(server.client.changeChannel(made.channel.id, { target, secret: 'R2' }))).toBe('done');
    await server.client.deleteChannel(made.channel.id);
  });

  test('is refused in words, and what an operator does is in the journal', async () => {
    expect(await codeOf(server.client.createChannel({ name: 'x', kind: 'slack' }))).toBe('invalid_channel');
    expect(await codeOf(server.client.changeChannel(createAlert().id, {}))).toBe('invalid_input');
    const nobody = '0195d3a4-0000-7000-8000-00000000dead';
    expect(await codeOf(server.client.testChannel(nobody))).toBe('channel_not_found');
    expect(await codeOf(server.client.deleteSilence(nobody))).toBe('silence_not_found');
    const kinds = server.journal.page(20).entries.map(({ sentence }) => sentence);
    expect(kinds).toContain('An operator has made the alert channel on-call.');
  });

  test('keeps its address and its key out of the tables, the answers and the log', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const target = `${receiver.url}/services/T0-secret-path`;
    receiver.answer(() => ({ status: 500, text: target }));
    const { channel } = await server.client.createChannel({ name: 'quiet', kind: 'webhook', target, secret });
    const tried = await server.client.testChannel(channel.id);
    expect(tried).toMatchObject({ state: 'failed', sentence: expect.stringContaining('answered 500') });
    receiver.answer(() => ({ status: 200 }));
    const rows = await sql(
      server.target.url,
      `select channel::text, encode(sealed, 'escape') from aquifer_monitor.channel`,
    );
    const deliveries = await server.client.deliveries(channel.id);
    const everything = JSON.stringify([rows, deliveries, await server.client.channels(), server.lines]);
    expect(everything).not.toContain('secret-path');
    expect(everything).not.toContain(secret.slice(6));
    await server.client.deleteChannel(channel.id);
  });
});

describe('a test', () => {
  test('says what was answered, and that the log has it', async () => {
    const { channel } = await createHook(server, '/tested');
    const done = await server.client.testChannel(channel.id);
    expect(done).toMatchObject({
      state: 'delivered',
      alertId: null,
      attempts: 1,
      sentence: 'The webhook answered 200.',
    });
    expect(hookCalls('/tested')[0]?.body).toMatchObject({
      type: 'alert.test',
      data: { alert: { sentence: 'This is a test of the channel on-call. Nothing is wrong.' } },
    });
    const [shown] = (await server.client.channels()).filter(({ id }) => id === channel.id);
    expect(shown?.lastDelivery).toMatchObject({ succeeded: true });
    await server.client.deleteChannel(channel.id);
  });

  test('of a receiver that hangs comes back', async () => {
    const hasty = await startChannels({ pacing: { timeoutMs: 150 } });
    const hanging = await startReceiver(() => 'hang');
    const { channel } = await hasty.client.createChannel({ name: 'hung', kind: 'slack', target: hanging.url });
    expect(await hasty.client.testChannel(channel.id)).toMatchObject({
      state: 'failed',
      sentence: 'Slack did not answer in time.',
    });
    await hasty.stop();
  });
});

describe('a silence', () => {
  test('is made, keeps alerts back, and is ended', async () => {
    const { channel } = await createHook(server, '/silenced');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const made = await server.client.createSilence({ reason: 'We move house.', ruleId: 'quiet-rule', until });
    const alert = createAlert({ ruleId: 'quiet-rule' });
    const other = createAlert({ ruleId: 'loud-rule' });
    server.channels.notify(alert, 'fired');
    server.channels.notify(other, 'fired');
    await expect.poll(() => hookCalls('/silenced').length, soon).toBe(1);
    expect((await server.client.deliveries(channel.id)).deliveries.map(({ state }) => state).toSorted()).toEqual([
      'delivered',
      'silenced',
    ]);
    expect(await server.client.silences()).toMatchObject([{ id: made.id, until, weekly: null }]);
    await server.client.deleteSilence(made.id);
    await expect.poll(() => hookCalls('/silenced').length, soon).toBe(2);
    expect(await server.client.silences()).toEqual([]);
    for (const one of [alert, other]) server.channels.notify(resolve(one), 'resolved');
    await server.client.deleteChannel(channel.id);
  });

  test('of each week comes back as it was given', async () => {
    const weekly = { days: [6, 7], startsAt: '02:00', minutes: 90, timeZone: 'Europe/Vienna' };
    const made = await server.client.createSilence({ reason: 'Nightly jobs.', weekly });
    expect(await server.client.silences()).toMatchObject([{ id: made.id, weekly, until: null, scope: null }]);
    await server.client.deleteSilence(made.id);
    expect(await codeOf(server.client.createSilence({ reason: 'for ever' }))).toBe('invalid_silence');
  });
});

describe('the log of deliveries', () => {
  test('goes back page by page, from what is written and what is not yet', async () => {
    const { channel } = await createHook(server, '/paged');
    for (let index = 0; index < 5; index += 1) await server.client.testChannel(channel.id);
    const first = await server.client.deliveries(channel.id, { limit: 3 });
    const second = await server.client.deliveries(channel.id, { limit: 3, cursor: first.nextCursor });
    expect([first.deliveries.length, second.deliveries.length, second.nextCursor]).toEqual([3, 2, null]);
    const ids = [...first.deliveries, ...second.deliveries].map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    expect(ids).toEqual(ids.toSorted().reverse());
    await server.client.deleteChannel(channel.id);
  });
});

describe('with the database away', () => {
  test('alerts go out all the same and at once, and what was sent is written when it is back', async () => {
    const target = await createTestDatabase();
    atEndOfFile(() => target.drop());
    const proxy = await startFaultProxy(target.url);
    atEndOfFile(() => proxy.stop());
    const cut = await startChannels({}, { ...target, url: proxy.url });
    const { channel } = await createHook(cut, '/outage');
    cut.channels.notify(createAlert(), 'fired');
    await expect.poll(() => hookCalls('/outage').length, soon).toBe(1);
    receiver.received.length = 0;
    await proxy.stop();
    const alert = createAlert();
    const startedMs = performance.now();
    cut.channels.notify(alert, 'fired');
    await expect.poll(() => hookCalls('/outage').length, soon).toBe(1);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    cut.channels.notify(resolve(alert), 'resolved');
    await expect.poll(() => hookCalls('/outage').length, soon).toBe(2);
    await proxy.listen();
    const written = () => sql(target.url, 'select change, state from aquifer_monitor.delivery order by id');
    await expect.poll(written, { timeout: 15_000 }).toEqual([
      { change: 'fired', state: 'delivered' },
      { change: 'fired', state: 'delivered' },
      { change: 'resolved', state: 'delivered' },
    ]);
    expect((await cut.client.deliveries(channel.id)).deliveries).toHaveLength(3);
    await cut.stop();
  });

  test('from the start on, what was said before is not waited for without end', async () => {
    const known = await startChannels();
    await createHook(known, '/unknown-past');
    await known.stop();
    const forgetful = await startChannels(
      {
        restorePatienceMs: 100,
        database: await databaseWithout(known.target.url, 'monitor.readRecentDeliveries'),
      },
      known.target,
    );
    forgetful.channels.notify(createAlert(), 'fired');
    await expect.poll(() => hookCalls('/unknown-past').length, soon).toBe(1);
    await forgetful.stop();
  });
});

describe('a new start', () => {
  test('says nothing twice, goes on with what waits, and tells of the end of what it has not seen begin', async () => {
    const first = await startChannels();
    const { channel } = await createHook(first, '/restart');
    const told = createAlert();
    const waiting = createAlert();
    first.channels.notify(told, 'fired');
    await expect.poll(() => hookCalls('/restart').length, soon).toBe(1);
    receiver.answer(({ path }) => ({ status: path === '/restart' ? 503 : 200 }));
    first.channels.notify(waiting, 'fired');
    await expect.poll(() => hookCalls('/restart').length, soon).toBeGreaterThan(2);
    expect((await first.client.channels())[0]).toMatchObject({ id: channel.id, waiting: 1 });
    await first.stop();
    receiver.answer(() => ({ status: 200 }));
    receiver.received.length = 0;
    const second = await startChannels({}, first.target);
    second.channels.notify(told, 'fired');
    await expect.poll(() => hookCalls('/restart').map(({ body }) => body.data.alert.id), soon).toEqual([waiting.id]);
    second.channels.notify(resolve(told), 'resolved');
    await expect
      .poll(() => hookCalls('/restart').map(({ body }) => body.type), soon)
      .toEqual(['alert.fired', 'alert.resolved']);
    await second.stop();
  });

  test('with another key says so where one looks, and the channel can still be switched off or given its address again', async () => {
    const first = await startChannels();
    const { channel } = await createHook(first, '/key');
    await first.stop();
    const second = await startChannels({ secretKey: 'another key' }, first.target);
    await expect
      .poll(() => second.client.channels(), soon)
      .toMatchObject([
        { id: channel.id, lastDelivery: { succeeded: false, sentence: expect.stringContaining('AQUIFER_SECRET_KEY') } },
      ]);
    expect(await second.client.testChannel(channel.id)).toMatchObject({ state: 'failed' });
    await second.client.changeChannel(channel.id, { isEnabled: false });
    const mended = await second.client.changeChannel(channel.id, { target: `${receiver.url}/key`, isEnabled: true });
    expect(mended.secret).toMatch(/^whsec_/);
    expect(await second.client.testChannel(channel.id)).toMatchObject({ state: 'delivered' });
    await second.stop();
  });

  test('without any key stores nothing', async () => {
    const bare = await startChannels({ secretKey: undefined });
    expect(await codeOf(createHook(bare))).toBe('secret_key_missing');
    await bare.stop();
  });
});
