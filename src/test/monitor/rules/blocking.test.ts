import { expect, test } from 'vitest';
import { findBlocking } from '../../../main/monitor/rules/blocking.ts';
import { backendOf, leaseOf } from '../../support/activity.ts';

const waiting = (pid: number, blockedBy: number[], lane?: string) =>
  backendOf({ pid, blockedBy, queryMs: 2_000, lease: lane === undefined ? undefined : leaseOf({ lane }) });

test('victims count with the weight of their lane times their seconds, those behind others too', () => {
  const blocking = findBlocking([backendOf({ pid: 1 }), waiting(2, [1], 'critical'), waiting(3, [2]), waiting(4, [9])]);
  expect(blocking.get(1)).toEqual({ weight: 8 * 2 + 2, victims: 2, lanes: new Set(['critical']) });
  expect(blocking.get(2)).toEqual({ weight: 2, victims: 1, lanes: new Set() });
  expect(blocking.has(3)).toBe(false);
});

test('one who waits for two of a chain counts once', () => {
  expect(findBlocking([waiting(2, [1]), waiting(3, [1, 2])]).get(1)?.victims).toBe(2);
});

test('a circle has an end, and nobody is his own victim', () => {
  const blocking = findBlocking([waiting(1, [3]), waiting(2, [1]), waiting(3, [2])]);
  for (const pid of [1, 2, 3]) expect(blocking.get(pid)?.victims).toBe(2);
});

test('parallel workers wait, and stand in the way, as the session they work for', () => {
  const worker = backendOf({ pid: 11, leaderPid: 1, backendType: 'parallel worker', blockedBy: [5], queryMs: 2_000 });
  const blocking = findBlocking([waiting(1, []), worker, waiting(2, [11])]);
  expect(blocking.get(5)?.victims).toBe(2);
  expect(blocking.get(1)?.victims).toBe(1);
  expect(blocking.has(11)).toBe(false);
});

test('a prepared transaction stands in the way as pid 0', () => {
  expect(findBlocking([waiting(2, [0])]).get(0)?.victims).toBe(1);
});
