/** Schedules: the same byte for byte, sorted, within their phases, and readable again. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSchedule, hashSchedule, phaseAt, readSchedule, writeSchedule } from '../../main/loadtest/schedule.ts';
import type { LoadShape } from '../../main/loadtest/shape.ts';

const shape: LoadShape = {
  seed: 20240601,
  users: 600,
  streams: { 'log-in': {}, reads: { popularity: { zipf: 1 } }, reports: { arrivals: 'uniform' } },
  phases: [
    { name: 'calm', durationMs: 3_000, rates: { 'log-in': 5, reads: 100 } },
    { name: 'drought', durationMs: 6_000, rates: { 'log-in': 5, reads: { from: 100, to: 50 }, reports: 4 } },
    { name: 'recovery', durationMs: 3_000, rates: { 'log-in': 5, reads: 100 } },
  ],
};

const anyShape: fc.Arbitrary<LoadShape> = fc
  .record({
    seed: fc.integer(),
    users: fc.integer({ min: 1, max: 1_000 }),
    lengths: fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 4 }),
    rates: fc.array(fc.nat(80), { minLength: 1, maxLength: 3 }),
    zipf: fc.double({ min: 0.1, max: 2, noNaN: true }),
  })
  .map(({ seed, users, lengths, rates, zipf }) => ({
    seed,
    users,
    streams: Object.fromEntries(rates.map((_, index) => [`s${index}`, index === 0 ? { popularity: { zipf } } : {}])),
    phases: lengths.map((durationMs, phase) => ({
      name: `p${phase}`,
      durationMs,
      rates: Object.fromEntries(rates.map((rate, index) => [`s${index}`, rate * (phase + 1)])),
    })),
  }));

describe('any shape', () => {
  test('gives the same schedule each time, sorted, for users there are, in streams that speak then', () => {
    fc.assert(
      fc.property(anyShape, (any) => {
        const schedule = createSchedule(any);
        expect(hashSchedule(createSchedule(structuredClone(any)))).toBe(hashSchedule(schedule));
        expect([...schedule.atMs]).toEqual([...schedule.atMs].sort((a, b) => a - b));
        expect(schedule.userIndex.every((user) => user < any.users)).toBe(true);
        for (let index = 0; index < schedule.size; index += 1) {
          const phase = any.phases[phaseAt(schedule.phases, schedule.atMs[index]!)]!;
          expect(phase.rates[schedule.streams[schedule.stream[index]!]!]).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('can be written and read', () => {
    fc.assert(
      fc.property(anyShape, (any) => {
        const schedule = createSchedule(any);
        expect(readSchedule(writeSchedule(schedule))).toEqual(schedule);
      }),
      { numRuns: 30 },
    );
  });
});

test('this shape has this schedule, for ever: published results name its hash', () => {
  const schedule = createSchedule(shape);
  expect({ size: schedule.size, hash: hashSchedule(schedule) }).toMatchInlineSnapshot(`
    {
      "hash": "bc8dfea0917b9e6ee847ab7c48a7379ddb6c1e594ece8ec860503d84f7141626",
      "size": 1119,
    }
  `);
});

test('another seed, rate or order of streams is another schedule; another order of members is not', () => {
  const hash = hashSchedule(createSchedule(shape));
  const { reads, ...others } = shape.streams;
  expect(hashSchedule(createSchedule({ ...shape, seed: shape.seed + 1 }))).not.toBe(hash);
  expect(hashSchedule(createSchedule({ ...shape, users: 601 }))).not.toBe(hash);
  expect(hashSchedule(createSchedule({ ...shape, streams: { reads: reads!, ...others } }))).not.toBe(hash);
  const { phases, ...rest } = shape;
  expect(hashSchedule(createSchedule({ phases, ...rest }))).toBe(hash);
});

test('a stream that is added moves none of the others', () => {
  const alone = createSchedule({ ...shape, streams: { reads: shape.streams.reads! }, phases: onlyReads(shape) });
  const together = createSchedule(shape);
  const ofReads = [...together.atMs].filter((_, index) => together.streams[together.stream[index]!] === 'reads');
  expect(ofReads).toEqual([...alone.atMs]);
});

function onlyReads({ phases }: LoadShape): LoadShape['phases'] {
  return phases.map((phase) => ({ ...phase, rates: { reads: phase.rates.reads! } }));
}

test('a schedule that was tampered with is refused, and so is other JSON', () => {
  const text = writeSchedule(createSchedule(shape));
  const changed = JSON.parse(text);
  changed.arrivals.userIndex[0] += 1;
  expect(() => readSchedule(JSON.stringify(changed))).toThrow('does not match its hash');
  expect(() => readSchedule('{}')).toThrow('no schedule');
});

test('what is due after the end belongs to the last phase', () => {
  const { phases } = createSchedule(shape);
  expect([0, 2_999.9, 3_000, 8_999, 9_000, 12_000, 99_000].map((at) => phaseAt(phases, at))).toEqual([
    0, 0, 1, 1, 2, 2, 2,
  ]);
});
