/** When a phase measured the generator instead of the server. */

import { expect, test } from 'vitest';
import { judgeValidity } from '../../main/loadtest/validity.ts';

test.each([
  [{ lagP99Ms: 5, serviceP99Ms: { reads: 1 }, utilization: 0.85 }, true],
  [{ lagP99Ms: 5.1, serviceP99Ms: { reads: 1 }, utilization: 0.1 }, false],
  [{ lagP99Ms: 9.9, serviceP99Ms: { reads: 100 }, utilization: 0.1 }, true],
  [{ lagP99Ms: 10.1, serviceP99Ms: { reads: 100 }, utilization: 0.1 }, false],
  [{ lagP99Ms: 10.1, serviceP99Ms: { reads: 100, reports: 5_000 }, utilization: 0.1 }, false],
  [{ lagP99Ms: 0, serviceP99Ms: {}, utilization: 0.86 }, false],
  [{ lagP99Ms: 0, serviceP99Ms: {}, utilization: 0 }, true],
])('%j', (input, isValid) => {
  expect(judgeValidity(input).isValid).toBe(isValid);
});

test('says why, with the figures, and of which stream', () => {
  const { reasons, lagLimitMs } = judgeValidity({
    lagP99Ms: 12.34,
    serviceP99Ms: { reads: 80, reports: 5_000 },
    utilization: 0.9,
  });
  expect(lagLimitMs).toBe(8);
  expect(reasons).toEqual([
    'The generator was the limit for reads: one request in a hundred left 12.3 ms late or more, above 8.0 ms.',
    'The generator was the limit: its thread was busy for 90 % of the time, above 85 %.',
  ]);
});
