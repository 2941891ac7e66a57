import { beforeAll, describe, expect, test } from 'vitest';
import { type Database, statement } from '../../../main/database/index.ts';
import { SampleTables } from '../../../main/monitor/samples/sample-tables.ts';
import { HOUR_MS, MINUTE_MS, minuteOf, minutesOf, openSampleDatabase } from '../../support/samples.ts';

const countRows = statement<[], { count: number }>({
  ...{ name: 'test.countSamples', lane: 'bulk', deadlineMs: 5_000 },
  text: 'select count(*)::int as count from aquifer_monitor.sample_10s',
});

let database: Database;

beforeAll(async () => {
  ({ database } = await openSampleDatabase());
});

const NOW_MS = Date.UTC(2026, 10, 23, 12, 30, 20);
const START_MS = Date.UTC(2026, 10, 23, 12, 27);
const create = (source: number) => new SampleTables({ database, source });
const all = { tier: 'tenSeconds', fromMs: NOW_MS - 6 * HOUR_MS, toMs: NOW_MS } as const;
const rowsNow = async () => (await database.query(countRows, []))[0]?.count ?? 0;

describe('what was written', () => {
  test('is read again, scope by scope, with its gaps', async () => {
    const tables = create(1);
    const scopes = { bulk: [1, 2, undefined, 4, 5, 6], control: [0, 0, 0, 0, 0, 0] };
    await tables.write([minuteOf('round.trip', START_MS, scopes)], NOW_MS);
    const [block, ...others] = await create(2).read({ ...all, name: 'round.trip' });
    expect(others).toEqual([]);
    expect(block).toMatchObject({ name: 'round.trip', startMs: START_MS, stepMs: 10_000, steps: 6, source: 1 });
    expect([...(block?.series.keys() ?? [])]).toEqual(['bulk', 'control']);
    expect([...(block?.series.get('bulk')?.mean ?? [])]).toEqual([1, 2, Number.NaN, 4, 5, 6]);
    const [bulk] = await tables.read({ ...all, name: 'round.trip', scope: 'bulk' });
    expect([...(bulk?.series.keys() ?? [])]).toEqual(['bulk']);
    expect(await tables.read({ ...all, name: 'round.trip', scope: 'never heard of' })).toEqual([]);
    expect(await tables.read({ ...all, name: 'never.heardOf' })).toEqual([]);
  });

  test('a second time, because the answer to the first was lost, stands there once', async () => {
    const tables = create(3);
    await tables.write(minutesOf('written.twice', START_MS, [1, 2, 3]), NOW_MS);
    const before = await rowsNow();
    await tables.write(minutesOf('written.twice', START_MS, [1, 2, 3]), NOW_MS);
    expect(await rowsNow()).toBe(before);
    expect(await tables.read({ ...all, name: 'written.twice' })).toHaveLength(3);
  });

  test('by two processes at the same time is there twice, each with its source, and neither stands in the other’s way', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `at.once${index}`);
    // An hour of which nobody has made the part yet.
    const startMs = START_MS - 3 * HOUR_MS;
    const write = (source: number) =>
      create(source).write(
        names.flatMap((name) => minutesOf(name, startMs, [source])),
        NOW_MS,
      );
    await Promise.all([write(10), write(11), write(12)]);
    for (const name of names) {
      const sources = (await create(1).read({ ...all, name })).map(({ source }) => source);
      expect(sources.sort()).toEqual([10, 11, 12]);
    }
  });

  test('too late to be kept at all is left out', async () => {
    const tables = create(4);
    const before = await rowsNow();
    await tables.write(minutesOf('too.late', NOW_MS - 7 * HOUR_MS, [1]), NOW_MS);
    expect(await rowsNow()).toBe(before);
  });
});

test('a part that another process has dropped is made again with the next write', async () => {
  const tables = create(5);
  const startMs = START_MS - 5 * HOUR_MS;
  await tables.write(minutesOf('dropped.part', startMs, [1]), NOW_MS);
  const [part] = (await create(6).parts.list()).filter(({ fromMs, toMs }) => fromMs <= startMs && startMs < toMs);
  await create(6).parts.drop(part as { name: string });
  await expect(tables.write(minutesOf('dropped.part', startMs, [2]), NOW_MS)).rejects.toThrow();
  await tables.write(minutesOf('dropped.part', startMs, [2]), NOW_MS);
  const [block] = await tables.read({ ...all, name: 'dropped.part' });
  expect(block?.series.get('')?.mean[0]).toBe(2);
});

test('what comes late has the wider steps made again', async () => {
  const tables = create(7);
  const rolled = statement<[until: Date]>({
    ...{ name: 'test.setRollUp', lane: 'bulk', deadlineMs: 5_000 },
    text: 'update aquifer_monitor.sample_roll_up set rolled_until = $1',
  });
  await database.execute(rolled, [new Date(Date.UTC(2026, 10, 23, 12))]);
  await tables.write(minutesOf('in.time', START_MS, [1]), NOW_MS);
  expect(await create(7).rolledUntil(NOW_MS)).toEqual({
    minutes: Date.UTC(2026, 10, 23, 12),
    hours: Date.UTC(2026, 10, 23, 12),
  });
  await tables.write(minutesOf('late.one', START_MS - 2 * HOUR_MS - 10 * MINUTE_MS, [1]), NOW_MS);
  expect(await tables.rolledUntil(NOW_MS)).toEqual({
    minutes: Date.UTC(2026, 10, 23, 10),
    hours: Date.UTC(2026, 10, 23),
  });
});
