/**
 * Claim: what the monitor keeps takes less than 25 MB of database a day. A day of a busy server passes on a clock of its own: about
 * 370 series with a daily rhythm and noise, recorded, written, rolled up and looked after by the real parts, on a Postgres of its own.
 */

import { createDatabase, createLogger, type Database, statement } from '../main/database/index.ts';
import { migrate } from '../main/database/migrate.ts';
import type { Reading } from '../main/monitor/samples/reading-hub.ts';
import { RollUp } from '../main/monitor/samples/roll-up.ts';
import { SampleStore } from '../main/monitor/samples/sample-store.ts';
import { SampleTables } from '../main/monitor/samples/sample-tables.ts';
import { SampleUpkeep } from '../main/monitor/samples/sample-upkeep.ts';
import { StorageBudget } from '../main/monitor/samples/storage-budget.ts';
import { createBusyDay } from './support/busy-day.ts';
import { withEmbeddedDatabase } from './support/embedded-database.ts';

const HOURS = Number(process.env.SAMPLING_HOURS ?? 25);
const GOAL_BYTES = 25 * 1_048_576;
const MB = 1_048_576;
const SECOND_MS = 1_000;
const SECONDS_PER_HOUR = 3_600;

const readSizes = statement<[], { walBytes: number; tableBytes: number }>({
  ...{ name: 'bench.readSizes', lane: 'bulk', deadlineMs: 10_000 },
  text: `
    select
      pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::float8 as "walBytes",
      (
        select pg_catalog.sum(pg_catalog.pg_total_relation_size(c.oid))
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'aquifer_monitor' and c.relkind = 'r' and c.relname like 'sample%'
      )::float8 as "tableBytes"`,
  unindexedBecause: 'a benchmark',
});
const readTiers = statement<[], { tier: string; bytes: number }>({
  ...{ name: 'bench.readTiers', lane: 'bulk', deadlineMs: 10_000 },
  text: `
    select p.relname as tier, pg_catalog.sum(pg_catalog.pg_total_relation_size(c.oid))::float8 as bytes
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class p on p.oid = i.inhparent
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    where p.relkind = 'p' and p.relname like 'sample%'
    group by p.relname
    order by p.relname`,
  unindexedBecause: 'a benchmark',
});
const startDay = statement<[at: Date]>({
  ...{ name: 'bench.startDay', lane: 'bulk', deadlineMs: 10_000 },
  text: 'update aquifer_monitor.sample_roll_up set rolled_until = $1',
  unindexedBecause: 'a benchmark',
});

await withEmbeddedDatabase(async ({ url }) => {
  await migrate({ connectionString: url });
  const database = createDatabase({
    connectionString: url,
    maxConnections: 6,
    logger: createLogger({ level: 'warn' }),
  });
  try {
    await passDay(database);
  } finally {
    await database.close();
  }
});

async function passDay(database: Database): Promise<void> {
  let nowMs = Date.UTC(2026, 10, 23);
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const logger = createLogger({ level: 'warn' });
  const budget = new StorageBudget({ maxBytes: 1_024 * MB });
  const tables = new SampleTables({ database, source: 1 });
  const store = new SampleStore({ clock, logger, budget, tables });
  const rollUp = new RollUp({ database, tables });
  const upkeep = new SampleUpkeep({ database, tables, budget, rollUp, disk: () => null });
  await database.execute(startDay, [new Date(nowMs)]);
  const before = await sizesOf(database);
  const cpu = process.cpuUsage();
  const measure = createBusyDay();
  let series = 0;
  for (let second = 0; second < HOURS * SECONDS_PER_HOUR; second += 1) {
    const readings: Reading[] = measure(second);
    series = Math.max(series, readings.length);
    store.record(nowMs, readings);
    nowMs += SECOND_MS;
    if (second % 60 === 59) await store.write();
    if (second % 60 === 59) await upkeep.run(nowMs);
  }
  const { system, user } = process.cpuUsage(cpu);
  const after = await sizesOf(database);
  const days = HOURS / 24;
  const keptBytes = after.tableBytes - before.tableBytes;
  console.log(`${series} series for ${HOURS} hours`);
  console.log(`kept after it: ${megabytes(keptBytes)} MB in tables, by tier:`);
  for (const { bytes, tier } of await database.query(readTiers, [])) console.log(`  ${tier}: ${megabytes(bytes)} MB`);
  console.log(`written ahead: ${megabytes((after.walBytes - before.walBytes) / days)} MB of log a day`);
  console.log(
    `processor: ${((user + system) / 1_000_000 / days).toFixed(1)} s of this process a day, the making of the figures included`,
  );
  console.log(
    `${keptBytes < GOAL_BYTES * days ? 'within' : 'BEYOND'} the goal of ${megabytes(GOAL_BYTES)} MB of database a day`,
  );
}

async function sizesOf(database: Database) {
  const [row] = await database.query(readSizes, []);
  if (!row) throw new Error('no sizes');
  return row;
}

function megabytes(bytes: number): string {
  return (bytes / MB).toFixed(1);
}
