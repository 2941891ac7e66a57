import { beforeEach, describe, expect, test } from 'vitest';
import { type Lease, laneNames, type PoolSnapshot } from '../../../main/database/index.ts';
import { PoolHistory } from '../../../main/monitor/history/index.ts';

const START_MS = Date.UTC(2026, 10, 23, 8);
const SECOND_MS = 1_000;

let nowMs: number;
let pool: { open: number; idle: number; active: number; waiting: number; limit: number };
let leases: Lease[];
let history: PoolHistory;

const snapshot = (): PoolSnapshot =>
  ({
    total: pool.open,
    idle: pool.idle,
    limit: pool.limit,
    lanes: laneNames.map((name) => ({
      ...{ name, active: name === 'bulk' ? pool.active : 0, waiting: name === 'bulk' ? pool.waiting : 0 },
    })),
  }) as unknown as PoolSnapshot;

const lease = (statement: string, route: string | undefined, pid = 1): Lease =>
  ({ statement, pid, origin: route ? { route } : undefined, admitted: { lane: 'bulk' } }) as unknown as Lease;

beforeEach(() => {
  nowMs = START_MS;
  pool = { open: 4, idle: 3, active: 1, waiting: 0, limit: 16 };
  leases = [];
  history = new PoolHistory({
    database: { snapshot, listLeases: () => leases },
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
  });
});

/** Looks four times a second. */
function pass(seconds: number): void {
  for (let looks = 0; looks < seconds * 4; looks += 1) {
    history.look();
    nowMs += SECOND_MS / 4;
  }
  history.look();
}

const bulkOf = (point: { lanes: { name: string }[] } | undefined) => point?.lanes.find(({ name }) => name === 'bulk');

describe('a step of a second', () => {
  test('has the most that was held and waited, the fewest idle, and counts what happened in it', () => {
    history.look();
    pool = { open: 9, idle: 0, active: 8, waiting: 40, limit: 12 };
    nowMs += 300;
    history.look();
    history.connectionOpened();
    history.connectionFailed();
    for (const ms of [1, 1, 1, 500]) history.leaseGranted('bulk', ms);
    history.leaseReleased('bulk', 20, lease('a', undefined));
    history.refused('bulk');
    history.leaseGranted('a lane of a program’s own', 3);
    pool = { open: 5, idle: 4, active: 1, waiting: 0, limit: 11 };
    nowMs += 300;
    history.look();
    nowMs += 500;
    history.look();
    const { stepSeconds, points } = history.read(600 * SECOND_MS);
    expect(stepSeconds).toBe(1);
    expect(points).toHaveLength(1);
    expect(points[0]).toMatchObject({
      at: '2026-11-23T08:00:00.000Z',
      open: 9,
      idle: 0,
      limit: 11,
      opened: 1,
      failed: 1,
    });
    const bulk = bulkOf(points[0]);
    expect(bulk).toMatchObject({ active: 8, waiting: 40, acquired: 4, refused: 1 });
    expect(bulk).toMatchObject({ waitP50Ms: expect.closeTo(1, 0), holdP50Ms: expect.closeTo(20, -0.5) });
    expect((bulk as unknown as { waitP99Ms: number }).waitP99Ms / 500).toBeCloseTo(1, 1);
    expect(points[0]?.lanes.find(({ name }) => name === 'critical')).toMatchObject({ acquired: 0, waitP50Ms: null });
  });

  test('names who held the most connections when the most were held, five at most, and not who had none yet', () => {
    const reports = Array.from({ length: 6 }, () => lease('reports.month', 'GET /reports'));
    leases = [...reports, lease('sync', undefined), lease('not yet', undefined, 0)];
    pool.active = 7;
    history.look();
    nowMs += 300;
    pool.active = 1;
    leases = [lease('afterwards', undefined)];
    pass(1);
    expect(history.read(600_000).points[0]?.holders).toEqual([
      { statement: 'reports.month', route: 'GET /reports', lane: 'bulk', count: 6 },
      { statement: 'sync', route: null, lane: 'bulk', count: 1 },
    ]);
    pool.active = 9;
    leases = Array.from({ length: 9 }, (_, index) => lease(`s${index}`, undefined));
    pass(2);
    expect(history.read(600_000).points.at(-1)?.holders).toHaveLength(5);
  });
});

describe('wider steps', () => {
  test('have what the narrow ones had: sums of counts, the most of moments, quantiles of all', () => {
    for (let second = 0; second < 10; second += 1) {
      pool.waiting = second;
      for (let call = 0; call < 10; call += 1) history.leaseGranted('bulk', second === 9 ? 1_000 : 1);
      pass(1);
    }
    pass(1);
    const { stepSeconds, points } = history.read(3_600_000);
    expect(stepSeconds).toBe(10);
    expect(points).toHaveLength(1);
    expect(bulkOf(points[0])).toMatchObject({ waiting: 9, acquired: 100, waitP50Ms: expect.closeTo(1, 0) });
    expect((bulkOf(points[0]) as unknown as { waitP99Ms: number }).waitP99Ms / 1_000).toBeCloseTo(1, 1);
  });

  test('the step fits the span: seconds for ten minutes, tens of seconds for six hours, minutes for a day', () => {
    pass(130);
    const lengthOf = (spanSeconds: number) => {
      const { stepSeconds, points } = history.read(spanSeconds * SECOND_MS);
      return [stepSeconds, points.length];
    };
    expect(lengthOf(600)).toEqual([1, 130]);
    expect(lengthOf(30)).toEqual([1, 29]);
    expect(lengthOf(601)).toEqual([10, 12]);
    expect(lengthOf(21_600)).toEqual([10, 12]);
    expect(lengthOf(86_400)).toEqual([60, 1]);
  });
});

describe('what is kept', () => {
  test('is bounded: the oldest step makes room, and no more than asked for is given', () => {
    pass(700);
    const { points } = history.read(600_000);
    expect(points).toHaveLength(599);
    expect(Date.parse(points[0]?.at ?? '')).toBe(nowMs - 599_000);
  });

  test('has a gap where the process was not there, and goes on where the clock was set', () => {
    pass(5);
    nowMs += 60_000;
    pass(5);
    const seconds = history.read(600_000).points.map(({ at }) => (Date.parse(at) - START_MS) / SECOND_MS);
    expect(seconds).toEqual([0, 1, 2, 3, 4, 5, 65, 66, 67, 68, 69]);
    nowMs -= 3_600_000;
    pass(3);
    expect(history.read(600_000).points).toHaveLength(3);
  });
});

test('a call costs little: less than a microsecond even on a machine that is busy with other tests', () => {
  const calls = 200_000;
  const released = lease('a', undefined);
  const measure = () => {
    const startedAt = process.hrtime.bigint();
    for (let call = 0; call < calls; call += 1) {
      history.leaseGranted('interactive', call % 50);
      history.leaseReleased('interactive', call % 50, released);
    }
    return Number(process.hrtime.bigint() - startedAt) / (2 * calls);
  };
  const nanoseconds = [measure(), measure(), measure()];
  expect(Math.min(...nanoseconds)).toBeLessThan(1_000);
});
