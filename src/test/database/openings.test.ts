import type { Client } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import type { OpenedConnection } from '../../main/database/opener.ts';
import { type Demand, Openings } from '../../main/database/openings.ts';
import { TimerWheel } from '../../main/database/timer-wheel.ts';
import { PoolTracker } from '../../main/database/tracker.ts';

/** Connections that open when the test says so. */
function setUp(change: Partial<Demand> = {}) {
  const clock = { nowMs: 1_000 };
  const nowMs = () => clock.nowMs;
  const demand: Demand = { takers: 1, open: 0, meanUseMs: Number.POSITIVE_INFINITY, maximum: 10, ...change };
  const pending: { resolve: (opened: OpenedConnection) => void; reject: (error: Error) => void }[] = [];
  const hopeless: string[] = [];
  const client = { end: vi.fn(async () => undefined) } as unknown as Client;
  const opened = vi.fn();
  const wheel = new TimerWheel(nowMs);
  const openings = new Openings({
    ...{ tracker: new PoolTracker(), wheel, nowMs, onOpened: opened },
    open: () => new Promise((resolve, reject) => pending.push({ resolve, reject })),
    demand: () => demand,
    onLost: () => undefined,
    onHopeless: (error) => hopeless.push(error.message),
  });
  const answer = async (error?: Error) => {
    const next = pending.shift();
    if (error) next?.reject(error);
    else next?.resolve({ client, pid: 1, isPooled: false });
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { answer, client, clock, demand, hopeless, opened, openings, pending, wheel };
}

describe('opening connections', () => {
  it('opens one for several who wait, never more than there may be, and none for nobody', () => {
    const { demand, openings } = setUp({ takers: 9 });
    openings.start();
    expect(openings.count).toBe(3);
    openings.start();
    expect(openings.count, 'those in the making count').toBe(3);
    demand.takers = 100;
    openings.start();
    expect(openings.count).toBe(10);
    const idle = setUp({ takers: 0 });
    idle.openings.start();
    expect(idle.openings.count).toBe(0);
  });

  it('opens one where the open ones will have served all before a new one is there', async () => {
    const { answer, clock, demand, openings } = setUp();
    openings.start();
    clock.nowMs += 50;
    await answer();
    Object.assign(demand, { takers: 20, open: 5, meanUseMs: 1 });
    openings.start();
    expect(openings.count).toBe(1);
    Object.assign(demand, { meanUseMs: 1_000 });
    openings.start();
    expect(openings.count).toBe(5);
  });

  it('tries one at a time while it fails, later each time, and tells all where nothing is open', async () => {
    const { answer, demand, hopeless, openings, pending } = setUp({ takers: 8 });
    openings.start();
    expect(pending).toHaveLength(2);
    await answer(new Error('no'));
    expect(hopeless, 'another is on its way').toEqual([]);
    demand.takers = 0;
    await answer(new Error('no'));
    expect(hopeless).toEqual(['no']);
    expect(openings.recentFailure()?.message).toBe('no');
    demand.takers = 8;
    openings.start();
    expect([openings.count, hopeless.length]).toEqual([0, 2]);
  });

  it('closes what opens after the end', async () => {
    const { answer, client, opened, openings } = setUp();
    openings.start();
    openings.close();
    await answer();
    expect(client.end).toHaveBeenCalledOnce();
    expect(opened).not.toHaveBeenCalled();
    openings.start();
    expect(openings.count).toBe(0);
  });
});
