/**
 * Claim: ten thousand waiters in `bulk` do not touch `critical`: a connection for it is there within 5 ms at the 99th
 * percentile. No other Node pool has lanes, so the same crowd in front of one `pg.Pool` is shown beside it.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Pool as DriverPool } from 'pg';
import { createDatabase, createLogger, defaultLanes, statement } from '../main/database/index.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';

const WAITERS = 10_000;
const PROBES = 500;
const MAX = 16;

const report = statement<[], { done: string }>({
  name: 'bench.report',
  lane: 'bulk',
  deadlineMs: 600_000,
  text: 'select pg_sleep(0.05)::text as done',
});
const check = statement<[], { one: number }>({
  name: 'bench.check',
  lane: 'critical',
  deadlineMs: 60_000,
  text: 'select 1 as one',
});

async function probe(ask: () => Promise<unknown>): Promise<{ p50: number; p99: number; max: number }> {
  const took: number[] = [];
  for (let index = 0; index < PROBES; index += 1) {
    const startedAt = performance.now();
    await ask();
    took.push(performance.now() - startedAt);
    await sleep(5);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(took.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: took.at(-1) ?? 0 };
}

const show = (name: string, { p50, p99, max }: { p50: number; p99: number; max: number }) =>
  console.log(`${name}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, slowest ${max.toFixed(2)} ms`);

await withEmbeddedDatabase(async ({ url }) => {
  const ordinary = defaultLanes(MAX);
  const lanes = { ...ordinary, bulk: { ...ordinary.bulk, queueMax: WAITERS * 2, waitMaxMs: 600_000 } };
  const database = createDatabase({
    connectionString: url,
    maxConnections: MAX,
    lanes,
    logger: createLogger({ level: 'silent' }),
  });
  show('Aquifer, calm', await probe(() => database.query(check, [])));
  const crowd = Array.from({ length: WAITERS }, () => database.query(report, []).catch(() => undefined));
  show(`Aquifer, ${WAITERS} waiting in bulk`, await probe(() => database.query(check, [])));
  console.log('goal: p99 below 5 ms; the time includes the statement itself');
  void crowd;
  const driver = new DriverPool({ connectionString: url, max: MAX });
  for (let index = 0; index < 200; index += 1) void driver.query('select pg_sleep(0.05)').catch(() => undefined);
  const startedAt = performance.now();
  await driver.query('select 1');
  console.log(`pg.Pool with 200 reports before it: one check took ${(performance.now() - startedAt).toFixed(0)} ms`);
  setTimeout(() => process.exit(0), 100);
  await new Promise(() => undefined);
});
