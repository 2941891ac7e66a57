import { beforeEach, describe, expect, test } from 'vitest';
import { Admission } from '../../main/database/admission.ts';
import { LaneFinder } from '../../main/database/lane-finder.ts';
import type { LeaseDesk } from '../../main/database/lease-desk.ts';
import { LeaseWatch } from '../../main/database/lease-watch.ts';
import { beginStatement, endStatement, type Lease, Ledger } from '../../main/database/ledger.ts';
import { dropInLanes } from '../../main/database/pool-options.ts';
import { PoolTracker, type StatementMove } from '../../main/database/tracker.ts';

class Recorder extends PoolTracker {
  readonly moves: StatementMove[] = [];
  readonly leaks: [Lease, number][] = [];

  override statementMoved(move: StatementMove): void {
    this.moves.push(move);
  }
  override leakFound(lease: Lease, idleMs: number): void {
    this.leaks.push([lease, idleMs]);
  }
}

const LEASH_MS = 100;
const lanes = { shortLane: 'interactive', longLane: 'bulk' };
let now: number;
let tracker: Recorder;
let reported: number;
let ledger: Ledger;
let admission: Admission;
let watch: LeaseWatch;
beforeEach(() => {
  now = 1_000;
  tracker = new Recorder();
  reported = 0;
  ledger = new Ledger();
  const finder = new LaneFinder({ ...lanes, leashMs: LEASH_MS, unknownMax: 2 });
  admission = new Admission({
    ...{ lanes: dropInLanes(10, undefined), maxConnections: 10 },
    laneNow: (statement) => finder.laneOf(statement),
  });
  const onLeak = () => {
    reported += 1;
  };
  watch = new LeaseWatch({
    ...{ ...lanes, finder, tracker, onLeak, leashMs: LEASH_MS, leakThresholdMs: 30_000, nowMs: () => now },
    desk: { ledger, admission } as LeaseDesk,
  });
});

function take(isLaneFound: boolean | undefined): Lease {
  const found = isLaneFound === undefined ? {} : { isLaneFound };
  const request = { lane: 'interactive', tenant: '', fingerprint: 'report', expectedMs: 1, ...found };
  admission.tryAcquire(request);
  const lease = ledger.open(request, undefined, now);
  lease.pid = 7;
  return lease;
}

describe('what outstays the leash', () => {
  test('is moved once, and that is told', () => {
    const lease = take(true);
    beginStatement(lease, 'report', undefined, now);
    now += LEASH_MS - 1;
    watch.look();
    expect(tracker.moves).toEqual([]);
    now += 1;
    watch.look();
    watch.look();
    expect(tracker.moves).toEqual([{ lease, fromLane: 'interactive', toLane: 'bulk', ranMs: LEASH_MS }]);
    expect([lease.admitted.lane, admission.activeIn('bulk'), admission.activeIn('interactive')]).toEqual([
      'bulk',
      1,
      0,
    ]);
  });

  test('takes those who wait for its like along, also where its lane could serve nobody', () => {
    const holders = Array.from({ length: 10 }, () => take(true));
    for (const lease of holders) beginStatement(lease, 'report', undefined, now);
    const request = { lane: 'interactive', tenant: '', fingerprint: 'report', expectedMs: 1, isLaneFound: true };
    const place = {
      position: -1,
      list: undefined,
      previous: undefined,
      next: undefined,
      older: undefined,
      newer: undefined,
    };
    const told = { grant: () => undefined, shed: () => undefined };
    admission.enqueue({
      request,
      tenant: '',
      fingerprint: 'report',
      expectedMs: 1,
      enqueuedAtMs: now,
      ...place,
      ...told,
    });
    now += LEASH_MS;
    watch.look();
    expect([admission.waitingIn('interactive'), admission.waitingIn('bulk')]).toEqual([0, 1]);
  });

  test('stays where it is when it was declared for its lane', () => {
    const lease = take(undefined);
    beginStatement(lease, 'report', undefined, now);
    now += 60_000;
    watch.look();
    expect([tracker.moves, lease.admitted.lane]).toEqual([[], 'interactive']);
  });
});

describe('what is held and runs nothing', () => {
  test('is told once, after so long without a statement', () => {
    const lease = take(true);
    beginStatement(lease, 'report', undefined, now);
    now += 50;
    endStatement(lease, now);
    now += 29_999;
    watch.look();
    expect(tracker.leaks).toEqual([]);
    now += 1;
    watch.look();
    watch.look();
    expect([tracker.leaks, reported]).toEqual([[[lease, 30_000]], 1]);
  });
});
