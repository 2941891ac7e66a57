import { describe, expect, it } from 'vitest';
import { GradientLimit, type LimitWindow } from '../../../main/database/limit/gradient.ts';

const windowOf = (ratio: number, rest: Partial<LimitWindow> = {}): LimitWindow => ({
  ...{ samples: 100, meanLnRatio: Math.log(ratio), mostInUse: 1_000, hasDropped: false },
  ...rest,
});

/** The limit after so many windows, begun at 40 of 10 to 40. */
function after(windows: number, window: LimitWindow, limit = new GradientLimit({ floor: 10, ceiling: 40 })): number {
  for (let n = 0; n < windows; n += 1) limit.update(window);
  return limit.limit;
}

describe('the gradient limit', () => {
  it('falls while statements are slow, not below what is promised, and comes back when they are quick', () => {
    const limit = new GradientLimit({ floor: 10, ceiling: 40 });
    expect(after(3, windowOf(3), limit)).toBeLessThan(32);
    expect(after(100, windowOf(3), limit)).toBe(10);
    expect(after(4, windowOf(1), limit)).toBeGreaterThan(12);
    expect(after(100, windowOf(1), limit)).toBe(40);
  });

  it('does not climb at a steady 1.25 times the usual, however long that lasts', () => {
    const limit = new GradientLimit({ floor: 10, ceiling: 40 });
    after(6, windowOf(3), limit);
    const before = limit.limit;
    expect(before).toBeLessThan(40);
    expect(after(1_200, windowOf(1.25), limit)).toBe(before);
  });

  it('falls by a tenth for a drop, once a window, whatever the times say', () => {
    const limit = new GradientLimit({ floor: 10, ceiling: 40 });
    expect(limit.update(windowOf(1, { hasDropped: true, samples: 0 }))).toBe('drop');
    expect(limit.limit).toBeCloseTo(36);
    expect(after(100, windowOf(1, { hasDropped: true }), limit)).toBe(10);
  });

  it('learns nothing from too few samples, nor where half of it lay idle', () => {
    expect(after(50, windowOf(3, { samples: 9 }))).toBe(40);
    expect(after(50, windowOf(3, { mostInUse: 19 }))).toBe(40);
    expect(after(50, windowOf(3, { mostInUse: 20, samples: 10 }))).toBeLessThan(40);
  });

  it('is capped by what gets done, and follows its ceiling', () => {
    const limit = new GradientLimit({ floor: 10, ceiling: 40 });
    expect(limit.cap(50)).toBe(false);
    expect(limit.cap(20)).toBe(true);
    expect(limit.limit).toBe(20);
    limit.setCeiling(15);
    expect(limit.limit).toBe(15);
    limit.setCeiling(30);
    expect(limit.limit, 'it stood at its ceiling').toBe(30);
    limit.cap(12);
    limit.setCeiling(40);
    expect(limit.limit).toBe(12);
    limit.setCeiling(3);
    expect(limit.limit, 'what is promised stays').toBe(10);
  });
});
