import { expect, test } from 'vitest';
import { describeMiss, nextSize, REPORT_MS } from '../../../bench/drought/calibration.ts';

const MOST = 20_000_000;

/** A machine on which a report takes so long for each million orders, beside what it takes for none. */
function grow(msPerMillion: number, startUpMs: number): { rows: number; ms: number; steps: number } {
  const measure = (rows: number) => ({ rows, ms: startUpMs + (rows / 1e6) * msPerMillion });
  let measured = measure(500_000);
  let steps = 1;
  for (let size = nextSize(measured, MOST); size !== null; size = nextSize(measured, MOST)) {
    measured = measure(size);
    steps += 1;
  }
  return { ...measured, steps };
}

test.each([
  [400, 0],
  [400, 60],
  [1_200, 20],
  [3_000, 0],
  [9_000, 0],
])('comes to a report of 3 to 5 s in a few steps: %i ms for a million, %i ms for none', (msPerMillion, startUpMs) => {
  const { ms, steps } = grow(msPerMillion, startUpMs);
  expect(ms).toBeGreaterThanOrEqual(REPORT_MS.least);
  expect(ms).toBeLessThanOrEqual(REPORT_MS.most);
  expect(steps).toBeLessThanOrEqual(5);
});

test('stops at the most orders there may be, and says that it fell short', () => {
  const { rows, ms } = grow(10, 0);
  expect(rows).toBe(MOST);
  expect(describeMiss({ rows, ms })).toMatch(/less than the 3 to 5 s/);
  expect(describeMiss({ rows, ms: 6_000 })).toMatch(/more than/);
  expect(describeMiss({ rows, ms: 4_000 })).toBeNull();
});
