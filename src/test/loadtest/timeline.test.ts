/** The series by second, closed while the run goes on or at its end. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTimeline } from '../../main/loadtest/timeline.ts';

test('a request belongs to the second it was due in, however late it ended', () => {
  const timeline = createTimeline(['reads', 'reports'], 3_000);
  for (let ms = 1; ms <= 100; ms += 1) timeline.record(0, 1_500, ms, false);
  timeline.record(0, 1_999.9, 10_000, true);
  timeline.record(1, 0, 7, false);
  const { seconds, streams } = timeline.finish();
  expect(seconds).toBe(3);
  expect(streams.reads).toEqual({
    offered: [0, 101, 0],
    succeeded: [0, 100, 0],
    failed: [0, 1, 0],
    p50: [null, 51, null],
    p99: [null, 100, null],
    max: [null, 10_000, null],
  });
  expect(streams.reports?.p99).toEqual([7, null, null]);
});

test('what is due at the very end, or by a session after it, counts for the last second', () => {
  const timeline = createTimeline(['reads'], 2_500);
  timeline.record(0, 2_499, 1, false);
  timeline.record(0, 3_000, 1, false);
  expect(timeline.finish().streams.reads?.offered).toEqual([0, 0, 2]);
});

test('closing seconds on the way changes nothing of the result', () => {
  const event = fc.record({ at: fc.nat(4_999), ms: fc.nat(500), isFailed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const atOnce = createTimeline(['reads'], 5_000);
      const onTheWay = createTimeline(['reads'], 5_000);
      for (const { at, ms, isFailed } of events.toSorted((a, b) => a.at - b.at)) {
        atOnce.record(0, at, ms, isFailed);
        onTheWay.record(0, at, ms, isFailed);
        onTheWay.close(at);
      }
      expect(onTheWay.finish()).toEqual(atOnce.finish());
    }),
  );
});
