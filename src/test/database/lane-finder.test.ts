import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LaneFinder } from '../../main/database/lane-finder.ts';

const LEASH_MS = 100;
const create = () => new LaneFinder({ shortLane: 'interactive', longLane: 'bulk', leashMs: LEASH_MS, unknownMax: 3 });

describe('the lane of an undeclared statement', () => {
  test('is the short one at first, for a few at a time until it is known', () => {
    const finder = create();
    expect(finder.find('s')).toEqual({ lane: 'interactive', expectedMs: 1 });
    expect([finder.laneOf('s'), finder.maxAtOnce('s')]).toEqual(['interactive', 3]);
    for (let n = 0; n < 4; n += 1) finder.learn('s', 2);
    expect(finder.maxAtOnce('s')).toBe(3);
    finder.learn('s', 2);
    expect(finder.maxAtOnce('s')).toBe(Number.POSITIVE_INFINITY);
  });

  test('changes while the first one still runs, and for its like at once', () => {
    const finder = create();
    finder.outstayed('s');
    expect([finder.laneOf('s'), finder.laneOf('other')]).toEqual(['bulk', 'interactive']);
    expect(finder.find('s').expectedMs).toBeGreaterThanOrEqual(LEASH_MS);
  });

  test('is no matter for a statement that was declared', () => {
    const finder = create();
    finder.find('s');
    expect(finder.maxAtOnce('accounts.findSession')).toBe(Number.POSITIVE_INFINITY);
  });

  test('comes back when the statement has become short, and not for one lucky call', () => {
    const finder = create();
    for (let n = 0; n < 10; n += 1) finder.learn('s', 400);
    finder.learn('s', 1);
    expect(finder.laneOf('s')).toBe('bulk');
    for (let n = 0; n < 20; n += 1) finder.learn('s', 1);
    expect(finder.laneOf('s')).toBe('interactive');
  });

  test('does not change back and forth for a statement near the border', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 60, max: 140 }), { minLength: 20, maxLength: 200 }), (durations) => {
        const finder = create();
        let changes = 0;
        let lane = finder.laneOf('s');
        for (const tookMs of durations) {
          finder.learn('s', tookMs);
          if (finder.laneOf('s') !== lane) changes += 1;
          lane = finder.laneOf('s');
        }
        expect(changes).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('follows what was seen: always above the leash is long, always below half of it is short', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 49 }), { minLength: 1 }), fc.boolean(), (durations, isLong) => {
        const finder = create();
        for (const ms of durations) finder.learn('s', isLong ? LEASH_MS + ms : ms);
        expect(finder.laneOf('s')).toBe(isLong ? 'bulk' : 'interactive');
        expect(finder.find('s').expectedMs).toBeGreaterThanOrEqual(Math.min(...durations));
      }),
    );
  });

  test('is remembered for so many statements, and forgotten without harm', () => {
    const finder = create();
    finder.outstayed('first');
    for (let n = 0; n < 10_000; n += 1) finder.learn(`s${n}`, 1);
    expect(finder.laneOf('first')).toBe('interactive');
  });
});

describe('a long statement on a pool that knows who suffers', () => {
  const full = () => true;
  const createSlow = (hasRoom: () => boolean) =>
    new LaneFinder({ shortLane: 'interactive', longLane: 'bulk', leashMs: LEASH_MS, unknownMax: 3, hasRoom });

  test('begins alone, and with each second in which nobody suffers one more may run', () => {
    const finder = createSlow(() => true);
    finder.find('s');
    finder.outstayed('s');
    expect(finder.maxAtOnce('s')).toBe(1);
    expect(finder.step(full)).toEqual(['s']);
    finder.step(full);
    expect(finder.maxAtOnce('s')).toBe(3);
  });

  test('gives way by halves while somebody suffers, and never stops', () => {
    let hasRoom = true;
    const finder = createSlow(() => hasRoom);
    finder.outstayed('s');
    for (let second = 0; second < 7; second += 1) finder.step(full);
    hasRoom = false;
    const maxima = [1, 2, 3, 4].map(() => {
      expect(finder.step(full)).toEqual([]);
      return finder.maxAtOnce('s');
    });
    expect(maxima).toEqual([4, 2, 1, 1]);
  });

  test('has no more room than was made use of', () => {
    const finder = createSlow(() => true);
    finder.outstayed('s');
    expect(finder.step(() => false)).toEqual([]);
    expect(finder.maxAtOnce('s')).toBe(1);
  });

  test('is tried alone while it is not known, and each that ends lets one more in', () => {
    const finder = createSlow(() => true);
    finder.find('s');
    expect(finder.maxAtOnce('s')).toBe(1);
    finder.learn('s', 5);
    expect(finder.maxAtOnce('s')).toBe(2);
    for (let n = 0; n < 4; n += 1) finder.learn('s', 5);
    expect(finder.maxAtOnce('s')).toBe(Number.POSITIVE_INFINITY);
  });

  test('is held back by nothing once it has become short', () => {
    const finder = createSlow(() => true);
    finder.outstayed('s');
    for (let n = 0; n < 40; n += 1) finder.learn('s', 1);
    expect(finder.maxAtOnce('s')).toBe(Number.POSITIVE_INFINITY);
    expect(finder.step(full)).toEqual([]);
  });

  test('has no such bound on a pool that does not know', () => {
    const finder = create();
    finder.find('s');
    finder.outstayed('s');
    expect(finder.maxAtOnce('s')).toBe(3);
    expect(finder.step(() => true)).toEqual([]);
  });
});
