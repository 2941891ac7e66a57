import { beforeEach, expect, test } from 'vitest';
import { type Database, statement } from '../../../main/database/index.ts';
import { SampleTables } from '../../../main/monitor/samples/sample-tables.ts';
import { SampleUpkeep } from '../../../main/monitor/samples/sample-upkeep.ts';
import { type DiskSpace, StorageBudget } from '../../../main/monitor/samples/storage-budget.ts';
import { TIERS } from '../../../main/monitor/samples/tiers.ts';
import { DAY_MS, HOUR_MS, minutesOf, openSampleDatabase } from '../../support/samples.ts';

const MB = 1_048_576;
const NOW_MS = Date.UTC(2026, 10, 23, 12, 30);
const setRollUp = statement<[tier: string, until: Date]>({
  ...{ name: 'test.setRollUpOf', lane: 'bulk', deadlineMs: 5_000 },
  text: 'update aquifer_monitor.sample_roll_up set rolled_until = $2 where tier = $1',
});
const fill = statement<[startedAt: Date, megabytes: number]>({
  ...{ name: 'test.fillMinutes', lane: 'bulk', deadlineMs: 20_000 },
  text: `
    insert into aquifer_monitor.sample_1m (started_at, name_id, payload)
    select $1, number, pg_catalog.decode(pg_catalog.repeat('ab', 1048576), 'hex')
    from pg_catalog.generate_series(1, $2::int) as number`,
});
const fillOthers = statement<[megabytes: number]>({
  ...{ name: 'test.fillOthers', lane: 'bulk', deadlineMs: 20_000 },
  text: `
    insert into aquifer_monitor.relation_snapshot (taken_at, counters)
    select now() + number * interval '1 second', pg_catalog.decode(pg_catalog.repeat('ab', 1048576), 'hex')
    from pg_catalog.generate_series(1, $1::int) as number`,
});
const ageLabels = statement({
  ...{ name: 'test.ageLabels', lane: 'bulk', deadlineMs: 5_000 },
  text: `update aquifer_monitor.sample_label set last_used_on = current_date - 500 where label = 'old'`,
});
const readLabels = statement<[], { label: string }>({
  ...{ name: 'test.readLabels', lane: 'bulk', deadlineMs: 5_000 },
  text: 'select label from aquifer_monitor.sample_label order by label',
});

let database: Database;
let tables: SampleTables;
let disk: DiskSpace | null;

beforeEach(async () => {
  ({ database } = await openSampleDatabase());
  tables = new SampleTables({ database, source: 1 });
  disk = null;
});

function createUpkeep(maxBytes = 1_024 * MB) {
  const budget = new StorageBudget({ maxBytes });
  const rollUp = { run: async () => 0 };
  return { budget, upkeep: new SampleUpkeep({ database, tables, rollUp, budget, disk: () => disk }) };
}

const namesNow = async () => (await tables.parts.list()).map(({ name }) => name);
const moveRollUp = (minutesMs: number, hoursMs: number) =>
  Promise.all([
    database.execute(setRollUp, ['minutes', new Date(minutesMs)]),
    database.execute(setRollUp, ['hours', new Date(hoursMs)]),
  ]);

test('parts whose time is over go, as soon as wider steps have been made of them', async () => {
  const dayMs = Math.floor(NOW_MS / DAY_MS) * DAY_MS;
  await moveRollUp(dayMs + 12 * HOUR_MS, dayMs - 20 * DAY_MS);
  await tables.parts.ensure(TIERS.tenSeconds, [NOW_MS, NOW_MS - 5 * HOUR_MS, NOW_MS - 9 * HOUR_MS]);
  await tables.parts.ensure(TIERS.minutes, [NOW_MS - 15.5 * DAY_MS, NOW_MS - 13 * DAY_MS, NOW_MS - 30 * DAY_MS]);
  await tables.parts.ensure(TIERS.hours, [NOW_MS - 450 * DAY_MS, NOW_MS - 390 * DAY_MS]);
  expect(await namesNow()).toHaveLength(8);
  await createUpkeep().upkeep.run(NOW_MS);
  const after = await namesNow();
  expect(after.filter((name) => name.startsWith('sample_10s'))).toHaveLength(2);
  // Of the first no hours have been made yet. Of one that is gone none had been either, but it had its time twice.
  expect(after.filter((name) => name.startsWith('sample_1m'))).toEqual([
    'sample_1m_2026110800',
    'sample_1m_2026111000',
  ]);
  expect(after.filter((name) => name.startsWith('sample_1h'))).toHaveLength(1);
});

test('where it is crowded the oldest go early, the disk has their bytes back, and writing goes on', async () => {
  const days = [6, 5, 4, 3, 2].map((back) => Date.UTC(2026, 10, 23 - back));
  await moveRollUp(NOW_MS, NOW_MS);
  await tables.parts.ensure(TIERS.minutes, days);
  for (const dayMs of days) await database.execute(fill, [new Date(dayMs), 4]);
  await tables.write(minutesOf('a', NOW_MS - HOUR_MS, [1]), NOW_MS);
  const { budget, upkeep } = createUpkeep(18 * MB);
  budget.measured(19 * MB, null);
  expect(budget.mayWrite()).toBe(false);
  await upkeep.run(NOW_MS);
  expect(budget.mayWrite()).toBe(true);
  expect(budget.bytes).toBeLessThan(18 * MB * 0.9);
  const left = await namesNow();
  expect(left).not.toContain('sample_1m_2026111700');
  expect(left).toContain('sample_1m_2026112100');
  expect(left.some((name) => name.startsWith('sample_10s'))).toBe(true);
});

test('figures do not give way to others of the monitor beyond a quarter of the bound', async () => {
  const dayMs = Date.UTC(2026, 10, 18);
  await moveRollUp(NOW_MS, NOW_MS);
  await tables.parts.ensure(TIERS.minutes, [dayMs]);
  await database.execute(fill, [new Date(dayMs), 2]);
  await database.execute(fillOthers, [8]);
  const { budget, upkeep } = createUpkeep(10 * MB);
  await upkeep.run(NOW_MS);
  expect(budget.isCrowded).toBe(true);
  expect(await namesNow()).toContain('sample_1m_2026111800');
});

test('a disk that is nearly full stops the writing, and what is measured says when it may go on', async () => {
  const { budget, upkeep } = createUpkeep();
  disk = { freeBytes: 10 * MB, totalBytes: 100_000 * MB };
  await upkeep.run(NOW_MS);
  expect(budget.mayWrite()).toBe(false);
  disk = { freeBytes: 50_000 * MB, totalBytes: 100_000 * MB };
  await upkeep.run(NOW_MS);
  expect(budget.mayWrite()).toBe(true);
});

test('labels that nothing was written under for longer than anything is kept are forgotten', async () => {
  await tables.labels.ensure(['old', 'new'], NOW_MS);
  await database.execute(ageLabels, []);
  await createUpkeep().upkeep.run(NOW_MS);
  expect((await database.query(readLabels, [])).map(({ label }) => label)).toEqual(['new']);
});
