/**
 * Looks at all leases ten times a second, while there are any: a statement that outstays the leash is moved to the long
 * lane, a client that is held and runs nothing is reported, and taken back where that is asked for.
 */

import { isCheckOutOfRoute } from './check-out-name.ts';
import type { LaneFinder } from './lane-finder.ts';
import type { LeaseDesk } from './lease-desk.ts';
import type { Lease } from './ledger.ts';
import type { PoolTracker } from './tracker.ts';

export interface LeaseWatchOptions {
  desk: LeaseDesk;
  finder: LaneFinder;
  shortLane: string;
  longLane: string;
  leashMs: number;
  leakThresholdMs: number;
  nowMs: () => number;
  tracker: PoolTracker;
  onLeak: (lease: Lease, idleMs: number) => void;
}

const LOOK_EVERY_MS = 100;
/** How often a long statement may run once more at the same time: long enough to see what the last one did to the others. */
const STEP_EVERY_MS = 1_000;

export class LeaseWatch {
  readonly #options: LeaseWatchOptions;
  readonly #reported = new WeakSet<Lease>();
  #timer: NodeJS.Timeout | undefined;
  #steppedAtMs = 0;

  constructor(options: LeaseWatchOptions) {
    this.#options = options;
  }

  /** Called with every lease; the watch goes to sleep by itself. */
  wake(): void {
    if (this.#timer) return;
    this.#steppedAtMs = this.#options.nowMs();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  look(): void {
    const { desk, finder, longLane, nowMs } = this.#options;
    let hasMoved = false;
    // What was declared keeps the lane it was declared with.
    const leases = desk.ledger.list().filter(({ admitted }) => admitted.isLaneFound !== undefined);
    if (leases.length === 0) this.stop();
    const now = nowMs();
    for (const lease of leases) {
      if (lease.isRunning) hasMoved = this.#holdLeash(lease, now) || hasMoved;
      else {
        hasMoved = this.#holdClient(lease, now) || hasMoved;
        this.#lookForLeak(lease, now);
      }
    }
    if (now - this.#steppedAtMs >= STEP_EVERY_MS) {
      this.#steppedAtMs = now;
      const grown = finder.step((fingerprint) => desk.admission.isStatementFull(longLane, fingerprint));
      desk.admission.capsRaised(grown);
      hasMoved = hasMoved || grown.length > 0;
    }
    if (hasMoved) desk.admission.serve(now);
  }

  /** True where the lease now stands in another lane. */
  #holdLeash(lease: Lease, now: number): boolean {
    const { finder, leashMs, longLane, shortLane, tracker } = this.#options;
    const ranMs = now - lease.statementAtMs;
    if (lease.admitted.lane !== shortLane || ranMs < leashMs) return false;
    finder.outstayed(lease.statement);
    if (longLane === shortLane) return false;
    this.#move(lease, lease.statement);
    tracker.statementMoved({ lease, fromLane: shortLane, toLane: longLane, ranMs });
    return true;
  }

  /** A client that is held takes a connection from others, whether anything runs on it or not. */
  #holdClient(lease: Lease, now: number): boolean {
    const { finder, leashMs, longLane, shortLane } = this.#options;
    const { fingerprint, lane } = lease.admitted;
    if (!isCheckOutOfRoute(fingerprint) || lane !== shortLane || longLane === shortLane) return false;
    if (lease.pid === 0 || now - lease.heldSinceMs < leashMs) return false;
    finder.outstayed(fingerprint);
    this.#move(lease, fingerprint);
    return true;
  }

  /** Those who wait for its like wait in the long lane too. */
  #move(lease: Lease, fingerprint: string): void {
    const { desk, longLane } = this.#options;
    lease.admitted = desk.admission.move(lease.admitted, longLane);
    desk.admission.relocate(fingerprint);
  }

  #lookForLeak(lease: Lease, now: number): void {
    const { leakThresholdMs, onLeak, tracker } = this.#options;
    const idleMs = now - lease.statementAtMs;
    if (leakThresholdMs === 0 || lease.pid === 0 || idleMs < leakThresholdMs || this.#reported.has(lease)) return;
    this.#reported.add(lease);
    tracker.leakFound(lease, idleMs);
    onLeak(lease, idleMs);
  }
}
