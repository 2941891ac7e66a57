/**
 * Finds a pool that stands still: everyone who could give a connection back runs nothing, and others wait. Code that takes a
 * second connection while it holds the first ends there, and no caller's context tells such a nested call from one that was
 * started beside it; that nothing moves any more does. One waiter is refused, by name, and then the next, until it moves.
 */

import type { Waiter } from './admission.ts';
import type { LeaseDesk } from './lease-desk.ts';
import type { LeaseWaiter } from './lease-waiter.ts';
import type { Lease } from './ledger.ts';
import type { Stall } from './refusal.ts';
import { placeOf } from './taken-at.ts';

export interface StallWatchOptions {
  desk: LeaseDesk;
  nowMs: () => number;
  /** How long nothing may move; 0 for never. */
  stallMs: number;
  /** Told of each one found, before a waiter is refused for it. */
  onStall?: () => void;
}

/** Nobody who means to use what he holds leaves it alone for so long while others wait. */
export const STALL_MS = 1_000;
const LOOK_EVERY_MS = 250;
/**
 * Where fewer wait than hold, some holder waits for nobody of ours: it may be busy elsewhere, or hold several. It is given so
 * many times as long.
 */
const PATIENCE_FACTOR = 5;
const PLACES_NAMED = 2;

export class StallWatch {
  readonly #options: StallWatchOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StallWatchOptions) {
    this.#options = options;
  }

  /** Called whenever the desk's counts change; while nobody waits, it sleeps. */
  wake(): void {
    const { desk, stallMs } = this.#options;
    if (this.#timer || stallMs === 0 || desk.admission.waiting === 0) return;
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  look(): void {
    const { desk, nowMs, onStall, stallMs } = this.#options;
    if (desk.admission.waiting === 0) {
      this.stop();
      return;
    }
    const now = nowMs();
    const leases = desk.ledger.list();
    if (!leases.some((lease) => isIdleSince(lease, now - stallMs))) return;
    const found = this.#findStalled(leases, now);
    if (!found) return;
    onStall?.();
    const { holders, waiter } = found;
    const isWholePool = holders.length === leases.length;
    const waiting = desk.admission.waiting;
    desk.refuseStalled(waiter as LeaseWaiter, { isWholePool, waiting, ...describeHolders(holders, now) });
  }

  /**
   * Of those who wait for holders that run nothing, the one whom most of them could be waiting for; the oldest of such. Nobody
   * is taken in his place while he has not waited long enough himself.
   */
  #findStalled(leases: Lease[], now: number): { waiter: Waiter; holders: Lease[] } | undefined {
    const { admission } = this.#options.desk;
    const waiters = admission.waiters().sort((one, other) => one.enqueuedAtMs - other.enqueuedAtMs);
    let best: { waiter: Waiter; holders: Lease[]; mayHold: number } | undefined;
    for (const waiter of waiters) {
      const mayServe = admission.waitsFor(waiter.request);
      const holders = leases.filter((lease) => mayServe(lease.admitted));
      if (!this.#standsStill(holders, waiters, now)) continue;
      // Whoever came before a holder last did something was not asked for by that holder.
      const mayHold = holders.filter((lease) => lastMovedAtMs(lease) <= waiter.enqueuedAtMs).length;
      if (!best || mayHold > best.mayHold) best = { waiter, holders, mayHold };
    }
    return best && best.waiter.enqueuedAtMs <= now - this.#options.stallMs ? best : undefined;
  }

  #standsStill(holders: Lease[], waiters: Waiter[], now: number): boolean {
    const { stallMs } = this.#options;
    if (holders.length === 0 || !holders.every((lease) => isIdleSince(lease, now - stallMs))) return false;
    if (eachMayWait(holders, waiters)) return true;
    return holders.every((lease) => isIdleSince(lease, now - PATIENCE_FACTOR * stallMs));
  }
}

/** Whether there could be a waiter of his own for every holder: someone who came after the holder last ran something. */
function eachMayWait(holders: Lease[], waiters: Waiter[]): boolean {
  const moved = holders.map(lastMovedAtMs).sort((one, other) => other - one);
  return moved.every((atMs, index) => {
    const waiter = waiters[waiters.length - 1 - index];
    return waiter !== undefined && waiter.enqueuedAtMs >= atMs;
  });
}

/** It has its connection, and has run nothing on it since then. */
function isIdleSince(lease: Lease, sinceMs: number): boolean {
  return lease.pid !== 0 && !lease.isRunning && !lease.settling && lastMovedAtMs(lease) <= sinceMs;
}

function lastMovedAtMs({ heldSinceMs, statementAtMs }: Lease): number {
  return Math.max(heldSinceMs, statementAtMs);
}

function describeHolders(holders: Lease[], now: number): Pick<Stall, 'holders' | 'idleMs' | 'places'> {
  const places = new Set(holders.map(({ stack }) => placeOf(stack)).filter((place) => place !== undefined));
  return {
    holders: holders.length,
    idleMs: Math.min(...holders.map((lease) => now - lastMovedAtMs(lease))),
    places: [...places].slice(0, PLACES_NAMED),
  };
}
