import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogHistogram } from '../../../main/monitor/history/log-histogram.ts';
import { decodeHistogram, encodeHistogram } from '../../../main/monitor/query-stats/histogram-bytes.ts';

const durations = fc.array(fc.double({ min: 0, max: 200_000, noNaN: true }), { maxLength: 200 });

function histogramOf(all: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const ms of all) histogram.record(ms);
  return histogram;
}

const placesOf = (histogram: LogHistogram) => [...histogram.places()];

test('comes back as it was, and two strung together are their sum', () => {
  fc.assert(
    fc.property(durations, durations, (first, second) => {
      const bytes = [histogramOf(first), histogramOf(second)].map(encodeHistogram);
      const decoded = decodeHistogram(Buffer.concat(bytes));
      expect(placesOf(decoded)).toEqual(placesOf(histogramOf([...first, ...second])));
      expect(decoded.total).toBe(first.length + second.length);
    }),
  );
});

test('holds counts of any size in few bytes', () => {
  const histogram = new LogHistogram();
  for (const [place, count] of [
    [0, 1],
    [7, 127],
    [8, 128],
    [90, 16_384],
    [185, 4_000_000_000],
  ] as const)
    histogram.addAt(place, count);
  const bytes = encodeHistogram(histogram);
  // Four runs, one of them with two counters, each with the bytes of its counts.
  expect(bytes).toHaveLength(2 * 4 + 1 + (1 + 2) + 3 + 5);
  expect(placesOf(decodeHistogram(bytes))).toEqual(placesOf(histogram));
});

test('the counters of one statement stand together, and take a byte each', () => {
  const histogram = new LogHistogram();
  for (const place of [40, 41, 43, 46, 47]) histogram.addAt(place, 5);
  expect(encodeHistogram(histogram)).toHaveLength(2 + 8);
  histogram.addAt(50, 1);
  expect(encodeHistogram(histogram)).toHaveLength(2 + 11);
  histogram.addAt(54, 1);
  expect(encodeHistogram(histogram)).toHaveLength(2 + 11 + 3);
});

test('what is cut off is left out, and nothing is nothing', () => {
  const bytes = encodeHistogram(histogramOf([1, ...Array(200).fill(50)]));
  expect(decodeHistogram(bytes.subarray(0, bytes.length - 1)).total).toBe(1);
  expect(decodeHistogram(null).total).toBe(0);
  expect(encodeHistogram(new LogHistogram())).toHaveLength(0);
});
