/** How busy the thread was in each phase, and when the phases were said to begin. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchPhases } from '../../main/loadtest/phase-watch.ts';

const PHASES = [
  { name: 'idle', startMs: 0, endMs: 150 },
  { name: 'busy', startMs: 150, endMs: 350 },
  { name: 'waiting', startMs: 350, endMs: 600 },
  { name: 'never', startMs: 600, endMs: 900 },
];

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('work is busy, and turns that only waited are not', async () => {
  const begun: string[] = [];
  let idleTurnsMs = 0;
  const watch = watchPhases({
    phases: PHASES,
    idleTurnsMs: () => idleTurnsMs,
    onPhase: ({ name }) => begun.push(name),
  });
  expect(watch.current().name).toBe('idle');
  await sleep(180);
  work(160);
  await sleep(30);
  expect(watch.current().name).toBe('waiting');
  work(200);
  idleTurnsMs += 190;
  const [idle = 1, busy = 0, waiting = 1, never = 1] = watch.finish();
  expect(begun).toEqual(['idle', 'busy', 'waiting']);
  expect(idle).toBeLessThan(0.3);
  expect(busy).toBeGreaterThan(0.6);
  expect(waiting).toBeLessThan(0.3);
  expect(never).toBe(0);
  await sleep(300);
  expect(begun).toHaveLength(3);
});
