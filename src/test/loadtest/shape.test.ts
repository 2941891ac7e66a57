/** A shape that cannot be run is refused with all of its faults at once. */

import { expect, test } from 'vitest';
import { checkShape, type LoadShape, rateAt } from '../../main/loadtest/shape.ts';

const shape: LoadShape = {
  seed: 1,
  users: 10,
  streams: { reads: {} },
  phases: [{ name: 'calm', durationMs: 1_000, rates: { reads: 5 } }],
};

test('a good shape passes', () => {
  expect(() => checkShape(shape)).not.toThrow();
});

test.each<[string, Partial<LoadShape>]>([
  ['seed must be a whole number', { seed: 0.5 }],
  ['users must be a whole number above 0', { users: 0 }],
  ['there must be 1 to 255 streams', { streams: {}, phases: [{ name: 'calm', durationMs: 1, rates: {} }] }],
  ['there must be a phase', { phases: [] }],
  ['phases need different names', { phases: [shape.phases[0]!, shape.phases[0]!] }],
  ['phase calm: durationMs must be above 0', { phases: [{ name: 'calm', durationMs: 0, rates: {} }] }],
  ['phase calm: there is no stream writes', { phases: [{ name: 'calm', durationMs: 1, rates: { writes: 1 } }] }],
  ['the rate of reads must not be below 0', { phases: [{ name: 'calm', durationMs: 1, rates: { reads: -1 } }] }],
  ['the rate of reads', { phases: [{ name: 'calm', durationMs: 1, rates: { reads: { from: 1, to: Number.NaN } } }] }],
  ['stream reads: zipf must be above 0', { streams: { reads: { popularity: { zipf: 0 } } } }],
  [
    'there is no stream writes to go on with',
    { streams: { reads: { steps: [{ stream: 'writes', think: { fixedMs: 1 } }] } } },
  ],
  [
    'a probability is from 0 to 1',
    { streams: { reads: { steps: [{ stream: 'reads', think: { fixedMs: 1 }, probability: 2 }] } } },
  ],
  [
    'sampledMs needs a pause to draw from',
    { streams: { reads: { steps: [{ stream: 'reads', think: { sampledMs: [] } }] } } },
  ],
])('%s', (fault, change) => {
  expect(() => checkShape({ ...shape, ...change })).toThrow(fault);
});

test('all faults are told at once', () => {
  expect(() => checkShape({ ...shape, seed: 0.5, users: 0 })).toThrow(/seed must.*; users must/);
});

test('a rate may be a straight line', () => {
  expect([0, 0.25, 1].map((share) => rateAt({ from: 10, to: 50 }, share))).toEqual([10, 20, 50]);
  expect(rateAt(7, 0.5)).toBe(7);
});
