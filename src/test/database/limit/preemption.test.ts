import { describe, expect, it } from 'vitest';
import { Admission, type AdmissionRequest } from '../../../main/database/admission.ts';
import type { LaneSettings, Lanes } from '../../../main/database/lane.ts';
import { beginStatement, type Lease, Ledger } from '../../../main/database/ledger.ts';
import { Preemption } from '../../../main/database/limit/preemption.ts';
import { PoolTracker } from '../../../main/database/tracker.ts';
import type { AppError } from '../../../main/foundation/errors.ts';

const settingsOf = (name: string, rank: number, guaranteed: number): LaneSettings => ({
  ...{ name, rank, guaranteed, ceiling: 6, weight: 1, queueMax: 10, waitMaxMs: 1_000 },
});
const lanes: Lanes = { critical: settingsOf('critical', 0, 2), bulk: settingsOf('bulk', 1, 1) };
const slowness = { lane: 'critical', ratio: 3.14, waitMs: 0 };

/** A pool of six; bulk holds what a test gives it. */
class World {
  readonly ledger = new Ledger();
  readonly admission = new Admission({ lanes, maxConnections: 6 });
  readonly refusals: { statement: string; error: AppError }[] = [];
  readonly preempted: string[] = [];
  readonly preemption: Preemption;

  constructor() {
    const { admission, ledger, preempted } = this;
    const tracker = new (class extends PoolTracker {
      override preempted(lane: string, statement: string): void {
        preempted.push(`${lane} ${statement}`);
      }
    })();
    const yieldingLanes = [{ name: 'bulk', floor: 1, configuredCeiling: 6 }];
    const random = () => 0.5;
    this.preemption = new Preemption({
      ledger,
      admission,
      protectedLanes: ['critical'],
      yieldingLanes,
      tracker,
      random,
    });
  }

  hold(statement: string, text: string, atMs: number, change: Partial<Lease> = {}): Lease {
    const request = { lane: 'bulk', tenant: '', fingerprint: statement, expectedMs: 1 };
    expect(this.admission.tryAcquire(request)).toBe(true);
    const lease = this.ledger.open(request, undefined, atMs);
    beginStatement(lease, statement, undefined, atMs);
    lease.endable = {
      text,
      preempt: (error) => {
        this.refusals.push({ statement, error });
        lease.endable = undefined;
        return true;
      },
    };
    return Object.assign(lease, change);
  }

  get ended(): string[] {
    return this.refusals.map(({ statement }) => statement);
  }
}

describe('who is ended so that others can breathe', () => {
  it('is the newest read above the ceiling, one in a fifth of a second, until the ceiling is kept', () => {
    const world = new World();
    for (const [n, name] of ['a', 'b', 'c', 'd'].entries()) world.hold(name, 'select 1', n * 10);
    world.preemption.look(slowness, 1_000);
    expect(world.ended, 'the ceiling allows four').toEqual([]);
    world.admission.setCeiling('bulk', 3, 0);
    world.preemption.look(slowness, 1_100);
    world.preemption.look(slowness, 1_200);
    expect(world.ended).toEqual(['d']);
    world.preemption.look(slowness, 1_300);
    expect(world.ended).toEqual(['d', 'c']);
    expect(world.preempted).toEqual(['bulk d', 'bulk c']);
    expect(world.refusals[0]?.error).toMatchObject({
      ...{ kind: 'overloaded', code: 'preempted', retryAfterSeconds: 8 },
      message: 'Your statement gave way to log-ins: critical took 3.1 times its usual time. Try again in 8 s.',
    });
  });

  it('is nobody who changes something, is in a transaction, idle, or being ended already', () => {
    const world = new World();
    world.hold('change', 'update t set a = 1', 1);
    world.hold('inside', 'select 1', 2, { inTransaction: true });
    world.hold('idle', 'select 1', 3, { isRunning: false });
    world.hold('settling', 'select 1', 4, { settling: Promise.resolve() });
    world.admission.setCeiling('bulk', 1, 0);
    world.preemption.look(slowness, 1_000);
    expect(world.ended).toEqual([]);
  });

  it('is nobody while nothing suffers', () => {
    const world = new World();
    for (const name of ['a', 'b']) world.hold(name, 'select 1', 0);
    world.admission.setCeiling('bulk', 1, 0);
    world.preemption.look(undefined, 1_000);
    expect(world.ended).toEqual([]);
  });

  it('is what stands on ground promised to a lane that has waited for it', () => {
    const world = new World();
    const request: AdmissionRequest = { lane: 'critical', tenant: '', fingerprint: 's', expectedMs: 1 };
    for (const name of ['a', 'b', 'c', 'd']) world.hold(name, 'select 1', 0);
    // Two that began elsewhere and turned out to be long: now the whole pool is bulk's.
    for (const name of ['e', 'f']) {
      expect(world.admission.tryAcquire(request)).toBe(true);
      const lease = world.ledger.open(world.admission.move(request, 'bulk'), undefined, 0);
      beginStatement(lease, name, undefined, name === 'e' ? 50 : 20);
      lease.endable = {
        text: 'select 1',
        preempt: (error) => {
          world.refusals.push({ statement: name, error });
          return true;
        },
      };
    }
    expect(world.admission.tryAcquire(request)).toBe(false);
    const place = { list: undefined, previous: undefined, next: undefined, older: undefined, newer: undefined };
    const told = { grant: () => undefined, shed: () => undefined };
    const waiter = { ...place, ...told, request, tenant: '', fingerprint: 's', expectedMs: 1, enqueuedAtMs: 100 };
    expect(world.admission.enqueue(waiter as never)).toBe(true);
    world.preemption.look(undefined, 140);
    expect(world.ended, 'not before 50 ms').toEqual([]);
    world.preemption.look(undefined, 162);
    expect(world.ended).toEqual(['e']);
    expect(world.refusals[0]?.error.message).toBe(
      'Your statement gave way to log-ins: critical waited 62 ms for a connection. Try again in 8 s.',
    );
  });
});
