import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentCount } from '../../main/database/recent-count.ts';

describe('RecentCount', () => {
  it('counts what a list of moments would, of the last sixty seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e9 }), fc.array(fc.nat(30_000), { maxLength: 100 }), (startMs, pauses) => {
        const count = new RecentCount();
        const moments: number[] = [];
        let nowMs = startMs;
        for (const pause of pauses) {
          nowMs += pause;
          count.add(nowMs);
          moments.push(nowMs);
          const second = Math.floor(nowMs / 1000);
          expect(count.lastMinute(nowMs)).toBe(moments.filter((ms) => Math.floor(ms / 1000) > second - 60).length);
          expect(count.total).toBe(moments.length);
        }
        expect(count.lastMinute(nowMs + 60_000)).toBe(0);
        expect(count.total).toBe(moments.length);
      }),
    );
  });

  it('forgets nothing when the clock stands or steps back', () => {
    const count = new RecentCount();
    count.add(100_000);
    count.add(100_000);
    count.add(99_000);
    expect(count.lastMinute(100_000)).toBe(3);
    expect(count.lastMinute(90_000)).toBe(3);
  });
});
