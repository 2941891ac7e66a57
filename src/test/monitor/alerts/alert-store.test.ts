/** What a restart must not forget, on a real Postgres: alerts, what is usual, lessons, excursions, the error budget. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { AlertRuleStore } from '../../../main/monitor/alerts/alert-rule-store.ts';
import { AlertStore } from '../../../main/monitor/alerts/alert-store.ts';
import { AlertUpkeep } from '../../../main/monitor/alerts/alert-upkeep.ts';
import { AlertEngine } from '../../../main/monitor/alerts/engine.ts';
import type { Missed } from '../../../main/monitor/alerts/feedback.ts';
import { createAlert, resolve } from '../../support/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const logger = createLogger({ level: 'silent' });
const HOUR_MS = 3_600_000;

let test_: TestDatabase;
let database: Database;

beforeAll(async () => {
  test_ = await createTestDatabase();
  database = createDatabase({ connectionString: test_.url, maxConnections: 6, logger });
});

afterAll(async () => {
  await database.close();
  await test_.drop();
});

beforeEach(async () => {
  const pool = database.pool();
  for (const table of ['alert', 'alert_hour', 'alert_lesson', 'alert_excursion', 'alert_missed', 'alert_rule']) {
    await pool.query(`delete from aquifer_monitor.${table}`);
  }
});

const newAlert = (some: Parameters<typeof createAlert>[0] = {}) => createAlert({ id: randomUUID(), ...some });

/** A process with its own engine, on the one database. */
function startProcess(time = { nowMs: Date.now() }) {
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.nowMs };
  const store = new AlertStore(database);
  const engine = new AlertEngine({ clock, logger });
  engine.onAlert((alert) => store.keep(alert));
  const rules = new AlertRuleStore(database, (all) => engine.setRules(all));
  const missed: Missed[] = [];
  const upkeep = new AlertUpkeep({ engine, rules, store, missed, clock });
  return { engine, missed, rules, store, time, upkeep };
}

test('alerts are written behind, the last word of each, and read by pages', async () => {
  const store = new AlertStore(database);
  const alerts = [1, 2, 3, 4, 5].map((hour) => newAlert({ startedAt: `2026-11-23T0${hour}:00:00.000Z` }));
  for (const alert of alerts) store.keep(alert);
  store.keep(resolve(alerts[0] as (typeof alerts)[0], '2026-11-23T01:04:00.000Z'));
  expect(store.waiting).toHaveLength(5);
  await store.flush();
  expect(store.waiting).toEqual([]);
  const first = await store.list(null, null, 3);
  expect(first.map(({ id }) => id)).toEqual([alerts[4]?.id, alerts[3]?.id, alerts[2]?.id]);
  const last = first.at(-1);
  const rest = await store.list(null, { atMs: Date.parse(last?.startedAt ?? ''), id: last?.id ?? '' }, 3);
  expect(rest.map(({ id }) => id)).toEqual([alerts[1]?.id, alerts[0]?.id]);
  expect(await store.list('firing', null, 10)).toHaveLength(4);
  expect(await store.read(alerts[0]?.id ?? '')).toEqual(
    resolve(alerts[0] as (typeof alerts)[0], '2026-11-23T01:04:00.000Z'),
  );
});

test('while the database does not answer alerts wait, and none is lost', async () => {
  let isAway = true;
  const store = new AlertStore({
    query: (...asked) => database.query(...asked),
    execute: (...asked) => (isAway ? Promise.reject(new Error('away')) : database.execute(...asked)),
  } as Database);
  const alert = newAlert();
  store.keep(alert);
  await expect(store.flush()).rejects.toThrow('away');
  expect(store.waiting).toMatchObject([{ id: alert.id }]);
  isAway = false;
  await store.flush();
  expect(await store.list(null, null, 10)).toMatchObject([{ id: alert.id }]);
});

test('what is usual, and the error budget, survive a restart', async () => {
  const before = startProcess({ nowMs: Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 30 * HOUR_MS });
  await before.upkeep.run();
  for (let minute = 0; minute < 30 * 60; minute += 1) {
    before.time.nowMs += 60_000;
    before.engine.observe(before.time.nowMs, [
      { name: 'http.p99Ms', scope: 'GET /orders', value: 100 + (minute % 7) },
      { name: 'http.requestsPerSecond', scope: 'GET /orders', value: 10 },
      { name: 'http.failedPerSecond', scope: 'GET /orders', value: 0.2 },
    ]);
    if (minute % 60 === 0) await before.upkeep.run();
  }
  await before.upkeep.saveLast();
  const after = startProcess(before.time);
  await after.upkeep.run();
  const atMs = before.time.nowMs;
  const usual = after.engine.baselines.usual('http.p99Ms', 'GET /orders', atMs);
  expect(usual?.median).toBeCloseTo(before.engine.baselines.usual('http.p99Ms', 'GET /orders', atMs)?.median ?? 0, 3);
  expect(after.engine.baselines.stateOf('http.p99Ms').state).toBe('ready');
  const sixHours = 6 * HOUR_MS;
  expect(after.engine.burn.failed(atMs, sixHours) / before.engine.burn.failed(atMs, sixHours)).toBeCloseTo(1, 1);
});

test('lessons, excursions and reports of what was missed survive a restart', async () => {
  const before = startProcess();
  await before.upkeep.run();
  const rule = before.rules.get('requests-slow');
  const lesson = before.engine.learner.learn(rule, 'GET /orders', 'noise', before.time.nowMs);
  if (lesson) await before.store.saveLesson(lesson);
  await before.store.saveMissed({
    ruleId: rule.id,
    scope: null,
    at: '2026-11-20T08:00:00Z',
    note: 'all was slow',
    by: randomUUID(),
  });
  const points = Array.from({ length: 20 }, (_, index) => ({
    atMs: before.time.nowMs - 600_000 + index * 10_000,
    score: 1.25,
  }));
  before.store.keepExcursions([{ ruleId: rule.id, scope: 'GET /orders', forSeconds: 100, points }]);
  await before.upkeep.run();
  const after = startProcess(before.time);
  await after.upkeep.run();
  expect(after.engine.learner.factorOf(rule, 'GET /orders', before.time.nowMs)).toBeCloseTo(Math.exp(0.25));
  expect(after.engine.excursions.list(rule.id)).toEqual([
    { ruleId: rule.id, scope: 'GET /orders', forSeconds: 100, points },
  ]);
  expect(after.missed).toEqual([{ ruleId: rule.id, scope: null, atMs: Date.parse('2026-11-20T08:00:00Z') }]);
});

test('an alert that fires across a restart is one, and what is over is remembered', async () => {
  const before = startProcess();
  await before.upkeep.run();
  const lag = (engine: AlertEngine, time: { nowMs: number }, value: number) => {
    for (let step = 0; step < 60; step += 1) {
      time.nowMs += 10_000;
      engine.observe(time.nowMs, [{ name: 'replica.lagMs', scope: 'standby', value }]);
    }
  };
  lag(before.engine, before.time, 900_000);
  const [firing] = before.engine.firing();
  before.store.keep(resolve(newAlert({ ruleId: 'deadlocks' })));
  await before.upkeep.run();
  const after = startProcess(before.time);
  await after.upkeep.run();
  expect(after.engine.book.recent).toMatchObject([{ ruleId: 'deadlocks' }]);
  lag(after.engine, after.time, 900_000);
  expect(after.engine.firing()).toMatchObject([{ id: firing?.id }]);
  lag(after.engine, after.time, 0);
  await after.upkeep.run();
  expect(await after.store.read(firing?.id ?? '')).toMatchObject({ state: 'resolved' });
});

test('what is old is deleted, and what fires is not', async () => {
  const store = new AlertStore(database);
  const old = '2020-01-01T00:00:00.000Z';
  store.keep(resolve(newAlert({ startedAt: old }), old));
  store.keep(newAlert({ startedAt: old }));
  store.keepHour({ hour: 400_000, figures: [], budget: [] });
  store.keepExcursions([{ ruleId: 'a', scope: '', forSeconds: 1, points: [{ atMs: Date.parse(old), score: 1 }] }]);
  await store.flush();
  await store.deleteOld();
  expect(await store.list(null, null, 10)).toMatchObject([{ state: 'firing' }]);
  const { excursions, figures } = await store.restore();
  expect(excursions).toEqual([]);
  expect(figures).toEqual([]);
});
