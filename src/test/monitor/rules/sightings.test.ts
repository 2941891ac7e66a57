import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rehearse } from '../../../main/monitor/rules/rehearsal.ts';
import { matches, reasonToSpare } from '../../../main/monitor/rules/rule.ts';
import type { SeenSession } from '../../../main/monitor/rules/seen-session.ts';
import { Sightings } from '../../../main/monitor/rules/sightings.ts';
import { ruleOf, seenOf } from '../../support/activity.ts';

const HOUR_MS = 3_600_000;

/** A session from sample to sample: its age grows, the weight of who waits for it comes and goes. */
const anyLife = fc.record({
  pid: fc.integer({ min: 1, max: 1_000_000 }),
  state: fc.constantFrom('active', 'idle in transaction'),
  protection: fc.constantFrom(null, null, 'It is a superuser’s session.'),
  maintenance: fc.constantFrom(null, null, 'runs VACUUM'),
  weights: fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 6 }),
});
const anyRule = fc
  .record({
    ...{ idle: fc.boolean(), limitMs: fc.integer({ min: 1_000, max: 6_000 }), mayEndMaintenance: fc.boolean() },
    blockingWeight: fc.option(fc.integer({ min: 1, max: 70 })),
  })
  .map(({ blockingWeight, idle, limitMs, mayEndMaintenance }) =>
    ruleOf({
      mayEndMaintenance,
      conditions: {
        ...(idle ? { idleInTransactionMs: limitMs } : { olderThanMs: limitMs }),
        ...(blockingWeight === null ? {} : { blockingWeight }),
      },
    }),
  );

describe('a rehearsal', () => {
  test('names exactly those whom enforcement would have meant on the same samples', () => {
    const lives = fc.uniqueArray(anyLife, { selector: ({ pid }) => pid, maxLength: 8 });
    fc.assert(
      fc.property(lives, anyRule, (some, rule) => {
        const sightings = new Sightings();
        const meant = new Set<number>();
        const spared = new Set<number>();
        for (let tick = 0; tick < 6; tick += 1) {
          const sample = some.flatMap(({ weights, ...facts }): SeenSession[] => {
            const weight = weights[tick];
            if (weight === undefined) return [];
            return [seenOf({ ...facts, ageMs: 500 + tick * 1_000, weight, victims: weight > 0 ? 1 : 0 })];
          });
          sightings.add(tick * 1_000, sample);
          for (const seen of sample) {
            if (!matches(rule, seen)) continue;
            (reasonToSpare(rule, seen) === null ? meant : spared).add(seen.pid);
          }
        }
        const rehearsal = rehearse(rule, sightings.list(), 10_000);
        expect(rehearsal.hit).toBe(meant.size);
        expect(rehearsal.spared).toBe([...spared].filter((pid) => !meant.has(pid)).length);
        expect(rehearsal.wouldHit.flatMap(({ pids }) => pids).every((pid) => meant.has(pid))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('is grouped by statement, with why each would be spared', () => {
    const sightings = new Sightings();
    const dump = { applicationName: 'pg_dump', protection: 'It is pg_dump: a copy of the data, or replication.' };
    sightings.add(0, [
      seenOf({ pid: 1, statement: 'reports', ageMs: 60_000 }),
      seenOf({ pid: 2, statement: 'reports', ageMs: 90_000, weight: 12.34 }),
      seenOf({ pid: 3, statement: 'copy', ageMs: 99_000, ...dump }),
      seenOf({ pid: 4, statement: 'short', ageMs: 2_000 }),
    ]);
    const rehearsal = rehearse(ruleOf({ conditions: { olderThanMs: 30_000 } }), sightings.list(), HOUR_MS);
    expect(rehearsal).toMatchObject({ seen: 4, hit: 2, spared: 1 });
    expect(rehearsal.wouldHit).toEqual([
      expect.objectContaining({ statement: 'reports', sessions: 2, longestMs: 90_000, heaviest: 12.3, reason: null }),
    ]);
    expect(rehearsal.wouldSpare).toEqual([expect.objectContaining({ statement: 'copy', reason: dump.protection })]);
    expect(rehearsal.sentence).toContain('ended 2 of 4 sessions');
  });

  test('says that nothing has been seen', () => {
    expect(rehearse(ruleOf(), [], 0)).toMatchObject({
      since: null,
      hit: 0,
      sentence: expect.stringMatching(/Nothing/),
    });
  });
});

describe('sightings', () => {
  test('are of those who lived long enough to matter', () => {
    const sightings = new Sightings();
    sightings.add(0, [
      seenOf({ pid: 1, ageMs: 999 }),
      seenOf({ pid: 2, ageMs: 1_000 }),
      seenOf({ pid: 3, ageMs: 5, victims: 1 }),
      seenOf({ pid: 4, ageMs: 5, pastDeadlineMs: 1 }),
    ]);
    expect(sightings.list().map(({ facts }) => facts.pid)).toEqual([2, 3, 4]);
  });

  test('are one for a session in one statement and one state, however often it was seen', () => {
    const sightings = new Sightings();
    for (let second = 1; second <= 100; second += 1) {
      sightings.add(second * 1_000, [seenOf({ ageMs: second * 1_000, weight: 100 - second })]);
    }
    expect(sightings.size).toBe(1);
    const [{ peaks = [], ...sighting } = {}] = sightings.list();
    expect(sighting).toMatchObject({ seenFromMs: 1_000, seenUntilMs: 100_000 });
    expect(peaks.length).toBeLessThanOrEqual(8);
    // What was joined to save room covers what it was made of.
    for (let second = 1; second <= 100; second += 1) {
      const covers = peaks.some(({ ageMs, weight }) => ageMs >= second * 1_000 && weight >= 100 - second);
      expect([second, covers]).toEqual([second, true]);
    }
    sightings.add(101_000, [seenOf({ queryStart: '2026-11-23 09:00:01+00' })]);
    expect(sightings.size).toBe(2);
  });

  test('are forgotten after a day, and beyond the most that are kept the oldest first', () => {
    const sightings = new Sightings(3);
    for (const pid of [1, 2, 3, 4]) sightings.add(pid, [seenOf({ pid })]);
    expect(sightings.list().map(({ facts }) => facts.pid)).toEqual([2, 3, 4]);
    sightings.add(5, [seenOf({ pid: 2 })]);
    sightings.add(24 * HOUR_MS + 4, [seenOf({ pid: 9 })]);
    expect(sightings.list().map(({ facts }) => facts.pid)).toEqual([4, 2, 9]);
  });

  test('are handed out to be saved once, and again when that failed', () => {
    const sightings = new Sightings();
    sightings.add(0, [seenOf({ pid: 1 }), seenOf({ pid: 2 })]);
    const [first] = sightings.takeUnsaved(1);
    expect(first?.facts.pid).toBe(1);
    expect(sightings.takeUnsaved(5).map(({ facts }) => facts.pid)).toEqual([2]);
    expect(sightings.takeUnsaved(5)).toEqual([]);
    sightings.putBack(first ? [first] : []);
    expect(sightings.takeUnsaved(5)).toEqual([first]);
    sightings.add(1, [seenOf({ pid: 2 })]);
    expect(sightings.takeUnsaved(5).map(({ facts }) => facts.pid)).toEqual([2]);
  });

  test('of an earlier process come before those of this one', () => {
    const before = new Sightings();
    before.add(0, [seenOf({ pid: 1 }), seenOf({ pid: 2 })]);
    const sightings = new Sightings();
    sightings.add(9, [seenOf({ pid: 2, ageMs: 50_000 })]);
    sightings.restore(before.list());
    expect(sightings.list().map(({ facts, seenUntilMs }) => [facts.pid, seenUntilMs])).toEqual([
      [1, 0],
      [2, 9],
    ]);
  });
});
