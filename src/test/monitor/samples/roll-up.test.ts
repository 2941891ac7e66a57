import { beforeEach, describe, expect, test } from 'vitest';
import { type Database, statement } from '../../../main/database/index.ts';
import { RollUp } from '../../../main/monitor/samples/roll-up.ts';
import { SampleTables } from '../../../main/monitor/samples/sample-tables.ts';
import { TIERS } from '../../../main/monitor/samples/tiers.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, minuteOf, minutesOf, openSampleDatabase } from '../../support/samples.ts';

const setRollUp = statement<[until: Date]>({
  ...{ name: 'test.setRollUp', lane: 'bulk', deadlineMs: 5_000 },
  text: 'update aquifer_monitor.sample_roll_up set rolled_until = $1',
});

const HOUR_AT_MS = Date.UTC(2026, 10, 23, 9);
/** Ten minutes after the hour. */
const NOW_MS = HOUR_AT_MS + HOUR_MS + 10 * MINUTE_MS;

let database: Database;
let tables: SampleTables;
let rollUp: RollUp;

beforeEach(async () => {
  ({ database } = await openSampleDatabase());
  tables = new SampleTables({ database, source: 1 });
  rollUp = new RollUp({ database, tables });
  await database.execute(setRollUp, [new Date(HOUR_AT_MS)]);
});

const readMinutes = (name: string, scope?: string) =>
  tables.read({ tier: 'minutes', name, scope, fromMs: HOUR_AT_MS, toMs: NOW_MS });

describe('minutes', () => {
  test('are made of ten-second steps once the hour is over, of all names and scopes', async () => {
    await tables.write(minutesOf('a', HOUR_AT_MS, [1, 2, 3]), NOW_MS);
    await tables.write([minuteOf('b', HOUR_AT_MS + 59 * MINUTE_MS, { x: [0, 60], y: [5] })], NOW_MS);
    // The hour under way is not complete.
    await tables.write(minutesOf('a', HOUR_AT_MS + HOUR_MS, [100]), NOW_MS);
    expect(await rollUp.run(NOW_MS)).toBe(1);
    const [a, ...later] = await readMinutes('a');
    expect(later).toEqual([]);
    expect(a).toMatchObject({ startMs: HOUR_AT_MS, stepMs: MINUTE_MS, steps: 60, source: 0 });
    expect([...(a?.series.get('')?.mean ?? [])].slice(0, 4)).toEqual([1, 2, 3, Number.NaN]);
    const [b] = await readMinutes('b');
    expect(b?.series.get('x')?.mean[59]).toBe(30);
    expect(b?.series.get('x')?.max[59]).toBe(60);
    expect(b?.series.get('y')?.min[59]).toBe(5);
    expect((await tables.rolledUntil(NOW_MS)).minutes).toBe(HOUR_AT_MS + HOUR_MS);
    expect(await rollUp.run(NOW_MS)).toBe(0);
  });

  test('are not made before those who are late have had five minutes', async () => {
    await tables.write(minutesOf('a', HOUR_AT_MS, [1]), NOW_MS);
    expect(await rollUp.run(HOUR_AT_MS + HOUR_MS + 4 * MINUTE_MS)).toBe(0);
    expect(await rollUp.run(HOUR_AT_MS + HOUR_MS + 5 * MINUTE_MS)).toBe(1);
  });

  test('put several processes together: what they hold adds up, how long they wait does not', async () => {
    const other = new SampleTables({ database, source: 2 });
    for (const [each, value] of [
      [tables, 3],
      [other, 4],
    ] as const) {
      await each.write(minutesOf('pool.inUse', HOUR_AT_MS, [value], 'bulk'), NOW_MS);
      await each.write(minutesOf('pool.waitP99Ms', HOUR_AT_MS, [value], 'bulk'), NOW_MS);
    }
    await rollUp.run(NOW_MS);
    expect((await readMinutes('pool.inUse'))[0]?.series.get('bulk')?.mean[0]).toBe(7);
    expect((await readMinutes('pool.waitP99Ms'))[0]?.series.get('bulk')?.mean[0]).toBe(4);
  });

  test('by two processes at once are made once', async () => {
    await tables.write(minutesOf('a', HOUR_AT_MS, [1]), NOW_MS);
    const others = [1, 2, 3].map((source) => new RollUp({ database, tables: new SampleTables({ database, source }) }));
    const made = await Promise.all(others.map((each) => each.run(NOW_MS)));
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await readMinutes('a')).toHaveLength(1);
  });

  test('are made again with what came late', async () => {
    await tables.write(minutesOf('a', HOUR_AT_MS, [1]), NOW_MS);
    await rollUp.run(NOW_MS);
    const late = new SampleTables({ database, source: 2 });
    await late.write(minutesOf('a', HOUR_AT_MS + MINUTE_MS, [9]), NOW_MS + MINUTE_MS);
    tables.forgetRolledUntil();
    expect(await rollUp.run(NOW_MS + 2 * MINUTE_MS)).toBe(1);
    const [a] = await readMinutes('a');
    expect([...(a?.series.get('')?.mean ?? [])].slice(0, 2)).toEqual([1, 9]);
  });

  test('after a long pause of everyone begin where there is still something', async () => {
    await database.execute(setRollUp, [new Date(HOUR_AT_MS - 40 * DAY_MS)]);
    await tables.write(minutesOf('a', HOUR_AT_MS, [1]), NOW_MS);
    tables.forgetRolledUntil();
    expect(await rollUp.run(NOW_MS)).toBeLessThanOrEqual(12);
    expect((await tables.rolledUntil(NOW_MS)).minutes).toBe(HOUR_AT_MS + HOUR_MS);
    expect(await readMinutes('a')).toHaveLength(1);
  });
});

test('hours are made of minutes once the day is over and its minutes are complete', async () => {
  const dayMs = Date.UTC(2026, 10, 22);
  await database.execute(setRollUp, [new Date(dayMs)]);
  // Ten-second steps of the last hours of the day are all that is still there.
  await tables.write(minutesOf('a', dayMs + 23 * HOUR_MS, [10, 20]), dayMs + DAY_MS);
  const nextMs = dayMs + DAY_MS + 6 * MINUTE_MS;
  for (let run = 0; run < 4; run += 1) {
    tables.forgetRolledUntil();
    await rollUp.run(nextMs);
  }
  expect(await tables.rolledUntil(nextMs)).toEqual({ minutes: dayMs + DAY_MS, hours: dayMs + DAY_MS });
  const [day] = await tables.read({ tier: 'hours', name: 'a', fromMs: dayMs, toMs: nextMs });
  expect(day).toMatchObject({ startMs: dayMs, stepMs: TIERS.hours.stepMs, steps: 24 });
  expect(day?.series.get('')).toMatchObject({ mean: expect.anything() });
  expect(day?.series.get('')?.mean[23]).toBe(15);
  expect(day?.series.get('')?.max[23]).toBe(20);
  expect(day?.series.get('')?.mean[22]).toBeNaN();
});
