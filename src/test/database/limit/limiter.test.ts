/** The whole limiter in simulated time, with a pool that is as full as it may be. */

import { describe, expect, it } from 'vitest';
import { type LimitedPool, Limiter } from '../../../main/database/limit/limiter.ts';
import { type LimitChange, PoolTracker, type StatementOutcome } from '../../../main/database/tracker.ts';

const FLOOR = 11;
const SHARE = 40;
const STEP_MS = 100;

class World implements LimitedPool {
  nowMs = 5_000;
  readonly floor = FLOOR;
  share = SHARE;
  limit = SHARE;
  totalActive = SHARE;
  ceilings: Record<string, number> = { bulk: 6, background: 3 };
  held: Record<string, number> = {};
  waitMs: Record<string, number> = {};
  ownBusyShare = 0.3;
  readonly changes: LimitChange[] = [];
  readonly limiter: Limiter;

  constructor() {
    const { changes } = this;
    const tracker = new (class extends PoolTracker {
      override limitChanged(change: LimitChange): void {
        changes.push(change);
      }
    })();
    const yieldingLanes = [
      { name: 'bulk', floor: 1, configuredCeiling: 6 },
      { name: 'background', floor: 1, configuredCeiling: 3 },
    ];
    const protectedLanes = ['critical', 'interactive'];
    const ownBusyShare = () => this.ownBusyShare;
    this.limiter = new Limiter({ pool: this, protectedLanes, yieldingLanes, tracker, ownBusyShare }, this.nowMs);
  }

  active = (lane: string) => this.held[lane] ?? 0;
  waiting = (lane: string) => (this.waitMs[lane] === undefined ? 0 : 1);
  oldestWaitMs = (lane: string) => this.waitMs[lane] ?? 0;

  setLimit(limit: number): void {
    this.limit = Math.floor(limit);
    this.totalActive = Math.min(this.totalActive, this.limit);
  }

  setCeiling(lane: string, ceiling: number): void {
    this.ceilings[lane] = ceiling;
  }

  ended(statement: string, durationMs: number, rest: Partial<StatementOutcome> = {}): void {
    const lane = statement.split('.')[0] ?? '';
    this.limiter.ended({ statement, lane, durationMs, rows: 1, origin: undefined, ...rest });
  }

  /** So long of a load that ends twelve statements in each tenth of a second. */
  pass(ms: number, load: (statement: string, usualMs: number) => void): void {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.nowMs += STEP_MS;
      this.totalActive = this.limit;
      for (let n = 0; n < 3; n += 1) {
        load('critical.findSession', 1);
        load('interactive.readRecord', 2);
        load('interactive.listRecords', 20);
        load('bulk.report', 2_000);
      }
      this.limiter.tick(this.nowMs);
    }
  }

  /** Everything at so many times its usual time. */
  at(ratio: number, rest: Partial<StatementOutcome> = {}) {
    return (statement: string, usualMs: number) => this.ended(statement, usualMs * ratio, rest);
  }
}

function calmWorld(): World {
  const world = new World();
  world.pass(60_000, world.at(1));
  expect(world.limit).toBe(SHARE);
  expect(world.changes).toEqual([]);
  return world;
}

describe('the limiter', () => {
  it('is not moved by statements of every length side by side, each is held against its own usual time', () => {
    const world = calmWorld();
    // From now on nine in ten are reports, the slowest there are.
    world.pass(120_000, (statement, usualMs) => {
      world.ended(statement, usualMs);
      for (let n = 0; n < 9; n += 1) world.ended('bulk.report', 2_000);
    });
    expect(world.changes).toEqual([]);
  });

  it('lowers the limit while everything is slow, says why, and raises it when that is over', () => {
    const world = calmWorld();
    world.pass(10_000, world.at(4));
    expect(world.limit).toBe(FLOOR);
    expect(world.changes[0]?.reason).toMatch(/^Statements take \d\.\d times their usual time; fewer run at once\.$/);
    world.pass(30_000, world.at(1));
    expect(world.limit).toBe(SHARE);
    expect(world.changes.at(-1)?.reason).toBe('Statements take their usual time; more may run at once.');
  });

  it('falls when every statement reaches its deadline, however steady that is', () => {
    const world = new World();
    const late = (statement: string) => world.ended(statement, 2_000, { errorCode: '57014', stopped: 'deadline' });
    world.pass(60_000, late);
    expect(world.limit).toBe(FLOOR);
    expect(world.changes[0]?.reason).toBe('Statements reached their deadline; fewer run at once.');
  });

  it('falls by a tenth for each half second of drops and not for each drop', () => {
    const world = calmWorld();
    world.pass(600, world.at(1, { errorCode: '57014', stopped: 'deadline' }));
    expect(world.limit).toBe(SHARE * 0.9);
  });

  it('counts a connection that the database refused as a drop', () => {
    const world = calmWorld();
    world.limiter.connectionFailed();
    world.pass(500, world.at(1));
    expect(world.changes).toEqual([
      { from: 40, to: 36, reason: 'The database refused a connection; fewer run at once.' },
    ]);
    expect(world.limit).toBe(36);
  });

  it('does not climb in ten minutes at 1.25 times the usual', () => {
    const world = calmWorld();
    world.pass(2_000, world.at(4));
    const before = world.limit;
    expect(before).toBeLessThan(SHARE);
    world.pass(600_000, world.at(1.25));
    expect(world.limit).toBe(before);
  });

  it('accepts a change that lasts and does no harm within a quarter of an hour', () => {
    const world = calmWorld();
    world.pass(18 * 60_000, world.at(3));
    expect(world.limiter.usualMs('interactive.listRecords')).toBeGreaterThan(40);
    expect(world.limit).toBeGreaterThan(FLOOR);
  });

  it('does not learn a storm: after five minutes of it the usual times are what they were', () => {
    const world = calmWorld();
    world.pass(300_000, (statement, usualMs) => {
      world.ended(statement, usualMs * 8);
      world.ended('bulk.report', 10_000, { errorCode: '57014', stopped: 'deadline' });
    });
    expect(world.limiter.usualMs('critical.findSession')).toBeLessThan(1.2);
  });

  it('is not moved by a convoy behind a lock, nor by callers who left or gave way', () => {
    const world = calmWorld();
    world.pass(60_000, (statement, usualMs) => {
      world.ended(statement, 1_800, { isNoSample: true });
      world.ended(statement, 2_000, { errorCode: '57014', stopped: 'deadline', isNoSample: true });
      world.ended(statement, 1_000, { errorCode: '57014', stopped: 'caller_gone' });
      world.ended(statement, 1_000, { errorCode: '57014', stopped: 'preempted' });
      world.ended('critical.findSession', usualMs === 1 ? 1 : 1);
    });
    expect(world.changes).toEqual([]);
    expect(world.limiter.usualMs('critical.findSession')).toBeCloseTo(1);
  });

  it('takes no process that is busy itself for a slow database', () => {
    const world = calmWorld();
    world.ownBusyShare = 0.97;
    world.pass(5_000, world.at(3));
    expect(world.limit).toBe(SHARE);
  });

  it('lets through no more than gets done, when the server has twice its cores at work for three samples', () => {
    const world = calmWorld();
    world.limiter.noteServer({ activeOnCpu: 9, cores: 2 });
    world.limiter.noteServer({ activeOnCpu: 9, cores: null });
    world.limiter.noteServer({ activeOnCpu: 9, cores: 2 });
    world.limiter.noteServer({ activeOnCpu: 9, cores: 2 });
    expect(world.limit).toBe(SHARE);
    // 120 a second, of which a quarter takes two seconds: sixty and more at once; then a hundred that take a millisecond.
    world.pass(1_000, (_statement) => world.ended('critical.findSession', 1));
    world.limiter.noteServer({ activeOnCpu: 9, cores: 2 });
    expect(world.limit).toBe(FLOOR);
    expect(world.changes.at(-1)?.reason).toBe('The database has 9 statements at work on 2 cores; fewer run at once.');
  });

  it('comes back without proof after a minute without trouble, for nobody may have needed it', () => {
    const world = calmWorld();
    world.pass(10_000, world.at(4));
    expect(world.limit).toBe(FLOOR);
    const idle = (ms: number) => {
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        world.nowMs += STEP_MS;
        world.totalActive = 0;
        world.limiter.tick(world.nowMs);
      }
    };
    idle(50_000);
    expect(world.limit).toBe(FLOOR);
    idle(40_000);
    expect(world.limit).toBe(SHARE);
  });

  it('follows the share of the budget', () => {
    const world = calmWorld();
    world.share = 20;
    world.limiter.shareChanged();
    expect(world.limit).toBe(20);
    world.pass(10_000, world.at(1));
    expect(world.limit).toBe(20);
  });

  it('forgets what it saw across a jump of the clock, forth or back, and goes on', () => {
    const world = calmWorld();
    for (const jumpMs of [3_600_000, -7_200_000]) {
      for (let n = 0; n < 50; n += 1) world.ended('critical.findSession', 3_600_000);
      world.nowMs += jumpMs;
      world.limiter.tick(world.nowMs);
      world.pass(5_000, world.at(1));
      expect(world.limit).toBe(SHARE);
    }
    expect(world.changes).toEqual([]);
    world.pass(10_000, world.at(4));
    expect(world.limit, 'it still sees').toBe(FLOOR);
  });

  it('makes bulk give way when critical slows, though the pool as a whole does not', () => {
    const world = calmWorld();
    world.held = { bulk: 6 };
    world.totalActive = 8;
    world.pass(3_000, (statement, usualMs) => {
      world.ended(statement, usualMs * (statement.startsWith('critical') ? 3.1 : 1));
      for (let n = 0; n < 4; n += 1) world.ended('bulk.report', 2_000);
    });
    expect(world.ceilings.bulk).toBe(1);
    expect(world.changes[0]).toEqual({
      ...{ lane: 'bulk', from: 6, to: 3 },
      reason: 'critical takes 3.1 times its usual time; bulk gives way.',
    });
    expect(world.limiter.slowness).toMatchObject({ lane: 'critical' });
    world.pass(20_000, world.at(1));
    expect(world.ceilings).toEqual({ bulk: 6, background: 3 });
  });

  it('makes bulk give way to those who wait', () => {
    const world = calmWorld();
    world.held = { bulk: 6 };
    world.waitMs = { interactive: 80 };
    world.pass(1_500, world.at(1));
    expect(world.changes[0]?.reason).toBe('interactive waits 80 ms for a connection; bulk gives way.');
  });
});
