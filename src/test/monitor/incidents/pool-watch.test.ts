import { beforeEach, expect, test } from 'vitest';
import type { LaneSnapshot, Lease, PoolSnapshot } from '../../../main/database/index.ts';
import { PoolWatch } from '../../../main/monitor/incidents/pool-watch.ts';
import type { NewEntry } from '../../../main/monitor/incidents/timeline.ts';

let nowMs: number;
let lanes: Partial<LaneSnapshot>[];
let entries: NewEntry[];
let watch: PoolWatch;

beforeEach(() => {
  [nowMs, lanes, entries] = [0, [], []];
  const lease = { admitted: { lane: 'bulk' }, statement: 'orders.report', origin: { route: 'GET /reports' } };
  watch = new PoolWatch({
    database: {
      snapshot: () => ({ lanes }) as unknown as PoolSnapshot,
      listLeases: () => Array.from({ length: 5 }, () => lease) as unknown as Lease[],
    },
    timeline: { note: (entry) => ({ ...entry, id: String(entries.push(entry)), at: '', by: null, details: {} }) },
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
  });
});

function pass(seconds: number, refusals = 0): void {
  for (let index = 0; index < seconds; index += 1) {
    nowMs += 1_000;
    for (let count = 0; count < refusals; count += 1) watch.refused('bulk', 'queue_full');
    watch.step();
  }
}

const sentences = () => entries.map(({ sentence }) => sentence);

test('refusals are told at their beginning, each minute, and at their end, with who held the connections', () => {
  pass(70, 2);
  pass(6);
  expect(sentences()).toEqual([
    'The lane bulk begins to refuse: 2 within a second; 5 by orders.report of GET /reports.',
    'The lane bulk goes on refusing: 122 by now; 5 by orders.report of GET /reports.',
    'The lane bulk refuses nobody any more; it refused 140 in 69 s.',
  ]);
});

test('a caller who went away was not refused', () => {
  watch.refused('bulk', 'caller_gone');
  pass(2);
  expect(entries).toEqual([]);
});

test('a lane that is full for longer than a moment is told, and when it has room again', () => {
  lanes = [{ name: 'bulk', active: 6, free: 0, waiting: 3 }];
  pass(2);
  lanes = [{ name: 'bulk', active: 6, free: 0, waiting: 0 }];
  pass(6);
  expect(entries).toEqual([]);
  lanes = [{ name: 'bulk', active: 6, free: 0, waiting: 3 }];
  pass(10);
  lanes = [{ name: 'bulk', active: 2, free: 4, waiting: 0 }];
  pass(6);
  expect(sentences()).toEqual([
    'The lane bulk is full: 6 connections are held, 3 wait; 5 by orders.report of GET /reports.',
    'The lane bulk has room again, after 9 s.',
  ]);
});

test('what waits in background hurts nobody', () => {
  lanes = [{ name: 'background', active: 3, free: 0, waiting: 9 }];
  pass(10);
  expect(entries).toEqual([]);
});
