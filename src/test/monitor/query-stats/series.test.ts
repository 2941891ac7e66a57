import { expect, test } from 'vitest';
import {
  addUp,
  createTotals,
  EVERYTHING_ELSE,
  keepHeaviest,
  type Series,
  sumOf,
} from '../../../main/monitor/query-stats/series.ts';

const seriesOf = (statementId: string, totalMs: number, isServer = false): Series => ({
  ...{ statementId, route: '', isServer },
  totals: { ...createTotals(), calls: 1, totalMs, maxMs: totalMs },
});

test('series of one key are one, and what was given stays as it was', () => {
  const given = [seriesOf('a', 1), seriesOf('b', 2), seriesOf('a', 5), seriesOf('a', 7, true)];
  const sums = addUp(given);
  expect(sums.map(({ isServer, statementId, totals }) => [statementId, isServer, totals.calls, totals.maxMs])).toEqual([
    ['a', false, 2, 5],
    ['b', false, 1, 2],
    ['a', true, 1, 7],
  ]);
  expect(given[0]?.totals.calls).toBe(1);
});

test('the heaviest are kept, the rest is everything else, and what Postgres counts of the rest is left out', () => {
  const given = [
    ...[1, 2, 3, 4].map((ms) => seriesOf(`own${ms}`, ms)),
    ...[1, 2, 3].map((ms) => seriesOf(`server${ms}`, ms, true)),
    seriesOf(EVERYTHING_ELSE.id, 10),
  ];
  const kept = keepHeaviest(given, 2);
  expect(kept.map(({ statementId }) => statementId)).toEqual([
    ...['own4', 'own3', EVERYTHING_ELSE.id],
    ...['server3', 'server2'],
  ]);
  const own = kept.filter(({ isServer }) => !isServer);
  expect(sumOf(own)).toMatchObject({ calls: 5, totalMs: 20 });
  expect(keepHeaviest(given.slice(0, 2), 2)).toHaveLength(2);
});
