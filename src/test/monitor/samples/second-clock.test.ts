import { expect, onTestFinished, test, vi } from 'vitest';
import { createSecondClock } from '../../../main/monitor/samples/second-clock.ts';

test('calls each second with how long it was, from start to stop', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let nowMs = 1_000;
  const calls: [number, number][] = [];
  const marks: string[] = [];
  const service = createSecondClock({
    ...{ name: 'a clock', clock: { nowMs: () => nowMs + 500_000, monotonicMs: () => nowMs } },
    onSecond: (atMs, elapsedMs) => calls.push([atMs, elapsedMs]),
    onStart: () => marks.push('start'),
    onStop: () => marks.push('stop'),
  });
  await service.start();
  await service.start();
  nowMs += 1_000;
  vi.advanceTimersByTime(1_000);
  // The event loop was busy.
  nowMs += 1_700;
  vi.advanceTimersByTime(1_000);
  await service.stop();
  vi.advanceTimersByTime(5_000);
  expect(calls).toEqual([
    [502_000, 1_000],
    [503_700, 1_700],
  ]);
  expect(marks).toEqual(['start', 'stop']);
});
