/**
 * Hands out leases: admission first, then a connection, then an entry in the ledger. A caller that cannot be served
 * before its lane's limit or its own deadline is refused with the numbers, never left waiting.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { Admission, type AdmissionRequest, type Waiter } from './admission.ts';
import type { Connection, Connections } from './connections.ts';
import type { Lanes } from './lane.ts';
import { type Lease, Ledger } from './ledger.ts';
import type { Origin } from './origin.ts';
import { RecentCount } from './recent-count.ts';
import { callerGone, poolClosing, refusalOf } from './refusal.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { PoolTracker, RefusalReason } from './tracker.ts';

export interface HeldLease {
  readonly lease: Lease;
  readonly connection: Connection;
}

export interface LeaseRequest extends AdmissionRequest {
  readonly origin: Origin | undefined;
  /** On the desk's clock. */
  readonly deadlineAtMs: number;
}

export interface LeaseDeskOptions {
  lanes: Lanes;
  maxConnections: number;
  connections: Connections;
  tracker: PoolTracker;
  wheel: TimerWheel;
  nowMs: () => number;
  onChange: () => void;
  /** How many of one statement may run at once, where that changes with what is known of it. */
  statementMax?: (lane: string, statement: string) => number;
  /** The lane of an undeclared statement by what is known now, which may be more than when it began to wait. */
  laneNow?: (statement: string) => string;
}

export class LeaseDesk {
  readonly ledger = new Ledger();
  readonly admission: Admission;
  readonly #options: LeaseDeskOptions;
  readonly #refusals = new Map<string, RecentCount>();
  readonly #acquiredTotal = new Map<string, number>();
  /** The lease that the current async context holds, if any: waiting for another one behind it could wait for ever. */
  readonly #holding = new AsyncLocalStorage<Lease>();
  #isClosing = false;

  constructor(options: LeaseDeskOptions) {
    this.#options = options;
    this.admission = new Admission(options);
  }

  /** The common case, without a promise: room in the lane and an idle connection. */
  acquireAtOnce(request: LeaseRequest): HeldLease | undefined {
    const { connections, nowMs, onChange, tracker } = this.#options;
    if (this.#isClosing || connections.idle === 0 || request.origin?.signal?.aborted) return undefined;
    if (!this.admission.tryAcquire(request)) return undefined;
    const connection = connections.takeIdle() as Connection;
    const lease = this.ledger.open(request, request.origin, nowMs());
    onChange();
    this.#assign(lease, connection);
    tracker.leaseGranted(request.lane, 0);
    return { lease, connection };
  }

  /** @throws AppError a refusal; or what kept the connection from opening */
  async acquire(request: LeaseRequest): Promise<HeldLease> {
    const { connections, nowMs, onChange, tracker } = this.#options;
    const askedAtMs = nowMs();
    if (this.#isClosing) throw poolClosing();
    if (request.origin?.signal?.aborted) throw callerGone();
    const admitted = this.admission.tryAcquire(request) ? request : await this.#wait(request, askedAtMs);
    const lease = this.ledger.open(admitted, request.origin, nowMs());
    onChange();
    try {
      const connection = connections.takeIdle() ?? (await connections.take(request.deadlineAtMs));
      this.#assign(lease, connection);
      tracker.leaseGranted(admitted.lane, nowMs() - askedAtMs);
      return { lease, connection };
    } catch (error) {
      this.#close(lease);
      throw error;
    }
  }

  release({ lease, connection }: HeldLease): void {
    const { connections, nowMs, tracker } = this.#options;
    tracker.leaseReleased(lease.admitted.lane, nowMs() - lease.heldSinceMs);
    // The connection first: whoever is admitted by the freed slot should find it.
    connections.giveBack(connection);
    this.#close(lease);
  }

  /** Runs `work` as the holder of the lease, so that a second checkout inside of it is known for what it is. */
  holding<Result>(lease: Lease, work: () => Result): Result {
    return this.#holding.run(lease, work);
  }

  /** From now on everyone is refused; resolves when the last lease is back or the time is up. */
  async drain(timeoutMs: number): Promise<void> {
    this.#isClosing = true;
    const { nowMs } = this.#options;
    const untilMs = nowMs() + timeoutMs;
    while (this.admission.active > 0 && nowMs() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  refused(lane: string): { total: number; lastMinute: number } {
    const count = this.#refusals.get(lane);
    return { total: count?.total ?? 0, lastMinute: count?.lastMinute(this.#options.nowMs()) ?? 0 };
  }

  acquired(lane: string): number {
    return this.#acquiredTotal.get(lane) ?? 0;
  }

  #assign(lease: Lease, connection: Connection): void {
    lease.pid = connection.pid;
    lease.heldSinceMs = this.#options.nowMs();
    this.#acquiredTotal.set(lease.admitted.lane, this.acquired(lease.admitted.lane) + 1);
  }

  #close(lease: Lease): void {
    const nowMs = this.#options.nowMs();
    this.ledger.close(lease);
    this.admission.release(lease.admitted, nowMs - lease.heldSinceMs, nowMs);
    this.#options.onChange();
  }

  /** Resolves with what was granted: the lane may have become another one while waiting. */
  async #wait(request: LeaseRequest, askedAtMs: number): Promise<AdmissionRequest> {
    const { lanes, onChange } = this.#options;
    const { lane, origin, deadlineAtMs } = request;
    const held = this.#holding.getStore();
    if (held && !held.isReleased) throw this.#refuse(lane, 'nested', askedAtMs, held);
    if (askedAtMs + this.admission.expectedWaitMs(lane) + request.expectedMs > deadlineAtMs) {
      throw this.#refuse(lane, 'deadline_unmeetable', askedAtMs);
    }
    const laneLimitMs = lanes[lane]?.waitMaxMs ?? 0;
    const served = this.#stand(request, askedAtMs, Math.min(askedAtMs + laneLimitMs, deadlineAtMs), origin?.signal);
    onChange();
    return served;
  }

  #stand(
    request: LeaseRequest,
    askedAtMs: number,
    limitAtMs: number,
    signal: AbortSignal | undefined,
  ): Promise<AdmissionRequest> {
    const { wheel } = this.#options;
    return new Promise((resolve, reject) => {
      const stopWatching = () => {
        wheel.remove(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter | null = this.admission.enqueue(request, askedAtMs, {
        grant: (granted) => {
          stopWatching();
          resolve(granted);
        },
        shed: () => {
          stopWatching();
          reject(this.#refuse(request.lane, 'overloaded', askedAtMs));
        },
      });
      const giveUp = (reason: RefusalReason) => {
        stopWatching();
        if (waiter && this.admission.leave(waiter)) reject(this.#refuse(request.lane, reason, askedAtMs));
      };
      const onAbort = () => giveUp('caller_gone');
      const timer = wheel.add(limitAtMs, () => giveUp('waited_too_long'));
      if (waiter) {
        signal?.addEventListener('abort', onAbort, { once: true });
      } else {
        stopWatching();
        reject(this.#refuse(request.lane, 'queue_full', askedAtMs));
      }
    });
  }

  #refuse(lane: string, reason: RefusalReason, askedAtMs: number, held?: Lease): Error {
    const { connections, nowMs, onChange, tracker } = this.#options;
    const now = nowMs();
    tracker.refused(lane, reason);
    if (reason === 'caller_gone') return callerGone();
    const count = this.#refusals.get(lane) ?? new RecentCount();
    this.#refusals.set(lane, count);
    count.add(now);
    onChange();
    return refusalOf(reason, {
      ...this.admission.counts(lane, now),
      lane,
      total: connections.total,
      idle: connections.idle,
      waitedMs: now - askedAtMs,
      expectedWaitMs: this.admission.expectedWaitMs(lane),
      holders: this.ledger.describeHolders(lane, now),
      heldBy: held?.statement,
    });
  }
}
