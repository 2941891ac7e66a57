import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pacing } from '../../main/database/pacing.ts';

describe('the pace of reconnecting', () => {
  test('one failure may be tried again at once; from the second on everyone is told, for longer each time', () => {
    let nowMs = 1_000;
    const pacing = new Pacing(() => nowMs);
    const failure = new Error('refused');
    expect([pacing.isFailing, pacing.recentFailure()]).toEqual([false, undefined]);
    pacing.failed(failure);
    expect([pacing.isFailing, pacing.recentFailure()]).toEqual([true, undefined]);
    for (const longestMs of [50, 100, 200, 400, 800, 1_600, 2_000, 2_000]) {
      pacing.failed(failure);
      expect(pacing.recentFailure()).toBe(failure);
      const waitMs = pacing.nextAttemptAtMs - nowMs;
      expect(waitMs).toBeGreaterThanOrEqual(longestMs / 2);
      expect(waitMs).toBeLessThanOrEqual(longestMs);
      nowMs += waitMs;
      expect(pacing.recentFailure()).toBeUndefined();
    }
  });

  test('a success ends it, and the next failure begins anew', () => {
    const pacing = new Pacing(() => 0);
    for (let n = 0; n < 10; n += 1) pacing.failed(new Error('refused'));
    pacing.succeeded();
    expect([pacing.isFailing, pacing.recentFailure()]).toEqual([false, undefined]);
    pacing.failed(new Error('again'));
    expect(pacing.recentFailure()).toBeUndefined();
  });

  test('a hundred programs that lost the same database do not come back at the same moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), (failures) => {
        const moments = Array.from({ length: 100 }, () => {
          const pacing = new Pacing(() => 0);
          for (let n = 0; n < failures; n += 1) pacing.failed(new Error('refused'));
          return pacing.nextAttemptAtMs;
        });
        const spread = Math.max(...moments) - Math.min(...moments);
        expect(spread).toBeGreaterThan(Math.max(...moments) * 0.3);
      }),
      { numRuns: 10 },
    );
  });
});
