/**
 * Hands out leases: admission first, then a connection, then an entry in the ledger. A caller that cannot be served
 * before its lane's limit or its own deadline is refused with the numbers, never left waiting.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { Admission, type AdmissionRequest } from './admission.ts';
import type { Connection, Connections } from './connections.ts';
import type { Lanes } from './lane.ts';
import type { HeldLease, LeaseRequest } from './lease-request.ts';
import { type LeaseCallback, LeaseWaiter, type WaiterDesk } from './lease-waiter.ts';
import { type Lease, Ledger } from './ledger.ts';
import { setSerial } from './limit/serial-session.ts';
import { RecentCount } from './recent-count.ts';
import { callerGone, type LaneState, poolClosing, refusalOf, type Stall } from './refusal.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { PoolTracker, RefusalReason } from './tracker.ts';

/** What is known of those who hold, beside their number. */
type WhoHolds = Pick<LaneState, 'heldBy' | 'stall' | 'expectedMs'>;

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
  /** A person has said that none of it may run. */
  isBarred?: (statement: string) => boolean;
  /** What an undeclared statement was seen to take; 0 where that is not known. Whoever has waited too long for it is refused. */
  usualMs?: (statement: string) => number;
  /** The lane of an undeclared statement by what is known now, which may be more than when it began to wait. */
  laneNow?: (statement: string) => string;
  /** Whether what is admitted so should run without parallel workers; left out, sessions are left alone. */
  isSerial?: (admitted: AdmissionRequest) => boolean;
  /** Called before a connection goes to whoever comes next. */
  onReturning?: (connection: Connection) => void;
}

export class LeaseDesk implements WaiterDesk {
  readonly ledger = new Ledger();
  readonly admission: Admission;
  readonly #options: LeaseDeskOptions;
  readonly #refusals = new Map<string, RecentCount>();
  /** The lease that the current async context holds, if any: waiting for another one behind it could wait for ever. */
  readonly #holding = new AsyncLocalStorage<Lease>();
  /** The same while a callback runs, to its first turn only. */
  #handedTo: Lease | undefined;
  #isClosing = false;

  constructor(options: LeaseDeskOptions) {
    this.#options = options;
    this.admission = new Admission(options);
  }

  /** The common case, without a promise: room in the lane and an idle connection. */
  acquireAtOnce(request: LeaseRequest): HeldLease | undefined {
    const { connections, nowMs, onChange, tracker } = this.#options;
    if (this.#isClosing || connections.idle === 0 || request.origin?.signal?.aborted) return undefined;
    if (this.#isBarred(request)) return undefined;
    if (!this.admission.tryAcquire(request)) return undefined;
    const now = nowMs();
    const connection = connections.takeIdle(now, this.#isSerial(request)) as Connection;
    const lease = this.ledger.open(request, request.origin, now);
    onChange();
    this.#assign(lease, connection, now);
    tracker.leaseGranted(request.lane, 0);
    return { lease, connection };
  }

  /** @throws AppError a refusal; or what kept the connection from opening */
  acquire(request: LeaseRequest): Promise<HeldLease> {
    return new Promise((resolve, reject) => {
      this.request(request, (error, held) => (held ? resolve(held) : reject(error)));
    });
  }

  /** The same by callback; it is called once, possibly before this returns. */
  request(request: LeaseRequest, done: LeaseCallback): void {
    const nowMs = this.#options.nowMs();
    const waiter = new LeaseWaiter(this, request, nowMs, done);
    if (this.#isClosing) done(poolClosing(), undefined);
    else if (request.origin?.signal?.aborted) done(callerGone(), undefined);
    else if (this.#isBarred(request)) done(this.refuse(request.lane, 'statement_capped', nowMs), undefined);
    else if (this.admission.tryAcquire(request)) this.#connect(waiter, request);
    else this.#stand(waiter, nowMs);
  }

  release(held: HeldLease): void {
    const { lease, connection } = held;
    if (lease.settling) {
      void lease.settling.then(() => this.release(held));
      return;
    }
    const { connections, nowMs, onChange, tracker } = this.#options;
    const now = nowMs();
    tracker.leaseReleased(lease.admitted.lane, now - lease.heldSinceMs, lease);
    this.ledger.close(lease);
    this.#options.onReturning?.(connection);
    // The connection first: whoever is admitted by the freed slot should find it.
    connections.giveBack(connection);
    this.admission.release(lease.admitted, now - lease.heldSinceMs, now);
    if (connections.maximum !== this.admission.bounds.hardMaximum)
      connections.setMaximum(this.admission.bounds.hardMaximum);
    onChange();
  }

  /**
   * This process's share of the database's connections. What is held above it is not taken from its holders: it shrinks as
   * they are done, and what was promised to lanes stays theirs.
   */
  setMaximum(maximum: number): void {
    const { connections, nowMs, onChange } = this.#options;
    this.admission.setMaximum(maximum, nowMs());
    connections.setMaximum(this.admission.bounds.hardMaximum);
    onChange();
  }

  /** Runs `work` as the holder of the lease, so that a second checkout inside of it is known for what it is. */
  holding<Result>(lease: Lease, work: () => Result): Result {
    return this.#holding.run(lease, work);
  }

  /**
   * The same for a callback, and for what it asks before it returns. Following it further takes a context, and one context
   * anywhere makes every promise of the process dearer; what it asks for later is found when the pool stands still.
   */
  handTo(lease: Lease, callback: () => void): void {
    const before = this.#handedTo;
    this.#handedTo = lease;
    try {
      callback();
    } finally {
      this.#handedTo = before;
    }
  }

  /** Tells one who waits that those before him give nothing back. */
  refuseStalled(waiter: LeaseWaiter, stall: Stall): void {
    this.#giveUp(waiter, 'nested', { stall });
  }

  /** The cap of a statement is another from now on: whoever may go, goes; where none may run, those who wait are told. */
  capChanged(statement: string): void {
    const { nowMs, onChange } = this.#options;
    if (this.#options.isBarred?.(statement)) {
      const waiting = this.admission.waiters().filter(({ fingerprint }) => fingerprint === statement);
      for (const waiter of waiting) this.#giveUp(waiter as LeaseWaiter, 'statement_capped');
    }
    this.admission.capsRaised([statement]);
    this.admission.serve(nowMs());
    onChange();
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

  queueMax(lane: string): number {
    return this.#options.lanes[lane]?.queueMax ?? 0;
  }

  acquired(lane: string): number {
    return this.admission.acquired(lane);
  }

  granted(waiter: LeaseWaiter, admitted: AdmissionRequest): void {
    this.#stopWaiting(waiter);
    const { nowMs, usualMs } = this.#options;
    const expectedMs = usualMs?.(admitted.fingerprint) ?? 0;
    if (nowMs() + expectedMs <= waiter.asked.deadlineAtMs) {
      this.#connect(waiter, admitted);
      return;
    }
    // It would be cancelled before its end, and have taken a connection and a core from those who can still be served.
    this.admission.release(admitted, undefined, nowMs());
    waiter.done(this.refuse(admitted.lane, 'deadline_unmeetable', waiter.enqueuedAtMs, { expectedMs }), undefined);
  }

  shed(waiter: LeaseWaiter): void {
    this.#stopWaiting(waiter);
    waiter.done(this.refuse(waiter.request.lane, 'overloaded', waiter.enqueuedAtMs), undefined);
  }

  expired(waiter: LeaseWaiter): void {
    this.#giveUp(waiter, 'waited_too_long');
  }

  abandoned(waiter: LeaseWaiter): void {
    if (!waiter.lease) this.#giveUp(waiter, 'caller_gone');
    else if (this.#options.connections.leave(waiter)) {
      this.unconnected(waiter, this.refuse(waiter.request.lane, 'caller_gone', waiter.enqueuedAtMs));
    }
  }

  connected(waiter: LeaseWaiter, connection: Connection): void {
    const { nowMs, tracker } = this.#options;
    const lease = waiter.lease as Lease;
    waiter.asked.origin?.signal?.removeEventListener('abort', waiter);
    const now = nowMs();
    this.#assign(lease, connection, now);
    tracker.leaseGranted(lease.admitted.lane, now - waiter.enqueuedAtMs);
    waiter.done(undefined, { lease, connection });
  }

  unconnected(waiter: LeaseWaiter, error: Error): void {
    const { nowMs, onChange } = this.#options;
    const lease = waiter.lease as Lease;
    waiter.asked.origin?.signal?.removeEventListener('abort', waiter);
    this.ledger.close(lease);
    this.admission.release(lease.admitted, 0, nowMs());
    onChange();
    waiter.done(error, undefined);
  }

  #connect(waiter: LeaseWaiter, admitted: AdmissionRequest): void {
    const { connections, lanes, nowMs, onChange } = this.#options;
    const now = nowMs();
    waiter.lease = this.ledger.open(admitted, waiter.asked.origin, now);
    onChange();
    const idle = connections.takeIdle(now, this.#isSerial(admitted));
    if (idle) {
      this.connected(waiter, idle);
      return;
    }
    const { deadlineAtMs, origin } = waiter.asked;
    // A slot is no connection: those that are open may be held for long, and new ones fail.
    const patienceMs = lanes[admitted.lane]?.waitMaxMs ?? 0;
    origin?.signal?.addEventListener('abort', waiter, { once: true });
    connections.take(waiter, Math.min(deadlineAtMs, now + patienceMs));
  }

  #assign(lease: Lease, connection: Connection, now: number): void {
    lease.pid = connection.pid;
    lease.heldSinceMs = now;
    const isSerial = this.#isSerial(lease.admitted);
    if (connection.isSerial !== isSerial) setSerial(connection, isSerial);
  }

  #isSerial(admitted: AdmissionRequest): boolean {
    return this.#options.isSerial?.(admitted) ?? false;
  }

  #isBarred({ fingerprint }: LeaseRequest): boolean {
    return this.#options.isBarred?.(fingerprint) ?? false;
  }

  #stand(waiter: LeaseWaiter, nowMs: number): void {
    const { lanes, onChange, wheel } = this.#options;
    const { lane, origin, deadlineAtMs } = waiter.asked;
    const holding = this.#handedTo ?? this.#holding.getStore();
    const held = holding?.isReleased ? undefined : holding;
    const reason = this.#reasonNotToWait(waiter, held, nowMs);
    if (reason) {
      waiter.done(this.refuse(lane, reason, nowMs, { heldBy: held?.statement }), undefined);
      return;
    }
    wheel.schedule(waiter, Math.min(nowMs + (lanes[lane]?.waitMaxMs ?? 0), deadlineAtMs));
    origin?.signal?.addEventListener('abort', waiter, { once: true });
    onChange();
  }

  /** Puts the waiter into its queue, unless waiting could end badly or not at all. */
  #reasonNotToWait(waiter: LeaseWaiter, held: Lease | undefined, nowMs: number): RefusalReason | undefined {
    const { deadlineAtMs, expectedMs, lane } = waiter.asked;
    if (held) return 'nested';
    if (nowMs + this.admission.expectedWaitMs(lane) + expectedMs > deadlineAtMs) return 'deadline_unmeetable';
    return this.admission.enqueue(waiter) ? undefined : 'queue_full';
  }

  #stopWaiting(waiter: LeaseWaiter): void {
    this.#options.wheel.remove(waiter);
    waiter.asked.origin?.signal?.removeEventListener('abort', waiter);
  }

  #giveUp(waiter: LeaseWaiter, reason: RefusalReason, holders: WhoHolds = {}): void {
    this.#stopWaiting(waiter);
    if (!this.admission.leave(waiter)) return;
    waiter.done(this.refuse(waiter.request.lane, reason, waiter.enqueuedAtMs, holders), undefined);
  }

  /** Counts a refusal and words it, with the lane's numbers. */
  refuse(lane: string, reason: RefusalReason, askedAtMs: number, holders: WhoHolds = {}): Error {
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
      ...holders,
    });
  }
}
