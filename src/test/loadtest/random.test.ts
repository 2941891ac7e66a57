/** Seeded chance: repeatable, different for each label, and even. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, shuffledIndexes } from '../../main/loadtest/random.ts';

const DRAWS = 20_000;

test('the same seed and label give the same draws, another label or seed others', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), (seed, label) => {
      const draw = (from: number, name: string) => {
        const random = createRandom(from, name);
        return Array.from({ length: 8 }, () => random.uint32());
      };
      expect(draw(seed, label)).toEqual(draw(seed, label));
      expect(draw(seed, label)).not.toEqual(draw(seed, `${label}'`));
      expect(draw(seed, label)).not.toEqual(draw(seed + 1, label));
    }),
  );
});

test('these are the draws of version 1: whoever changes them changes every schedule ever published', () => {
  const random = createRandom(1, 'draws');
  expect([random.uint32(), random.uint32(), random.unit(), random.below(600)]).toMatchInlineSnapshot(`
    [
      2992217425,
      616622716,
      0.17575209433938221,
      365,
    ]
  `);
});

test('draws are even: each of sixteen bins holds its share, within four standard deviations', () => {
  for (const seed of [1, 2, 3]) {
    const random = createRandom(seed, 'even');
    const bins = new Array<number>(16).fill(0);
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const bin = Math.floor(random.unit() * 16);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const deviation = Math.sqrt(DRAWS * (1 / 16) * (15 / 16));
    for (const count of bins) expect(Math.abs(count - DRAWS / 16)).toBeLessThan(4 * deviation);
  }
});

test('a whole number is below its bound', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
      const drawn = createRandom(seed, 'below').below(bound);
      expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
    }),
  );
});

test('a shuffled order has each index once', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(200), (seed, count) => {
      const order = shuffledIndexes(count, createRandom(seed, 'order'));
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
    }),
  );
});
