import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBlock, encodeBlock } from '../../../main/monitor/samples/block-codec.ts';
import { StepTotals, type StepValues } from '../../../main/monitor/samples/sample-block.ts';

const STEPS = 6;
const SPAN = { startMs: 0, stepMs: 10, steps: STEPS };

/** For each step the values that were measured in it. */
function valuesOf(steps: readonly (readonly number[])[]): StepValues {
  const totals = new StepTotals({ ...SPAN, steps: steps.length });
  steps.forEach((values, step) => {
    for (const value of values) totals.add('', step * 10, value);
  });
  const empty = new Float32Array(steps.length).fill(Number.NaN);
  return totals.toBlock('').series.get('') ?? { mean: empty, min: empty, max: empty };
}

const measured = fc.array(
  fc.array(fc.oneof(fc.constant(0), fc.nat(100), fc.double({ noNaN: true, min: -1e12, max: 1e12 })), { maxLength: 3 }),
  { minLength: STEPS, maxLength: STEPS },
);

describe('a block as bytes', () => {
  test('has each value to within a hundredth of a percent, gaps where nothing was measured, and least ≤ mean ≤ most', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.nat(3_000).map(String), measured, { maxKeys: 40 }), (given) => {
        const series = new Map(Object.entries(given).map(([id, steps]) => [Number(id), valuesOf(steps)]));
        const decoded = decodeBlock(encodeBlock(series), SPAN);
        expect([...decoded.keys()]).toEqual([...series.keys()]);
        for (const [id, values] of series) {
          const back = decoded.get(id) as StepValues;
          for (const part of ['mean', 'min', 'max'] as const) {
            values[part].forEach((value, step) => {
              const found = back[part][step] as number;
              if (Number.isNaN(value)) expect(found).toBeNaN();
              else expect(Math.abs(found - value)).toBeLessThanOrEqual(Math.abs(value) / 8_000 + 1e-35);
            });
          }
          back.mean.forEach((mean, step) => {
            if (Number.isNaN(mean)) return;
            expect(back.min[step]).toBeLessThanOrEqual(mean);
            expect(back.max[step]).toBeGreaterThanOrEqual(mean);
          });
        }
      }),
    );
  });

  test('counts up to 8,192 come back exactly', () => {
    const counts = [[0], [1], [977], [8_191], [8_192], []];
    const decoded = decodeBlock(encodeBlock(new Map([[1, valuesOf(counts)]])), SPAN).get(1);
    expect([...(decoded?.max ?? [])]).toEqual([0, 1, 977, 8_191, 8_192, Number.NaN]);
  });

  test('what stands still takes a byte a step, and a scope that is not wanted is passed over', () => {
    const still = valuesOf(Array.from({ length: 60 }, () => [12.5]));
    const bytes = encodeBlock(
      new Map([
        [1, still],
        [2, still],
      ]),
    );
    expect(bytes.length).toBeLessThanOrEqual(1 + 2 * (60 + 2 + 4));
    expect([...decodeBlock(bytes, { ...SPAN, steps: 60 }, 2).keys()]).toEqual([2]);
    expect(decodeBlock(bytes, { ...SPAN, steps: 60 }, 2).get(2)?.mean[59]).toBe(12.5);
  });

  test('what is long is deflated, and comes back the same', () => {
    const series = new Map(
      Array.from({ length: 60 }, (_, id) => [id, valuesOf([[id], [id, id + 1], [3], [4], [5], [6]])]),
    );
    const bytes = encodeBlock(series);
    expect(bytes[0]).toBe(2);
    expect(decodeBlock(bytes, SPAN).get(59)?.max[1]).toBe(60);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['another form', Buffer.from([9, 1, 2])],
    ['half of it', encodeBlock(new Map([[1, valuesOf([[1], [2], [3], [4], [5], [6]])]])).subarray(0, 5)],
    ['no deflated bytes', Buffer.from([2, 0xff, 0xff, 0xff])],
    ['a bomb', Buffer.concat([Buffer.from([2]), deflateRawSync(Buffer.alloc(40_000_000))])],
  ])('%s is refused', (_, bytes) => {
    expect(() => decodeBlock(bytes, SPAN)).toThrow();
  });
});
