/** Incidents kept in Postgres: over a restart, while it is away, and seen by two servers at once. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, createLogger, type Database, statement } from '../../../main/database/index.ts';
import type { CauseReport } from '../../../main/monitor/cause/schema.ts';
import { ImpactSecond } from '../../../main/monitor/impact/impact-second.ts';
import { IncidentBook } from '../../../main/monitor/incidents/incident-book.ts';
import { IncidentStore } from '../../../main/monitor/incidents/incident-store.ts';
import { IncidentWatch } from '../../../main/monitor/incidents/incident-watch.ts';
import { Timeline } from '../../../main/monitor/incidents/timeline.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { verdictOf } from './verdict-example.ts';

const clear = statement<[]>({
  name: 'test.clearIncidents',
  lane: 'control',
  deadlineMs: 2_000,
  text: 'delete from aquifer_monitor.incident',
});

const age = statement<[]>({
  name: 'test.ageIncidentShares',
  lane: 'control',
  deadlineMs: 2_000,
  text: `update aquifer_monitor.incident_share set beat_at = beat_at - interval '1 minute'`,
});

let target: TestDatabase;
let proxy: FaultProxy;
let database: Database;
let nowMs: number;

beforeAll(async () => {
  target = await createTestDatabase();
  proxy = await startFaultProxy(target.url);
  database = createDatabase({
    ...{ connectionString: proxy.url, maxConnections: 5, connectTimeoutMs: 500 },
    logger: createLogger({ level: 'silent' }),
  });
});

beforeEach(async () => {
  nowMs = Math.floor(Date.now() / 1000) * 1000;
  await database.execute(clear, []);
});

afterAll(async () => {
  await database.close();
  await proxy.stop();
  await target.drop();
});

/** A server of the test's own, without its clock running. */
function startServer() {
  const seconds: ImpactSecond[] = [];
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  let report: CauseReport = { state: 'calm', since: new Date(nowMs).toISOString(), verdict: null, recent: [] };
  const store = new IncidentStore(database);
  const timeline = new Timeline(clock, (entries) => store.saveEntries(entries));
  const watch: IncidentWatch = new IncidentWatch({
    ...{ clock, timeline, calmMs: 60_000, cause: () => report },
    meter: { seconds: () => seconds, users: () => ({ active: 0, hurt: 0 }) },
    onOpened: (incident) => book.opened(incident),
    onClosed: () => undefined,
  });
  const book: IncidentBook = new IncidentBook({
    ...{ store, watch, timeline, clock, sample: () => undefined, caps: () => [], ruleMode: () => 'warn' },
  });
  const second = (hurt: readonly number[] = []) => {
    const one = new ImpactSecond(nowMs);
    const met = { route: 'GET /notes', durationMs: 5, isFailed: true, isSlow: false, isRefused: true, statusCode: 503 };
    for (const person of hurt) one.add({ ...met, person });
    seconds.push(one);
    watch.onSecond(one);
  };
  return { book, watch, timeline, second, setReport: (next: CauseReport) => (report = next) };
}

const pass = (ms: number) => {
  nowMs += ms;
};

test('what was seen is the same after a restart, and the incident goes on', async () => {
  const before = startServer();
  before.setReport({ state: 'trouble', since: new Date(nowMs).toISOString(), verdict: verdictOf(), recent: [] });
  before.second([1, 2, 3]);
  pass(1_000);
  before.second([4]);
  await before.book.run();
  const { id } = before.watch.current ?? { id: '' };

  const after = startServer();
  await after.book.run();
  expect(after.watch.current?.id).toBe(id);
  pass(1_000);
  after.second([5, 6]);
  await after.book.run();
  const detail = await after.book.detail(id);
  expect(detail.incident).toMatchObject({ number: 1, state: 'open', usersHurt: 4, verdictKind: 'missing_index' });
  expect(detail.impact).toMatchObject({ usersHurt: 4, failed: 6, isEstimated: true });
  expect(detail.points.map(({ failed }) => failed)).toEqual([3, 1, 2]);
  expect(detail.timeline.map(({ kind }) => kind)).toContain('opened');
  for (let index = 0; index < 65; index += 1) {
    pass(1_000);
    after.second();
  }
  await after.book.run();
  // The server that ended said last that users were hurt, and it is waited for a moment in case that it lives.
  expect((await startServer().book.list(10)).incidents).toMatchObject([{ id, state: 'open', usersHurt: 4 }]);
  await database.execute(age, []);
  await after.book.run();
  expect((await startServer().book.list(10)).incidents).toMatchObject([{ id, state: 'closed', usersHurt: 4 }]);
  const stored = await startServer().book.detail(id);
  expect(stored.verdict?.kind).toBe('missing_index');
  expect(stored.actions.map(({ kind }) => kind)).toEqual(['create_index', 'cap_statement']);
});

test('two servers that see the same storm share one incident, and the last that sees it closes it', async () => {
  const [one, other] = [startServer(), startServer()];
  one.second([1, 2, 3]);
  other.second([11, 12, 13, 14]);
  expect(other.watch.current?.id).not.toBe(one.watch.current?.id);
  await one.book.run();
  await other.book.run();
  const { id } = one.watch.current ?? { id: '' };
  expect(other.watch.current?.id).toBe(id);
  expect((await one.book.list(10)).incidents).toHaveLength(1);
  expect((await other.book.detail(id)).impact).toMatchObject({ failed: 7, usersHurt: 4, isEstimated: true });

  for (let index = 0; index < 65; index += 1) {
    pass(1_000);
    one.second();
    other.second([11, 12, 13, 14]);
    if (index % 10 === 0) await other.book.run();
  }
  await other.book.run();
  await one.book.run();
  expect(one.watch.current).toBeUndefined();
  expect((await startServer().book.list(10)).incidents).toMatchObject([{ id, state: 'open' }]);
  for (let index = 0; index < 65; index += 1) {
    pass(1_000);
    other.second();
  }
  await other.book.run();
  expect((await startServer().book.list(10)).incidents).toMatchObject([{ id, state: 'closed' }]);
});

test('one that an operator closes on another server is closed here too', async () => {
  const [one, other] = [startServer(), startServer()];
  one.second([1, 2, 3]);
  await one.book.run();
  await other.book.run();
  const { id } = one.watch.current ?? { id: '' };
  await other.book.closeByHand(id, '01a2089e-473c-7793-8938-ed0f4cd8bb04');
  pass(10_000);
  one.second([1]);
  await one.book.run();
  pass(1_000);
  one.second();
  expect(one.watch.current).toBeUndefined();
  await expect(one.book.closeByHand(id, '01a2089e-473c-7793-8938-ed0f4cd8bb04')).rejects.toMatchObject({
    code: 'incident_closed',
  });
});

test('while Postgres is away an incident opens, is told from memory, and is written when it is back', async () => {
  const server = startServer();
  await server.book.run();
  await proxy.stop();
  server.second([1, 2, 3]);
  await expect(server.book.run()).rejects.toMatchObject({ kind: 'overloaded' });
  const { id } = server.watch.current ?? { id: '' };
  expect((await server.book.list(10)).incidents).toMatchObject([{ id, state: 'open', number: 1, usersHurt: 3 }]);
  expect((await server.book.detail(id)).timeline.map(({ kind }) => kind)).toContain('opened');
  const note = await server.book.writeNote(id, 'Postgres does not answer.', '01a2089e-473c-7793-8938-ed0f4cd8bb04');
  await proxy.listen();
  await expect
    .poll(
      () =>
        server.book.run().then(
          () => 'written',
          () => 'waits',
        ),
      { timeout: 10_000 },
    )
    .toBe('written');
  const stored = await startServer().book.detail(id);
  expect(stored.incident).toMatchObject({ number: 1, usersHurt: 3 });
  expect(stored.timeline).toContainEqual(note);
});

test('pages go on where the one before ended', async () => {
  const server = startServer();
  await server.book.run();
  const operator = '01a2089e-473c-7793-8938-ed0f4cd8bb04';
  for (const title of ['one', 'two', 'three']) {
    const { incident } = await server.book.openByHand(title, operator);
    await server.book.closeByHand(incident.id, operator);
  }
  const first = await server.book.list(2);
  expect(first.incidents.map(({ title }) => title)).toEqual(['three', 'two']);
  const second = await server.book.list(2, first.nextCursor as string);
  expect(second).toMatchObject({ incidents: [{ title: 'one' }], nextCursor: null });
});
