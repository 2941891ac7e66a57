import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnGrowth } from '../../../main/planner/forecast/column-growth.ts';
import { measureGrowth } from '../../../main/planner/forecast/growth.ts';
import { scaleSnapshot } from '../../../main/planner/forecast/scale-snapshot.ts';
import { momentMs, stretchCounts, stretchMoments } from '../../../main/planner/forecast/value-ends.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import { columnOf, figures, market, TAKEN_AT, tableOf } from '../plans/market-snapshot.ts';

const DAY_MS = 86_400_000;

describe('a snapshot of ten times the rows', () => {
  const grown = scaleSnapshot(market(), 10);
  const statistics = (name: string) => columnOf(grown, 'orders', name).statistics;

  test('has longer files and indexes, and higher trees', () => {
    expect(tableOf(grown, 'orders').size).toMatchObject({ blocks: 150_000, pages: 150_000, tuples: 10_000_000 });
    const key = grown.indexes.find(({ name }) => name === 'orders_pkey');
    expect(key?.size.blocks).toBe(27_450);
    expect(scaleSnapshot(market(), 1_000).indexes[1]?.height).toBe(3);
  });

  test('keeps the values of a status, and their shares', () => {
    expect(statistics('status')).toEqual(columnOf(market(), 'orders', 'status').statistics);
  });

  test('has more customers, each a smaller share', () => {
    expect(statistics('customer_id')?.distinct).toBe(400_000);
    expect(Number(statistics('customer_id')?.histogram?.at(-1))).toBeCloseTo(500_000, -3);
  });

  test('counts its keys on', () => {
    expect(statistics('id')?.histogram?.[0]).toBe('1');
    expect(Number(statistics('id')?.histogram?.at(-1))).toBeCloseTo(10_000_000, -3);
  });

  test('counts on from the key that an index told', () => {
    const told = market();
    Object.assign(columnOf(told, 'orders', 'id').statistics ?? {}, { ends: ['1', '200000'] });
    const found = columnOf(scaleSnapshot(told, 10), 'orders', 'id').statistics;
    expect(Number(found?.histogram?.at(-1))).toBeCloseTo(2_000_000, -3);
    expect(found).not.toHaveProperty('ends');
  });

  test('ends in the present, and began three years earlier at most', () => {
    const [first, last] = [statistics('created_at')?.histogram?.[0], statistics('created_at')?.histogram?.at(-1)];
    expect(momentMs(last ?? '')).toBe(Date.parse(TAKEN_AT));
    expect((Date.parse(TAKEN_AT) - (momentMs(first ?? '') ?? 0)) / DAY_MS).toBeCloseTo(365 * 4, 0);
  });

  test('has some more of what lies between', () => {
    const cities = columnOf(grown, 'customers', 'city').statistics?.distinct ?? 0;
    expect(cities).toBeGreaterThan(600);
    expect(cities).toBeLessThan(1_500);
  });

  test('leaves the one that it was made from as it was', () => {
    const before = market();
    scaleSnapshot(before, 3);
    expect(before).toEqual(market());
  });
});

test('two snapshots tell how values grow with the rows', () => {
  const [snapshot, earlier] = [market(), market()];
  tableOf(earlier, 'customers').size.tuples = 25_000;
  const column = columnOf(snapshot, 'customers', 'city');
  const relation = tableOf(snapshot, 'customers');
  expect(columnGrowth(relation, column, { snapshot, earlier, isGrowing: () => true }).exponent).toBe(0);
  columnOf(earlier, 'customers', 'city').statistics = figures({ distinct: 150 });
  expect(columnGrowth(relation, column, { snapshot, earlier, isGrowing: () => true }).exponent).toBeCloseTo(1);
});

describe('the ends of values', () => {
  test.each([
    ['2026-11-23', '2026-11-23T00:00:00.000Z'],
    ['2026-11-23 12:30:00', '2026-11-23T12:30:00.000Z'],
    ['2026-11-23 12:30:00.25+05:30', '2026-11-23T07:00:00.250Z'],
    ['2026-11-23 12:30:00-08', '2026-11-23T20:30:00.000Z'],
  ])('%s is a moment', (text, expected) => {
    expect(momentMs(text)).toBe(Date.parse(expected));
  });

  test('that are no moments stay', () => {
    for (const bounds of [['-infinity', '2026-01-01'], ['0044-03-15 BC', '2026-01-01'], [], ['2026-01-01']]) {
      expect(stretchMoments(bounds, 5)).toEqual(bounds);
    }
  });

  test('are written as they were', () => {
    expect(stretchMoments(['2026-11-01', '2026-11-11'], 2)).toEqual(['2026-10-22', '2026-11-11']);
    expect(stretchMoments(['2026-11-01 00:00:00', '2026-11-11 00:00:00'], 2)[0]).toBe('2026-10-22 00:00:00.000');
    expect(stretchMoments(['2026-11-01 00:00:00+00', '2026-11-11 00:00:00+00'], 2)[0]).toBe(
      '2026-10-22 00:00:00.000+00',
    );
  });

  test('of a type are not passed, and are in order', () => {
    expect(stretchCounts(['1', '20000', '30000'], 10, 'smallint')).toEqual(['1', '32767', '32767']);
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 2 }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (values, factor) => {
          const bounds = values.sort((a, b) => a - b).map(String);
          const stretched = stretchCounts(bounds, factor, 'bigint').map(Number);
          expect(stretched.every((one, at) => at === 0 || one >= (stretched[at - 1] as number))).toBe(true);
        },
      ),
    );
  });
});

describe('growth', () => {
  function at(days: number, rows: number): Snapshot {
    const snapshot = market();
    snapshot.takenAt = new Date(Date.parse(TAKEN_AT) + days * DAY_MS).toISOString();
    tableOf(snapshot, 'orders').size = { blocks: rows / 100, pages: rows / 100, tuples: rows, allVisiblePages: 0 };
    return snapshot;
  }

  test('is the middle slope: one bulk load does not make it', () => {
    const history = [at(0, 100_000), at(1, 101_000), at(2, 102_000), at(3, 103_000), at(4, 104_000), at(5, 905_000)];
    const orders = measureGrowth(at(6, 906_000), history).of('public', 'orders');
    expect(orders?.rowsPerDay).toBeLessThan(170_000);
    expect(orders?.basis).toBe('snapshots');
    const steady = measureGrowth(at(4, 104_000), history.slice(0, 4)).of('public', 'orders');
    expect(steady?.rowsPerDay).toBe(1_000);
    expect(steady?.doublesAt?.slice(0, 10)).toBe('2027-03-11');
  });

  test('is what was counted, where there is one snapshot alone, and else not known', () => {
    const snapshot = at(0, 100_000);
    expect(measureGrowth(snapshot).of('public', 'orders')).toMatchObject({
      basis: 'assumed',
      rowsPerDay: null,
      isGrowing: true,
    });
    snapshot.countedSince = new Date(Date.parse(TAKEN_AT) - 10 * DAY_MS).toISOString();
    tableOf(snapshot, 'orders').counters = {
      ...{ inserted: 30_000, updated: 5, hotUpdated: 5, deleted: 10_000, sequentialScans: 0, liveRows: 100_000 },
      ...{ deadRows: 0, analyzedAt: null },
    };
    expect(measureGrowth(snapshot).of('public', 'orders')).toMatchObject({ basis: 'counters', rowsPerDay: 2_000 });
  });

  test('of rows since the last count is seen by the file', () => {
    const snapshot = at(0, 100_000);
    tableOf(snapshot, 'orders').size.blocks = 2_000;
    expect(measureGrowth(snapshot).of('public', 'orders')?.rows).toBe(200_000);
  });
});
