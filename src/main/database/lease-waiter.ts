/**
 * Someone who waits for a lease: first for a slot, then for a connection. One object plays every part in it (the place in
 * the queue, the entry on the timer wheel, the taker of a connection), so that ten thousand of them cost ten thousand
 * objects and not a hundred thousand.
 */

import type { AdmissionRequest, Waiter } from './admission.ts';
import type { Connection, Taker } from './connections.ts';
import type { QueuedWaiter } from './fair-queue.ts';
import type { HeldLease, LeaseRequest } from './lease-request.ts';
import type { Lease } from './ledger.ts';
import type { WheelTimer } from './timer-wheel.ts';
import type { WaiterList } from './waiter-list.ts';

export type LeaseCallback = (error: Error | undefined, held: HeldLease | undefined) => void;

/** What the desk does for its waiters. */
export interface WaiterDesk {
  granted(waiter: LeaseWaiter, request: AdmissionRequest): void;
  shed(waiter: LeaseWaiter): void;
  expired(waiter: LeaseWaiter): void;
  abandoned(waiter: LeaseWaiter): void;
  connected(waiter: LeaseWaiter, connection: Connection): void;
  unconnected(waiter: LeaseWaiter, error: Error): void;
}

export class LeaseWaiter implements Waiter, WheelTimer, Taker {
  request: AdmissionRequest;
  readonly asked: LeaseRequest;
  readonly enqueuedAtMs: number;
  readonly done: LeaseCallback;
  readonly #desk: WaiterDesk;
  /** From the moment at which it has a slot. */
  lease: Lease | undefined = undefined;
  dueTick = 0;
  position = -1;
  older: QueuedWaiter | undefined = undefined;
  newer: QueuedWaiter | undefined = undefined;
  list: WaiterList<QueuedWaiter> | undefined = undefined;
  previous: QueuedWaiter | undefined = undefined;
  next: QueuedWaiter | undefined = undefined;

  constructor(desk: WaiterDesk, asked: LeaseRequest, nowMs: number, done: LeaseCallback) {
    this.#desk = desk;
    this.asked = asked;
    this.request = asked;
    this.enqueuedAtMs = nowMs;
    this.done = done;
  }

  get tenant(): string {
    return this.asked.tenant;
  }

  get fingerprint(): string {
    return this.asked.fingerprint;
  }

  get expectedMs(): number {
    return this.asked.expectedMs;
  }

  grant(request: AdmissionRequest): void {
    this.#desk.granted(this, request);
  }

  shed(): void {
    this.#desk.shed(this);
  }

  fire(): void {
    this.#desk.expired(this);
  }

  /** The caller's signal calls this; an object may be a listener. */
  handleEvent(): void {
    this.#desk.abandoned(this);
  }

  resolve(connection: Connection): void {
    this.#desk.connected(this, connection);
  }

  reject(error: Error): void {
    this.#desk.unconnected(this, error);
  }
}
