import { describe, expect, it } from 'vitest';
import { type CeilingChange, LaneGovernor, type LaneSigns } from '../../../main/database/limit/lane-governor.ts';

const WINDOW_MS = 500;

/** A governor with simulated time and lanes that are as full as their ceilings allow. */
class World {
  nowMs = 0;
  readonly governor = new LaneGovernor([
    { name: 'bulk', floor: 1, configuredCeiling: 6 },
    { name: 'background', floor: 1, configuredCeiling: 3 },
  ]);
  readonly changes: (CeilingChange & { atMs: number })[] = [];
  demand: Record<string, number> = { bulk: 10, background: 5 };
  hasSpareCore = true;

  /** As many as may hold a connection, and the others wait. */
  useOf(lane: string): { active: number; waiting: number } {
    const wanted = this.demand[lane] ?? 0;
    const active = Math.min(wanted, this.governor.ceilingOf(lane));
    return { active, waiting: wanted - active };
  }

  window(signs: Partial<LaneSigns> | ((world: World) => Partial<LaneSigns>)): void {
    this.nowMs += WINDOW_MS;
    const sign = typeof signs === 'function' ? signs(this) : signs;
    const all: LaneSigns[] = [{ lane: 'critical', ratio: 1, waitMs: 0, ...sign }];
    for (const change of this.governor.update(all, (lane) => this.useOf(lane), this.nowMs, this.hasSpareCore)) {
      this.changes.push({ ...change, atMs: this.nowMs });
    }
  }

  windows(count: number, signs: Parameters<World['window']>[0]): void {
    for (let n = 0; n < count; n += 1) this.window(signs);
  }

  get ceilings(): [bulk: number, background: number] {
    return [this.governor.ceilingOf('bulk'), this.governor.ceilingOf('background')];
  }
}

describe('lanes that give way', () => {
  it('do so after two slow windows, bulk first by halves, then background, none below its floor', () => {
    const world = new World();
    world.window({ ratio: 3.1 });
    expect(world.changes).toEqual([]);
    world.window({ ratio: 3.1 });
    expect(world.changes).toMatchObject([
      { lane: 'bulk', from: 6, to: 3, reason: 'critical takes 3.1 times its usual time; bulk gives way.' },
    ]);
    world.windows(10, { ratio: 3.1 });
    expect(world.ceilings).toEqual([1, 1]);
    const order = world.changes.map(({ lane }) => lane);
    expect(order).toEqual(['bulk', 'bulk', 'background']);
  });

  it('do not for one slow window, nor between slow and calm, nor where nobody is in them', () => {
    const world = new World();
    for (let n = 0; n < 20; n += 1) {
      world.window({ ratio: 2 });
      world.window({ ratio: 1.3 });
    }
    world.windows(100, { ratio: 1.45 });
    world.demand = {};
    world.windows(10, { ratio: 5 });
    expect(world.changes).toEqual([]);
    expect(world.governor.slowness).toMatchObject({ lane: 'critical', ratio: 5 });
  });

  it('shrink for an unusual wait, but not for the one that is usual or too short to matter', () => {
    const world = new World();
    world.windows(50, { waitMs: 8 });
    expect(world.governor.slowness).toBeUndefined();
    world.windows(2, { waitMs: 62 });
    expect(world.changes).toMatchObject([{ reason: 'critical waits 62 ms for a connection; bulk gives way.' }]);
  });

  it('take a wait for usual that was there from the start, or that has lasted for long', () => {
    const world = new World();
    world.windows(200, { waitMs: 40 });
    expect(world.changes).toEqual([]);
    world.windows(5, { waitMs: 90 });
    expect(world.governor.slowness).toMatchObject({ waitMs: 90 });
    world.windows(1_200, { waitMs: 90 });
    expect(world.governor.slowness).toBeUndefined();
  });

  it('come back one at a time after three seconds of calm, the last first', () => {
    const world = new World();
    world.windows(6, { ratio: 4 });
    expect(world.ceilings).toEqual([1, 1]);
    world.windows(5, { ratio: 1 });
    expect(world.ceilings).toEqual([1, 1]);
    world.windows(2, { ratio: 1 });
    expect(world.ceilings).toEqual([1, 2]);
    world.windows(20, { ratio: 1 });
    expect(world.ceilings).toEqual([6, 3]);
    const grown = world.changes.filter(({ from, to }) => to > from);
    for (let n = 1; n < grown.length; n += 1) {
      expect((grown[n]?.atMs ?? 0) - (grown[n - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000);
    }
  });

  it('do not swing under a load that lasts: each return that hurts is followed by a longer rest', () => {
    const world = new World();
    // Two of bulk are one too many, for ten minutes.
    const load = ({ ceilings }: World) => ({ ratio: ceilings[0] >= 2 ? 2.5 : 1 });
    world.windows(1_200, load);
    const grown = world.changes.filter(({ lane, from, to }) => lane === 'bulk' && to > from);
    expect(grown.length, 'tries in ten minutes').toBeLessThanOrEqual(20);
    const lastGaps = grown.slice(-4).map(({ atMs }, n, all) => atMs - (all[n - 1]?.atMs ?? atMs));
    expect(Math.max(...lastGaps)).toBeGreaterThanOrEqual(55_000);
    // And it ends: with the load gone, all is back within a minute or two.
    world.windows(240, { ratio: 1 });
    expect(world.ceilings).toEqual([6, 3]);
  });

  it('do not come back where what they have is not made use of, and do where nobody is in them', () => {
    const world = new World();
    world.windows(10, { ratio: 3 });
    world.demand = { bulk: 10, background: 0 };
    world.useOf = (lane) => (lane === 'bulk' ? { active: 0, waiting: 10 } : { active: 0, waiting: 0 });
    world.windows(60, { ratio: 1 });
    expect(world.ceilings).toEqual([1, 3]);
  });

  it('do not come back while the server has no core to spare', () => {
    const world = new World();
    world.windows(10, { ratio: 3 });
    world.hasSpareCore = false;
    world.windows(60, { ratio: 1 });
    expect(world.ceilings).toEqual([1, 1]);
    world.hasSpareCore = true;
    world.windows(60, { ratio: 1 });
    expect(world.ceilings).toEqual([6, 3]);
  });
});
