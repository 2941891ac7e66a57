/**
 * Admission: who may hold a connection now. It does no I/O and knows no connection; it counts slots. One rule carries it:
 * a slot is granted when the lane is below its guarantee, or when fewer are held than the limit and every unused guarantee
 * would still fit the maximum. From that follows the invariant that a lane below its guarantee never waits for another lane.
 *
 * The limit and the lanes' ceilings move while it runs. Shrinking takes no slot from anyone: what is held above a bound comes
 * back when its holder is done, and until then nothing more is lent. Growing serves whoever waits at once.
 */

import { FairQueue, type QueuedWaiter } from './fair-queue.ts';
import type { LaneSettings, Lanes } from './lane.ts';
import { Bounds, clamp } from './limit/bounds.ts';
import { SojournControl } from './sojourn.ts';

/** What someone wants a slot for. */
export interface AdmissionRequest {
  readonly lane: string;
  /** Whom to be fair to; everyone without one is one tenant. */
  readonly tenant: string;
  /** The statement's name or fingerprint. */
  readonly fingerprint: string;
  /** What it is expected to take, in milliseconds; decides nothing but whose turn it is. */
  readonly expectedMs: number;
  /** The lane was found by what is known of the statement, and may change while it waits. */
  readonly isLaneFound?: boolean;
}

export interface Waiter extends QueuedWaiter {
  request: AdmissionRequest;
  /** Called once, when the slot is the waiter's, with what it was granted. */
  grant(granted: AdmissionRequest): void;
  /** Called once, when the queue stands and the waiter has waited too long to be worth serving. */
  shed(): void;
}

export interface LaneCounts {
  active: number;
  waiting: number;
  /** What the lane could take at this moment. */
  free: number;
  oldestWaitMs: number;
}

interface LaneState {
  readonly settings: LaneSettings;
  readonly queue: FairQueue;
  readonly sojourn: SojournControl | undefined;
  /** The most it may hold at present; never below its guarantee nor one, never above what its settings say. */
  ceiling: number;
  active: number;
  /** Stride scheduling over lent capacity: the lane with the least is served next. */
  virtualTime: number;
  /** How long a slot is held, smoothed; tells a newcomer what the queue before it will take. */
  meanHeldMs: number;
  releases: number;
  acquired: number;
}

const SMOOTHING = 0.05;
/** Below this many, a mean says more about how the pool began than about what is to come. */
const RELEASES_FOR_FORECAST = 50;

export interface AdmissionOptions {
  lanes: Lanes;
  maxConnections: number;
  /** A cap for single statements that changes while running, such as for one that is not known yet. */
  statementMax?: ((lane: string, fingerprint: string) => number) | undefined;
  laneNow?: ((fingerprint: string) => string) | undefined;
}

export class Admission {
  readonly #lanes: ReadonlyMap<string, LaneState>;
  readonly #byRank: LaneState[];
  /** What may be lent and held in all, at present. */
  readonly bounds: Bounds;
  readonly #statementMax: (lane: string, fingerprint: string) => number;
  readonly #laneNow: AdmissionOptions['laneNow'];
  #active = 0;
  #unusedGuarantees: number;
  #waiting = 0;
  #isServing = false;

  constructor({ lanes, maxConnections, statementMax, laneNow }: AdmissionOptions) {
    const settings = Object.values(lanes);
    const guaranteed = settings.reduce((sum, lane) => sum + lane.guaranteed, 0);
    if (guaranteed > maxConnections) {
      throw new RangeError(`the lanes are promised ${guaranteed} connections, but the pool has ${maxConnections}`);
    }
    const toLend = settings.some((lane) => lane.guaranteed === 0) ? 1 : 0;
    // One to lend, where a lane has nothing of its own.
    this.bounds = new Bounds(guaranteed + toLend, maxConnections);
    this.#statementMax = statementMax ?? (() => Number.POSITIVE_INFINITY);
    this.#laneNow = laneNow;
    this.#unusedGuarantees = guaranteed;
    this.#lanes = new Map(settings.map((lane) => [lane.name, this.#createLane(lane)]));
    this.#byRank = [...this.#lanes.values()].sort((a, b) => a.settings.rank - b.settings.rank);
  }

  /**
   * How much may be held at once before nothing more is lent. Guarantees stay: a lane below its own may take its slot however
   * many are held.
   */
  setLimit(limit: number, nowMs: number): void {
    this.bounds.setLimit(limit);
    this.serve(nowMs);
  }

  /** This process's share of what the database has; the limit is never above it. */
  setMaximum(maximum: number, nowMs: number): void {
    this.bounds.setMaximum(maximum, this.promised);
    this.serve(nowMs);
  }

  /** The most that a lane may hold from now on, within what its settings say. */
  setCeiling(laneName: string, ceiling: number, nowMs: number): void {
    const lane = this.#lane(laneName);
    const { guaranteed, ceiling: configured } = lane.settings;
    lane.ceiling = clamp(Math.floor(ceiling), Math.max(1, guaranteed), configured);
    this.serve(nowMs);
  }

  ceilingOf(laneName: string): number {
    return this.#lane(laneName).ceiling;
  }

  guaranteedOf(laneName: string): number {
    return this.#lane(laneName).settings.guaranteed;
  }

  activeIn(laneName: string): number {
    return this.#lane(laneName).active;
  }

  /** What is held, and what could be called in at any moment: while a maximum shrinks, so much may still be needed. */
  get promised(): number {
    return this.#active + this.#unusedGuarantees;
  }

  /** Takes a slot if one is free now and nobody of the lane could be overtaken by it. */
  tryAcquire(request: AdmissionRequest): boolean {
    const lane = this.#lane(request.lane);
    if (lane.queue.hasEligible() || !this.#mayTake(lane)) return false;
    if (!lane.queue.isBelowCaps(request.tenant, request.fingerprint)) return false;
    lane.sojourn?.servedAtOnce();
    this.#take(lane, request);
    return true;
  }

  /** Joins the lane's queue; false where it is full. The caller has tried `tryAcquire` before. */
  enqueue(waiter: Waiter): boolean {
    const lane = this.#lane(waiter.request.lane);
    if (lane.queue.size >= lane.settings.queueMax) return false;
    if (lane.queue.size === 0) lane.virtualTime = Math.max(lane.virtualTime, this.#leastVirtualTime());
    lane.queue.add(waiter);
    this.#waiting += 1;
    return true;
  }

  /** Leaves the queue; false where the waiter has been served already. */
  leave(waiter: Waiter): boolean {
    const left = this.#lane(waiter.request.lane).queue.remove(waiter);
    if (left) this.#waiting -= 1;
    return left;
  }

  /** Gives a slot back after `heldMs`, undefined where it was not made use of, and serves whoever may be served now. */
  release(request: AdmissionRequest, heldMs: number | undefined, nowMs: number): void {
    const lane = this.#lane(request.lane);
    if (heldMs !== undefined) {
      lane.meanHeldMs += SMOOTHING * (heldMs - lane.meanHeldMs);
      lane.releases += 1;
    }
    this.#giveUp(lane, request, heldMs ?? 0);
    this.serve(nowMs);
  }

  /**
   * Counts a slot in another lane from now on, for a statement that turned out to belong there. The new lane may stand
   * above its ceiling until the slot comes back; it takes no more meanwhile. Whoever moves slots calls `serve` afterwards.
   */
  move(request: AdmissionRequest, toLane: string): AdmissionRequest {
    const moved = { ...request, lane: toLane };
    this.#giveUp(this.#lane(request.lane), request, 0);
    const lane = this.#lane(toLane);
    this.#take(lane, moved);
    // It was granted once, in the lane that it came from.
    lane.acquired -= 1;
    return moved;
  }

  /** About how long a newcomer would wait; zero where nobody does. */
  expectedWaitMs(laneName: string): number {
    const lane = this.#lane(laneName);
    if (lane.queue.size === 0 || lane.releases < RELEASES_FOR_FORECAST) return 0;
    return (lane.queue.size * lane.meanHeldMs) / Math.max(1, lane.active);
  }

  counts(laneName: string, nowMs: number): LaneCounts {
    const lane = this.#lane(laneName);
    const own = Math.max(0, lane.settings.guaranteed - lane.active);
    const { hardMaximum, limit, maximum } = this.bounds;
    const lent = Math.max(0, Math.min(limit - this.#active - own, maximum - this.promised));
    const oldestAtMs = lane.queue.oldestEnqueuedAtMs();
    return {
      active: lane.active,
      waiting: lane.queue.size,
      free: Math.max(0, Math.min(lane.ceiling - lane.active, own + lent, hardMaximum - this.#active)),
      oldestWaitMs: oldestAtMs === undefined ? 0 : nowMs - oldestAtMs,
    };
  }

  /** Everyone who waits, lane by lane, in no other order. */
  waiters(): Waiter[] {
    return this.#byRank.flatMap(({ queue }) => queue.waiters as readonly Waiter[]);
  }

  /** Whose slots, given back, could let someone through: answers that for what a slot was granted as. */
  waitsFor({ lane: name, tenant, fingerprint }: AdmissionRequest): (granted: AdmissionRequest) => boolean {
    const lane = this.#lane(name);
    const cap = lane.queue.capReached(tenant, fingerprint);
    if (cap === 'statement') return (granted) => granted.lane === name && granted.fingerprint === fingerprint;
    if (cap === 'tenant') return (granted) => granted.lane === name && granted.tenant === tenant;
    if (lane.active >= lane.ceiling) return (granted) => granted.lane === name;
    if (lane.active < lane.settings.guaranteed || this.#active >= this.bounds.limit) return () => true;
    // What a lane holds below its guarantee comes back to that, and is lent to nobody.
    const isLent = ({ active, settings }: LaneState) => active > settings.guaranteed;
    return (granted) => granted.lane === name || isLent(this.#lane(granted.lane));
  }

  waitingIn(laneName: string): number {
    return this.#lane(laneName).queue.size;
  }

  /** Slots granted since the start. */
  acquired(laneName: string): number {
    return this.#lane(laneName).acquired;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting;
  }

  #createLane(settings: LaneSettings): LaneState {
    // No cap is not a cap as high as the ceiling: whoever reached that would be parked in the order of coming, tenants mixed.
    const { name, tenantMax = Number.POSITIVE_INFINITY, statementMax = Number.POSITIVE_INFINITY } = settings;
    const fingerprintMax = (fingerprint: string) => Math.min(statementMax, this.#statementMax(name, fingerprint));
    return {
      settings,
      queue: new FairQueue({ tenantMax, fingerprintMax }),
      sojourn: settings.sojourn && new SojournControl(settings.sojourn),
      ceiling: settings.ceiling,
      active: 0,
      virtualTime: 0,
      meanHeldMs: 0,
      releases: 0,
      acquired: 0,
    };
  }

  #lane(name: string): LaneState {
    const lane = this.#lanes.get(name);
    if (!lane) throw new RangeError(`there is no lane ${name}; there are ${[...this.#lanes.keys()].join(', ')}`);
    return lane;
  }

  #mayTake(lane: LaneState): boolean {
    if (lane.active >= lane.ceiling) return false;
    // A slot that was moved here may stand on ground promised to another; the total is the last word.
    if (lane.active < lane.settings.guaranteed) return this.#active < this.bounds.hardMaximum;
    return this.#active < this.bounds.limit && this.promised < this.bounds.maximum;
  }

  #take(lane: LaneState, { tenant, fingerprint, expectedMs }: AdmissionRequest): void {
    if (lane.active < lane.settings.guaranteed) this.#unusedGuarantees -= 1;
    else lane.virtualTime += 1 / lane.settings.weight;
    lane.active += 1;
    lane.acquired += 1;
    this.#active += 1;
    lane.queue.started(tenant, fingerprint, expectedMs);
  }

  #giveUp(lane: LaneState, { tenant, fingerprint, expectedMs }: AdmissionRequest, heldMs: number): void {
    lane.active -= 1;
    this.#active -= 1;
    if (lane.active < lane.settings.guaranteed) this.#unusedGuarantees += 1;
    this.bounds.settle(this.promised);
    lane.queue.ended(tenant, fingerprint, heldMs - expectedMs);
  }

  /** Grants whatever may be granted now. */
  serve(nowMs: number): void {
    // Whoever is granted a slot may give it back at once; the loop goes on with that rather than starting one inside itself.
    if (this.#waiting === 0 || this.#isServing) return;
    this.#isServing = true;
    try {
      this.#serveAll(nowMs);
    } finally {
      this.#isServing = false;
    }
  }

  #serveAll(nowMs: number): void {
    for (let lane = this.#nextToServe(); lane; lane = this.#nextToServe()) {
      const waiter = lane.queue.take() as Waiter | undefined;
      if (!waiter) continue;
      if (this.#sendElsewhere(waiter)) continue;
      this.#waiting -= 1;
      if (lane.sojourn?.refuses(nowMs - waiter.enqueuedAtMs, nowMs)) {
        waiter.shed();
        continue;
      }
      this.#take(lane, waiter.request);
      waiter.grant(waiter.request);
    }
  }

  /** A statement turned out to belong to another lane: all who wait for it go on waiting there, those at a cap too. */
  relocate(fingerprint: string): void {
    for (const { queue } of this.#byRank) {
      const misplaced = (queue.waiters as readonly Waiter[])
        .filter((waiter) => waiter.fingerprint === fingerprint && this.#laneOf(waiter) !== waiter.request.lane)
        .sort((one, other) => one.enqueuedAtMs - other.enqueuedAtMs);
      for (const waiter of misplaced) {
        queue.remove(waiter);
        this.#enqueueElsewhere(waiter, this.#laneOf(waiter));
      }
    }
  }

  /** As many of the statement run in the lane as may. */
  isStatementFull(laneName: string, fingerprint: string): boolean {
    return this.#lane(laneName).queue.isStatementFull(fingerprint);
  }

  /** More of these statements may run from now on. Whoever calls this calls `serve` afterwards. */
  capsRaised(fingerprints: readonly string[]): void {
    for (const { queue } of this.#byRank) for (const fingerprint of fingerprints) queue.capRaised(fingerprint);
  }

  #laneOf({ fingerprint, request }: Waiter): string {
    return (request.isLaneFound && this.#laneNow?.(fingerprint)) || request.lane;
  }

  #enqueueElsewhere(waiter: Waiter, lane: string): void {
    waiter.request = { ...waiter.request, lane };
    this.#lane(lane).queue.add(waiter);
  }

  /** For one who has left the queue already. */
  #sendElsewhere(waiter: Waiter): boolean {
    const lane = this.#laneOf(waiter);
    if (lane === waiter.request.lane) return false;
    this.#enqueueElsewhere(waiter, lane);
    this.relocate(waiter.fingerprint);
    return true;
  }

  #nextToServe(): LaneState | undefined {
    let best: LaneState | undefined;
    for (const lane of this.#byRank) {
      if (!lane.queue.hasEligible() || !this.#mayTake(lane)) continue;
      if (lane.active < lane.settings.guaranteed) return lane;
      if (!best || lane.virtualTime < best.virtualTime) best = lane;
    }
    return best;
  }

  #leastVirtualTime(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const lane of this.#byRank) if (lane.queue.size > 0) least = Math.min(least, lane.virtualTime);
    return least === Number.POSITIVE_INFINITY ? 0 : least;
  }
}
