// The water's physics: it arrives, it does not overshoot, it comes to rest.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flow, fullness, isStill, type Motion, restAt, stir } from '../../../main/console/well/level.ts';

const FRAME_MS = 1000 / 60;

function run(motion: Motion, target: number, durationMs: number, stepMs = FRAME_MS): Motion {
  let now = motion;
  for (let elapsed = 0; elapsed < durationMs; elapsed += stepMs) now = flow(now, target, stepMs);
  return now;
}

test('a level is most of the way after half a second and at rest a few seconds later', () => {
  const soon = run(restAt(1), 0.25, 500);
  expect(soon.level).toBeLessThan(0.32);
  expect(soon.swell).toBeGreaterThan(0.1);
  expect(run(restAt(1), 0.25, 10_000)).toEqual({ level: 0.25, velocity: 0, swell: 0 });
});

test('water at rest at its target stays exactly as it is', () => {
  const rest = restAt(0.5);
  expect(isStill(rest, 0.5)).toBe(true);
  expect(flow(rest, 0.5, FRAME_MS)).toEqual(rest);
});

test('no level overshoots its target, whatever the distance and the frame rate', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, fc.double({ min: 1, max: 100, noNaN: true }), (from, to, stepMs) => {
      let motion = restAt(from);
      for (let step = 0; step < 200; step += 1) {
        motion = flow(motion, to, stepMs);
        expect(motion.level).toBeGreaterThanOrEqual(Math.min(from, to) - 1e-9);
        expect(motion.level).toBeLessThanOrEqual(Math.max(from, to) + 1e-9);
      }
    }),
  );
});

test('the path does not depend on the frame rate', () => {
  const smooth = run(restAt(1), 0, 400, 4);
  const coarse = run(restAt(1), 0, 400, 40);
  expect(coarse.level).toBeCloseTo(smooth.level, 6);
});

test('a tab that slept for a minute sees no jump in one frame', () => {
  expect(flow(restAt(1), 0, 60_000).level).toBeGreaterThan(0.5);
});

test('work that leaves the level where it is stirs the surface, and the surface calms down', () => {
  const stirred = stir(restAt(0.5), 3);
  expect(stirred.swell).toBeGreaterThan(0.3);
  expect(stirred.level).toBe(0.5);
  expect(run(stirred, 0.5, 8000)).toEqual(restAt(0.5));
  expect(stir(restAt(0.5), 0)).toEqual(restAt(0.5));
});

test('fullness is the share of the ceiling and never leaves its bounds', () => {
  expect(fullness({ free: 3, ceiling: 12 })).toBe(0.25);
  expect(fullness({ free: 0, ceiling: 0 })).toBe(0);
  expect(fullness({ free: 20, ceiling: 10 })).toBe(1);
});
