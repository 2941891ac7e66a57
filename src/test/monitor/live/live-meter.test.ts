import { expect, test } from 'vitest';
import type { Lease, PoolSnapshot } from '../../../main/database/index.ts';
import { LiveMeter } from '../../../main/monitor/live/live-meter.ts';
import { leaseOf } from '../../support/activity.ts';

function createMeter(leases: Lease[] = []) {
  const lanes = [{ name: 'interactive' }, { name: 'bulk' }];
  return new LiveMeter({ snapshot: () => ({ lanes }) as unknown as PoolSnapshot, listLeases: () => leases });
}

const ended = (statement: string, durationMs: number) =>
  ({ statement, lane: 'interactive', durationMs, rows: 1, origin: undefined }) as const;

test('a second is told when it is over, lane by lane, and forgotten with the next', () => {
  const meter = createMeter();
  for (let index = 0; index < 100; index += 1) {
    meter.leaseGranted('interactive', index);
    meter.leaseReleased('interactive', 10, leaseOf());
  }
  meter.refused('bulk');
  expect(meter.lanes()[0]).toMatchObject({ name: 'interactive', calls: 0, p50Ms: null });
  meter.step();
  const [interactive, bulk] = meter.lanes();
  expect(interactive).toMatchObject({ calls: 100, refused: 0 });
  expect(Math.abs((interactive?.p50Ms ?? 0) - 10)).toBeLessThan(1);
  expect(interactive?.waitP99Ms).toBeGreaterThan(90);
  expect(bulk).toEqual({ name: 'bulk', calls: 0, refused: 1, p50Ms: null, p99Ms: null, waitP99Ms: null });
  meter.step();
  expect(meter.lanes()[0]).toMatchObject({ calls: 0, p50Ms: null });
});

test('statements stand in the order of the time they took in ten seconds; what runs still counts with what it has taken', () => {
  const nowMs = 100_000;
  const running = leaseOf({ statement: 'orders.report', isRunning: true, statementAtMs: nowMs - 4_000, lane: 'bulk' });
  const idle = leaseOf({ statement: 'orders.idle', isRunning: false, statementAtMs: 0 });
  const meter = createMeter([running, idle]);
  for (let index = 0; index < 10; index += 1) meter.statementEnded(ended('notes.list', 100));
  meter.step();
  expect(meter.statements(nowMs)).toEqual([
    { statement: 'orders.report', lane: 'bulk', running: 1, callsPerSecond: 0, meanMs: 4_000, share: 0.8 },
    { statement: 'notes.list', lane: 'interactive', running: 0, callsPerSecond: 10, meanMs: 100, share: 0.2 },
  ]);
  for (let second = 0; second < 10; second += 1) meter.step();
  expect(meter.statements(nowMs).map(({ statement }) => statement)).toEqual(['orders.report']);
});

test('of ever new statements no more are kept than are told apart', () => {
  const meter = createMeter();
  for (let index = 0; index < 5_000; index += 1) meter.statementEnded(ended(`select ${index}`, 1));
  meter.step();
  expect(meter.statements(0)).toHaveLength(10);
});
