/** What another threshold would have done with what is stored. */

import { describe, expect, test } from 'vitest';
import type { Excursion } from '../../../main/monitor/alerts/excursions.ts';
import { replay, spansOf } from '../../../main/monitor/alerts/replay.ts';

const HOUR_MS = 3_600_000;

/** Ten minutes at that score, by ten seconds. */
function excursion(hour: number, score: number, scope = 'critical'): Excursion {
  const points = Array.from({ length: 60 }, (_, index) => ({ atMs: hour * HOUR_MS + index * 10_000, score }));
  return { ruleId: 'pool-waits', scope, forSeconds: 50, points };
}

const base = {
  isHard: false,
  worth: [],
  shown: { before: 1, after: 1.5 },
  factorBefore: () => 1,
  factorAfter: () => 1.5,
};

describe('a replay', () => {
  test('counts what would have been dropped, and what of worth was kept', () => {
    const excursions = [
      ...[1, 2, 3].map((hour) => excursion(hour, 1.2)),
      excursion(4, 3),
      excursion(5, 2),
      excursion(6, 0.7),
    ];
    const worth = [4, 5].map((hour) => ({ scope: 'critical', fromMs: hour * HOUR_MS, toMs: hour * HOUR_MS + 60_000 }));
    const answer = replay({ ...base, excursions, worth });
    expect(answer).toMatchObject({
      alerts: 5,
      dropped: 3,
      added: 0,
      incidents: 2,
      kept: 2,
      factorBefore: 1,
      factorAfter: 1.5,
    });
    expect(answer.sentence).toBe('It would have dropped 3 of the last 5 alerts, and kept all 2 incidents.');
  });

  test('says so where an incident would have been lost, or found', () => {
    const worth = [{ scope: null, fromMs: HOUR_MS, toMs: HOUR_MS }];
    const lost = replay({ ...base, excursions: [excursion(1, 1.2)], worth });
    expect(lost).toMatchObject({ alerts: 1, dropped: 1, incidents: 1, kept: 0 });
    expect(lost.sentence).toMatch(/kept 0 of 1 incidents/);
    const lower = { shown: { before: 1, after: 0.6 }, factorAfter: () => 0.6 };
    const found = replay({ ...base, ...lower, excursions: [excursion(1, 0.8)], worth });
    expect(found).toMatchObject({ alerts: 0, dropped: 0, added: 1, incidents: 1, kept: 1 });
  });

  test('says what a hard limit does, and where nothing is stored', () => {
    expect(replay({ ...base, excursions: [], isHard: true }).sentence).toMatch(/hard limit/);
    expect(replay({ ...base, excursions: [] }).sentence).toMatch(/Nothing that is stored/);
  });

  test('what was not felt is told by no threshold', () => {
    const unfelt = excursion(1, 0);
    expect(spansOf([unfelt], () => 0.5)).toEqual([]);
    expect(spansOf([excursion(1, 1), excursion(2, 1, 'bulk')], () => 1)).toHaveLength(2);
  });
});
