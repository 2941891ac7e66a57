/** The weeks that alerts are measured on: the same for one seed, and with all that was planted. */

import { expect, test } from 'vitest';
import { incidentKinds } from '../../../bench/alert-week/incidents.ts';
import { planWeeks, START_MS, WEEK_MS } from '../../../bench/alert-week/timeline.ts';

test('two of each kind are planted, in the last week, and never two at once', () => {
  const { incidents } = planWeeks(1, 1);
  for (const kind of incidentKinds) expect(incidents.filter((one) => one.kind === kind)).toHaveLength(2);
  const sorted = incidents.toSorted((a, b) => a.fromMs - b.fromMs);
  expect(sorted[0]?.fromMs).toBeGreaterThanOrEqual(START_MS + WEEK_MS);
  for (const [index, one] of sorted.entries()) expect(one.fromMs).toBeGreaterThan(sorted[index - 1]?.toMs ?? 0);
});

test('the same seed gives the same figures, another seed others', () => {
  const first = (seed: number) => {
    const taken: unknown[] = [];
    for (const { readings } of planWeeks(seed, 0).steps()) {
      taken.push(readings);
      if (taken.length === 500) break;
    }
    return JSON.stringify(taken);
  };
  expect(first(1)).toBe(first(1));
  expect(first(1)).not.toBe(first(2));
});
