/** When a rule speaks, and when it falls silent again. */

import { describe, expect, test } from 'vitest';
import { Detector, SlotAverage, slotMsOf } from '../../../main/monitor/alerts/detector.ts';

const STEP_MS = 10_000;

function run(scores: readonly number[], { forSeconds = 50, part = 0.6, clearBelow = 0.7 } = {}) {
  const detector = new Detector({ forSeconds, part, clearBelow });
  return scores.map((score, index) => detector.step((index + 1) * STEP_MS, score));
}

describe('a detector', () => {
  test('speaks when three of the last five are beyond the threshold, and not before', () => {
    expect(run([1.2, 0, 1.2, 0, 0.9, 1.2, 1.2])).toEqual([...Array(6).fill(undefined), 'began']);
    expect(run([5, 0, 0, 5, 0, 0, 5])).toEqual(Array(7).fill(undefined));
  });

  test('falls silent well within the threshold, and not at its edge', () => {
    const begun = [2, 2, 2, 2, 2];
    expect(run([...begun, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]).slice(5)).toEqual(Array(6).fill(undefined));
    expect(run([...begun, 0.6, 0.6, 0.6]).at(-1)).toBe('ended');
  });

  test('speaks at the first figure where it need not last', () => {
    expect(run([0.5, 1, 0.5], { forSeconds: 0, part: 0.8 })).toEqual([undefined, 'began', 'ended']);
  });

  test('asks for fewer where figures come more rarely than its slots last', () => {
    const detector = new Detector({ forSeconds: 60, part: 0.8, clearBelow: 0.9 });
    expect([1, 2, 3].map((minute) => detector.step(minute * 60_000, 1.5))).toContain('began');
  });

  test('knows when figures have stayed away, and not before there were any', () => {
    const detector = new Detector({ forSeconds: 50, part: 0.6, clearBelow: 0.7 });
    expect(detector.isStale(1e12)).toBe(false);
    for (const index of [1, 2, 3, 4, 5]) detector.step(index * STEP_MS, 2);
    expect(detector.isStale(5 * STEP_MS + 100_000)).toBe(false);
    expect(detector.isStale(5 * STEP_MS + 130_000)).toBe(true);
    expect(detector.end()).toBe('ended');
    expect(detector.end()).toBeUndefined();
  });
});

describe('averages by slots', () => {
  test('one spike does not move them, however high', () => {
    const average = new SlotAverage(slotMsOf(50));
    const closed: number[] = [];
    for (let second = 0; second < 80; second += 1) {
      const slot = average.add(second * 1_000, second >= 40 && second < 50 ? 100 : 0);
      if (slot) closed.push(slot.value);
    }
    expect(closed).toEqual(Array(7).fill(0));
  });

  test('begin anew after a long gap, and let each figure stand where it need not last', () => {
    const average = new SlotAverage(10_000);
    average.add(0, 100);
    average.add(10_000, 100);
    average.add(1_000_000, 0);
    expect(average.add(1_010_000, 0)).toMatchObject({ value: 0 });
    expect(new SlotAverage(slotMsOf(0)).add(5, 7)).toEqual({ atMs: 5, value: 7 });
  });
});
