import { expect, test } from 'vitest';
import type { SnapshotView } from '../../../../main/client/index.ts';
import { readSnapshotsSearch, spanAround } from '../../../../main/console/planner/snapshots/snapshot-span.ts';

const HOUR_MS = 3_600_000;
const NEWEST_MS = Date.parse('2026-11-23T12:00:00.000Z');
const snapshot = (hoursAgo: number): SnapshotView => ({
  ...{ id: `h${hoursAgo}`, takenAt: new Date(NEWEST_MS - hoursAgo * HOUR_MS).toISOString(), reason: 'The hour.' },
  ...{ serverVersion: '18.1', relations: 1, indexes: 1, storedBytes: 1, gaps: 0 },
});

test('without a moment it is the last day', () => {
  expect(spanAround([0, 1, 5, 23, 30].map(snapshot), null)).toEqual({ from: 'h23', to: 'h0' });
  expect(spanAround([0, 40, 50].map(snapshot), null)).toEqual({ from: 'h40', to: 'h0' });
});

test('around a moment it is the last before it and the first after it', () => {
  const all = [0, 1, 2, 3].map(snapshot);
  const at = (hoursAgo: number) => new Date(NEWEST_MS - hoursAgo * HOUR_MS).toISOString();
  expect(spanAround(all, at(1.5))).toEqual({ from: 'h2', to: 'h1' });
  expect(spanAround(all, at(-1))).toEqual({ from: 'h1', to: 'h0' });
  expect(spanAround(all, at(9))).toEqual({ from: 'h3', to: 'h2' });
  expect(spanAround(all.slice(0, 1), at(9))).toEqual({ from: 'h0', to: 'h0' });
  expect(spanAround(all, 'sometime')).toEqual({ from: 'h3', to: 'h0' });
  expect(spanAround([], null)).toEqual({ from: '', to: '' });
});

test('an address names a statement and a moment', () => {
  expect(readSnapshotsSearch({ statement: 'orders.list', at: 5 })).toEqual({ statement: 'orders.list' });
});
