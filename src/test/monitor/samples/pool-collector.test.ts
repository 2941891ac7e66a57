import { expect, test } from 'vitest';
import { laneNames, type PoolSnapshot } from '../../../main/database/index.ts';
import { PoolCollector } from '../../../main/monitor/samples/pool-collector.ts';

function createCollector(bulk: { active: number; waiting: number; oldestWaitMs: number }) {
  const lanes = laneNames.map((name) => ({
    name,
    active: 0,
    waiting: 0,
    oldestWaitMs: 0,
    ...(name === 'bulk' ? bulk : {}),
  }));
  const snapshot = () => ({ total: 7, limit: 12, share: 14, lanes }) as unknown as PoolSnapshot;
  return new PoolCollector({ snapshot });
}

const figuresOf = (collector: PoolCollector, elapsedMs = 1_000) =>
  new Map(collector.collect(elapsedMs).map(({ name, scope, value }) => [`${name}(${scope})`, value]));

test('says how it stands, lane by lane, and what happened by the second', () => {
  const collector = createCollector({ active: 3, waiting: 0, oldestWaitMs: 0 });
  for (let call = 0; call < 100; call += 1) collector.leaseGranted('bulk', 10);
  collector.refused('bulk');
  collector.leaseGranted('a lane of another program', 1);
  const figures = figuresOf(collector, 2_000);
  expect(figures.get('pool.open()')).toBe(7);
  expect(figures.get('pool.limit()')).toBe(12);
  expect(figures.get('pool.share()')).toBe(14);
  expect(figures.get('pool.inUse(bulk)')).toBe(3);
  expect(figures.get('pool.waiting(critical)')).toBe(0);
  expect(figures.get('pool.acquiredPerSecond(bulk)')).toBe(50);
  expect(figures.get('pool.refusedPerSecond(bulk)')).toBe(0.5);
  expect(figures.get('pool.waitP99Ms(bulk)')).toBeCloseTo(10, -0.5);
  expect([...figures.keys()].filter((key) => key.includes('another'))).toEqual([]);
});

test('each second begins anew', () => {
  const collector = createCollector({ active: 0, waiting: 0, oldestWaitMs: 0 });
  collector.leaseGranted('bulk', 500);
  collector.refused('bulk');
  figuresOf(collector);
  const figures = figuresOf(collector);
  expect(figures.get('pool.waitP99Ms(bulk)')).toBe(0);
  expect(figures.get('pool.acquiredPerSecond(bulk)')).toBe(0);
  expect(figures.get('pool.refusedPerSecond(bulk)')).toBe(0);
});

test('where nobody gets through, the wait is that of who waits longest', () => {
  const collector = createCollector({ active: 3, waiting: 5, oldestWaitMs: 8_400 });
  expect(figuresOf(collector).get('pool.waitP99Ms(bulk)')).toBe(8_400);
});
