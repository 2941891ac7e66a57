import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SojournControl } from '../../main/database/sojourn.ts';

const TARGET_MS = 50;
const INTERVAL_MS = 1_000;
const create = () => new SojournControl({ targetMs: TARGET_MS, intervalMs: INTERVAL_MS });

describe('the control of a standing queue', () => {
  test('refuses nobody in its first interval, and whoever waited too long once a whole one was missed by all', () => {
    const control = create();
    for (let nowMs = 0; nowMs < INTERVAL_MS; nowMs += 100) expect(control.refuses(400, nowMs)).toBe(false);
    expect(control.refuses(400, INTERVAL_MS)).toBe(true);
    expect(control.isOverloaded).toBe(true);
    expect(control.refuses(TARGET_MS * 2, INTERVAL_MS + 10), 'twice the target is still served').toBe(false);
    expect(control.refuses(TARGET_MS * 2 + 1, INTERVAL_MS + 20)).toBe(true);
  });

  test('a single waiter who was lucky within the interval ends it at the next', () => {
    const control = create();
    for (let nowMs = 0; nowMs <= INTERVAL_MS; nowMs += 100) control.refuses(400, nowMs);
    expect(control.isOverloaded).toBe(true);
    control.refuses(10, INTERVAL_MS + 500);
    expect(control.refuses(400, 2 * INTERVAL_MS)).toBe(false);
    expect(control.isOverloaded).toBe(false);
  });

  test('someone who is served without waiting ends it at once', () => {
    const control = create();
    for (let nowMs = 0; nowMs <= INTERVAL_MS; nowMs += 100) control.refuses(400, nowMs);
    control.servedAtOnce();
    expect(control.refuses(400, INTERVAL_MS + 10)).toBe(false);
  });

  test('never refuses who waited twice the target or less, nor anyone while waits stay within it', () => {
    const wait = fc.record({ waitedMs: fc.nat(400), pauseMs: fc.nat(300) });
    fc.assert(
      fc.property(fc.array(wait, { maxLength: 100 }), (waits) => {
        const control = create();
        let nowMs = 0;
        let leastOfInterval = Number.POSITIVE_INFINITY;
        const calm = waits.every(({ waitedMs }) => waitedMs <= TARGET_MS);
        for (const { waitedMs, pauseMs } of waits) {
          nowMs += pauseMs;
          leastOfInterval = Math.min(leastOfInterval, waitedMs);
          const isRefused = control.refuses(waitedMs, nowMs);
          if (waitedMs <= 2 * TARGET_MS || calm) expect(isRefused).toBe(false);
        }
      }),
    );
  });
});
