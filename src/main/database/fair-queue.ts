/**
 * The queue of one lane, fair between tenants: start-time fair queueing (Goyal, Vin and Cheng, 1996). Each tenant has a
 * virtual time that grows with what it was served, measured in connection time; the tenant with the least is next. A tenant
 * or a statement at its cap is parked, and stands in nobody's way.
 */

import { type Aged, AgeList } from './age-list.ts';
import { type CappedStatement, CappedStatements } from './capped-statements.ts';
import { type HeapEntry, IndexedHeap } from './indexed-heap.ts';
import { type Linked, WaiterList } from './waiter-list.ts';

export interface QueuedWaiter extends Linked<QueuedWaiter>, Aged<QueuedWaiter> {
  readonly tenant: string;
  readonly fingerprint: string;
  /** What the statement is expected to cost, in milliseconds of connection time. */
  readonly expectedMs: number;
  /** The list the waiter stands in; undefined once it has left. */
  list: WaiterList<QueuedWaiter> | undefined;
}

const MAX_KEPT_TENANTS = 10_000;

export interface FairQueueCaps {
  /** Connections that one tenant may hold in this lane at once; those without a tenant are nobody, and not capped. */
  readonly tenantMax: number;
  /** The same for one statement. */
  fingerprintMax(fingerprint: string): number;
}

interface Tenant extends HeapEntry {
  readonly name: string;
  readonly waiters: WaiterList<QueuedWaiter>;
  virtualMs: number;
  active: number;
  /** Waiters of this tenant that are parked for their statement's sake. */
  parked: number;
  /** Among equals, who came first is first. */
  arrival: number;
}

export class FairQueue {
  readonly #caps: FairQueueCaps;
  readonly #tenants = new Map<string, Tenant>();
  readonly #statements: CappedStatements<QueuedWaiter>;
  /** The tenants that have someone to send, by virtual time. */
  readonly #ready = new IndexedHeap<Tenant>(isBefore);
  /** Everyone who waits, parked or in line. */
  readonly #byAge = new AgeList<QueuedWaiter>();
  #mayRescue = false;
  #virtualMs = 0;
  #arrivals = 0;

  constructor(caps: FairQueueCaps) {
    this.#caps = caps;
    this.#statements = new CappedStatements((fingerprint) => caps.fingerprintMax(fingerprint));
  }

  get size(): number {
    return this.#byAge.size;
  }

  /** True where neither the tenant's nor the statement's cap is reached. */
  isBelowCaps(tenant: string, fingerprint: string): boolean {
    return this.capReached(tenant, fingerprint) === undefined;
  }

  /** Whose cap keeps someone from being served, whatever room the lane has. */
  capReached(tenant: string, fingerprint: string): 'tenant' | 'statement' | undefined {
    if (this.#statements.isFull(fingerprint)) return 'statement';
    const tenantActive = this.#tenants.get(tenant)?.active ?? 0;
    return tenantActive < this.#tenantMax(tenant) ? undefined : 'tenant';
  }

  /** True where someone could be sent now, caps allowing. */
  hasEligible(): boolean {
    if (this.#ready.size === 0 && this.#mayRescue) this.#rescue();
    return this.#ready.size > 0;
  }

  isStatementFull(fingerprint: string): boolean {
    return this.#statements.isFull(fingerprint);
  }

  /** The cap of a statement was raised. */
  capRaised(fingerprint: string): void {
    this.#statements.note(this.#statements.of(fingerprint));
    this.#mayRescue = true;
  }

  add(waiter: QueuedWaiter): void {
    const tenant = this.#tenant(waiter.tenant);
    this.#byAge.add(waiter);
    this.#mayRescue = true;
    if (this.#statements.isFull(waiter.fingerprint)) this.#park(waiter, tenant);
    else this.#stand(waiter, tenant, 'last');
  }

  remove(waiter: QueuedWaiter): boolean {
    if (!waiter.list) return false;
    const tenant = this.#tenant(waiter.tenant);
    const isParked = waiter.list !== tenant.waiters;
    if (isParked) tenant.parked -= 1;
    waiter.list.remove(waiter);
    waiter.list = undefined;
    this.#byAge.remove(waiter);
    this.#mayRescue = true;
    if (isParked) this.#statements.note(this.#statements.of(waiter.fingerprint));
    this.#settle(tenant);
    return true;
  }

  /** Takes out whoever is next; the caller serves it, and then calls `started`. */
  take(): QueuedWaiter | undefined {
    while (this.hasEligible()) {
      const tenant = this.#ready.first as Tenant;
      const waiter = tenant.waiters.first;
      if (!waiter) {
        this.#settle(tenant);
        continue;
      }
      tenant.waiters.remove(waiter);
      if (this.#statements.isFull(waiter.fingerprint)) {
        this.#park(waiter, tenant);
        this.#settle(tenant);
        continue;
      }
      waiter.list = undefined;
      this.#byAge.remove(waiter);
      this.#virtualMs = Math.max(this.#virtualMs, tenant.virtualMs);
      this.#settle(tenant);
      return waiter;
    }
    return undefined;
  }

  /** Someone of the tenant holds a connection from now on. */
  started(tenantName: string, fingerprint: string, expectedMs: number): void {
    const tenant = this.#tenant(tenantName);
    tenant.active += 1;
    const startMs = Math.max(tenant.virtualMs, this.#virtualMs);
    // Where nobody waits, the clock goes with whoever is served: what was used while there was plenty is held against no one.
    if (this.#ready.size === 0) this.#virtualMs = startMs;
    tenant.virtualMs = startMs + expectedMs;
    const statement = this.#statements.of(fingerprint);
    statement.active += 1;
    this.#statements.note(statement);
    this.#mayRescue = true;
    this.#settle(tenant);
  }

  /** It is given back; what it really cost corrects what was expected. */
  ended(tenantName: string, fingerprint: string, surplusMs: number): void {
    const tenant = this.#tenant(tenantName);
    tenant.active -= 1;
    tenant.virtualMs = Math.max(0, tenant.virtualMs + surplusMs);
    this.#settle(tenant);
    const statement = this.#statements.of(fingerprint);
    statement.active -= 1;
    this.#unpark(statement);
    // Its tenant may do more now, too: of statements that had room all along.
    for (const roomy of this.#statements.roomy) if (roomy !== statement) this.#unpark(roomy);
    this.#mayRescue = true;
    if (statement.active === 0 && statement.parked.size === 0) this.#statements.forgetUnused();
  }

  /** Since when the one who has waited longest does, parked or in line. */
  oldestEnqueuedAtMs(): number | undefined {
    return this.#byAge.oldestAtMs;
  }

  /** Everyone who waits, in no order. */
  get waiters(): readonly QueuedWaiter[] {
    return this.#byAge.entries;
  }

  #tenantMax(tenant: string): number {
    return tenant === '' ? Number.POSITIVE_INFINITY : this.#caps.tenantMax;
  }

  #stand(waiter: QueuedWaiter, tenant: Tenant, where: 'first' | 'last'): void {
    if (tenant.waiters.size === 0) tenant.virtualMs = Math.max(tenant.virtualMs, this.#virtualMs);
    if (where === 'first') tenant.waiters.prepend(waiter);
    else tenant.waiters.append(waiter);
    waiter.list = tenant.waiters;
    this.#settle(tenant);
  }

  #park(waiter: QueuedWaiter, tenant: Tenant): void {
    const statement = this.#statements.of(waiter.fingerprint);
    statement.parked.append(waiter);
    waiter.list = statement.parked;
    tenant.parked += 1;
    this.#statements.note(statement);
  }

  /**
   * Lets as many back into their tenants' lines as the cap has room for, leaving out those whose tenant is at his own;
   * `take` parks again whom another overtook.
   */
  #unpark(statement: CappedStatement<QueuedWaiter>): void {
    let room = this.#statements.roomIn(statement);
    for (let waiter = statement.parked.first; waiter && room > 0; ) {
      const following = waiter.next;
      const owner = this.#tenant(waiter.tenant);
      if (owner.active < this.#tenantMax(owner.name)) {
        room -= 1;
        statement.parked.remove(waiter);
        owner.parked -= 1;
        this.#stand(waiter, owner, 'first');
      }
      waiter = following;
    }
    this.#statements.note(statement);
  }

  /** Nobody stands in line, but someone who is parked may have a way by now. */
  #rescue(): void {
    this.#mayRescue = false;
    for (const statement of this.#statements.roomy) this.#unpark(statement);
  }

  #tenant(name: string): Tenant {
    let tenant = this.#tenants.get(name);
    if (!tenant) {
      tenant = {
        name,
        waiters: new WaiterList(),
        virtualMs: this.#virtualMs,
        active: 0,
        parked: 0,
        position: -1,
        arrival: 0,
      };
      this.#tenants.set(name, tenant);
    }
    return tenant;
  }

  /** Puts the tenant where it belongs: among those who have someone to send, out of them, or out of memory. */
  #settle(tenant: Tenant): void {
    const mayStand = tenant.waiters.size > 0 && tenant.active < this.#tenantMax(tenant.name);
    if (mayStand && tenant.position < 0) {
      this.#arrivals += 1;
      tenant.arrival = this.#arrivals;
      this.#ready.add(tenant);
    } else if (!mayStand && tenant.position >= 0) {
      this.#ready.remove(tenant);
    } else if (mayStand) {
      this.#ready.settle(tenant);
    }
    const isGone = tenant.active === 0 && tenant.parked === 0 && tenant.waiters.size === 0;
    if (isGone && tenant.name !== '') this.#forget(tenant);
  }

  /**
   * A tenant with nothing to send is kept while it is ahead of the others: forgotten at once, it would come back with its next
   * request as if it had never been served, and a crowd of such tenants would starve whoever is unlucky among them.
   */
  #forget(tenant: Tenant): void {
    if (tenant.virtualMs <= this.#virtualMs) this.#tenants.delete(tenant.name);
    else if (this.#tenants.size > MAX_KEPT_TENANTS) this.#forgetIdle();
  }

  #forgetIdle(): void {
    for (const { name, active, parked, waiters } of this.#tenants.values()) {
      if (name !== '' && active === 0 && parked === 0 && waiters.size === 0) this.#tenants.delete(name);
    }
  }
}

function isBefore(one: Tenant, other: Tenant): boolean {
  return one.virtualMs < other.virtualMs || (one.virtualMs === other.virtualMs && one.arrival < other.arrival);
}
