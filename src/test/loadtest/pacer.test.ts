/** The pacer sends on time, whatever timers do, and never blocks. Its time is moved by hand; that of the machine is not. */

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createPacer } from '../../main/loadtest/pacer.ts';

/** How late a timer fires, in the worst case that is not the machine's fault. */
const TIMER_LATE_MS = 1.1;

/** @param readingMs how much time passes at each look at the clock: small where turns of the event loop are quick */
function startPacer(dueMs: number[], readingMs: number) {
  let clockMs = 0;
  const lateMs: number[] = [];
  const timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((look: () => void, ms: number) => {
    setImmediate(() => {
      clockMs += ms + TIMER_LATE_MS;
      look();
    });
  }) as typeof setTimeout);
  const nowMs = () => {
    clockMs += readingMs;
    return clockMs;
  };
  const send = () => lateMs.push(clockMs - (dueMs.shift() ?? 0));
  const pacer = createPacer({ nextDueMs: () => dueMs[0], send }, nowMs);
  onTestFinished(() => {
    pacer.stop();
    timers.mockRestore();
  });
  pacer.wake();
  const finish = async () => {
    while (dueMs.length > 0) await turn();
    return { lateMs, clockMs, timers: timers.mock.calls.length };
  };
  return { pacer, finish, lateMs };
}

const every = (ms: number, count: number) => Array.from({ length: count }, (_, index) => 5 + index * ms);

test('sends nothing early and nothing late, by timers where there is time and by turns where there is not', async () => {
  const slow = await startPacer(every(5.3, 60), 0.01).finish();
  expect(Math.min(...slow.lateMs)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...slow.lateMs)).toBeLessThan(0.1);
  expect(slow.timers).toBe(60);
  const quick = await startPacer(every(0.3, 60), 0.01).finish();
  expect(Math.max(...quick.lateMs)).toBeLessThan(0.1);
  // The wait for the first one; the count goes on from before.
  expect(quick.timers - slow.timers).toBe(1);
});

test('turns that only waited count as idle; turns in which other work was done do not', async () => {
  const quick = startPacer(every(1.5, 40), 0.001);
  const { clockMs } = await quick.finish();
  expect(quick.pacer.idleTurnsMs()).toBeGreaterThan(clockMs * 0.7);
  expect(quick.pacer.idleTurnsMs()).toBeLessThan(clockMs);
  const busy = startPacer(every(1.5, 40), 0.02);
  await busy.finish();
  expect(busy.pacer.idleTurnsMs()).toBe(0);
});

test('lets the answers in between two bunches of what is overdue', async () => {
  const { lateMs, finish } = startPacer(new Array<number>(200).fill(0), 0.01);
  expect(lateMs).toHaveLength(32);
  await turn();
  expect(lateMs).toHaveLength(64);
  expect((await finish()).lateMs).toHaveLength(200);
});

test('wakes for what became due while it slept, and sends nothing after it was stopped', async () => {
  const due = [60_000];
  const startedAt = performance.now();
  const sent: number[] = [];
  const pacer = createPacer(
    { nextDueMs: () => due[0], send: () => sent.push(due.shift() ?? 0) },
    () => performance.now() - startedAt,
  );
  pacer.wake();
  await sleep(20);
  due.unshift(30, 40);
  pacer.wake();
  await vi.waitUntil(() => sent.length === 2);
  due.unshift(50);
  pacer.stop();
  pacer.wake();
  await sleep(80);
  expect(sent).toEqual([30, 40]);
});
