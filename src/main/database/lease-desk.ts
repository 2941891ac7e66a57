/**
 * Hands out leases: admission first, then a connection, then an entry in the ledger. A caller that cannot be served
 * before its lane's limit or its own deadline is refused with the numbers, never left waiting.
 */

import { Admission, type Waiter } from './admission.ts';
import type { Connection, Connections } from './connections.ts';
import type { LaneName, Lanes } from './lane.ts';
import { type Lease, Ledger } from './ledger.ts';
import type { Origin } from './origin.ts';
import { RecentCount } from './recent-count.ts';
import { callerGone, type LaneState, laneFull, poolClosing, waitedTooLong } from './refusal.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { PoolTracker, RefusalReason } from './tracker.ts';

export interface HeldLease {
  readonly lease: Lease;
  readonly connection: Connection;
}

export interface LeaseRequest {
  lane: LaneName;
  statement: string;
  origin: Origin | undefined;
  deadlineAtMs: number;
}

export interface LeaseDeskOptions {
  lanes: Lanes;
  maxConnections: number;
  connections: Connections;
  tracker: PoolTracker;
  wheel: TimerWheel;
  nowMs: () => number;
  onChange: () => void;
}

export class LeaseDesk {
  readonly ledger = new Ledger();
  readonly admission: Admission;
  readonly #options: LeaseDeskOptions;
  readonly #refusals = new Map<LaneName, RecentCount>();
  readonly #acquiredTotal = new Map<LaneName, number>();
  #isClosing = false;

  constructor(options: LeaseDeskOptions) {
    this.#options = options;
    this.admission = new Admission(options.lanes, options.maxConnections);
  }

  async acquire(request: LeaseRequest): Promise<HeldLease> {
    const { connections, nowMs, onChange, tracker } = this.#options;
    const askedAtMs = nowMs();
    if (this.#isClosing) throw poolClosing();
    if (request.origin?.signal?.aborted) throw callerGone();
    if (!this.admission.tryAcquire(request.lane)) await this.#wait(request, askedAtMs);
    const lease = this.ledger.open(request.lane, request.statement, request.origin, askedAtMs);
    onChange();
    try {
      const connection = connections.takeIdle() ?? (await connections.take());
      lease.pid = connection.pid;
      this.#acquiredTotal.set(request.lane, this.acquired(request.lane) + 1);
      tracker.leaseGranted(request.lane, nowMs() - askedAtMs);
      return { lease, connection };
    } catch (error) {
      this.#close(lease);
      throw error;
    }
  }

  release({ lease, connection }: HeldLease): void {
    const { connections, nowMs, tracker } = this.#options;
    tracker.leaseReleased(lease.lane, nowMs() - lease.acquiredAtMs);
    // The connection first: whoever is admitted by the freed slot should find it.
    connections.giveBack(connection);
    this.#close(lease);
  }

  /** From now on everyone is refused; resolves when the last lease is back or the time is up. */
  async drain(timeoutMs: number): Promise<void> {
    this.#isClosing = true;
    const { nowMs } = this.#options;
    const untilMs = nowMs() + timeoutMs;
    while (this.admission.active > 0 && nowMs() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  refused(lane: LaneName): { total: number; lastMinute: number } {
    const count = this.#refusals.get(lane);
    return { total: count?.total ?? 0, lastMinute: count?.lastMinute(this.#options.nowMs()) ?? 0 };
  }

  acquired(lane: LaneName): number {
    return this.#acquiredTotal.get(lane) ?? 0;
  }

  #close(lease: Lease): void {
    this.ledger.close(lease);
    this.admission.release(lease.lane);
    this.#options.onChange();
  }

  async #wait(request: LeaseRequest, askedAtMs: number): Promise<void> {
    const { lanes, onChange, wheel } = this.#options;
    const limitAtMs = Math.min(askedAtMs + lanes[request.lane].waitMaxMs, request.deadlineAtMs);
    let waiter: Waiter | null = null;
    const served = new Promise<void>((resolve, reject) => {
      waiter = this.admission.enqueue(request.lane, askedAtMs, () => {
        stopWatching();
        resolve();
      });
      if (!waiter) {
        reject(this.#refuse(request.lane, 'queue_full', askedAtMs));
        return;
      }
      const giveUp = (reason: RefusalReason) => {
        stopWatching();
        if (waiter && this.admission.leave(waiter)) reject(this.#refuse(request.lane, reason, askedAtMs));
      };
      const timer = wheel.add(limitAtMs, () => giveUp('waited_too_long'));
      const onAbort = () => giveUp('caller_gone');
      request.origin?.signal?.addEventListener('abort', onAbort, { once: true });
      const stopWatching = () => {
        wheel.remove(timer);
        request.origin?.signal?.removeEventListener('abort', onAbort);
      };
    });
    onChange();
    await served;
  }

  #refuse(lane: LaneName, reason: RefusalReason, askedAtMs: number): Error {
    const { connections, nowMs, onChange, tracker } = this.#options;
    tracker.refused(lane, reason);
    if (reason === 'caller_gone') return callerGone();
    const count = this.#refusals.get(lane) ?? new RecentCount();
    this.#refusals.set(lane, count);
    count.add(nowMs());
    onChange();
    const state: LaneState = {
      ...this.admission.counts(lane, nowMs()),
      lane,
      total: connections.total,
      idle: connections.idle,
      waitedMs: nowMs() - askedAtMs,
      holders: this.ledger.describeHolders(lane, nowMs()),
    };
    return reason === 'queue_full' ? laneFull(state) : waitedTooLong(state);
  }
}
