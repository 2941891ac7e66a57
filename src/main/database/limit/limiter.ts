/**
 * Sizes the pool by what the database can bear. Every half second it holds what statements took against what they usually take:
 * the whole pool's limit follows the gradient, and lanes that matter less give way to those that matter more. It hears of each
 * statement through the tracker, and needs no monitor to work; a sampler that tells it of locks and of the server's cores
 * makes it surer. It changes bounds only; who holds what is admission's business.
 */

import type { PoolTracker, StatementOutcome } from '../tracker.ts';
import { GradientLimit, type LimitStep } from './gradient.ts';
import { LaneGovernor, type LaneSigns, type Slowness, type YieldingLane } from './lane-governor.ts';
import { Patience } from './patience.ts';
import { UsualTimes } from './usual-times.ts';
import { WindowSums } from './window-sums.ts';

/** What the limiter reads of the pool, and what it moves. */
export interface LimitedPool {
  readonly floor: number;
  readonly share: number;
  active(lane: string): number;
  waiting(lane: string): number;
  oldestWaitMs(lane: string): number;
  readonly totalActive: number;
  setLimit(limit: number): void;
  setCeiling(lane: string, ceiling: number): void;
}

export interface LimiterOptions {
  pool: LimitedPool;
  /** Lanes that others give way to, the most important first. */
  protectedLanes: readonly string[];
  /** Lanes that give way, the first of them first. */
  yieldingLanes: readonly YieldingLane[];
  tracker: PoolTracker;
  /** Share of the time in which this process itself was busy since it was last asked, 0 to 1. */
  ownBusyShare?: () => number;
}

export interface ServerState {
  /** Backends that are at work and wait for nothing. */
  activeOnCpu: number;
  /** Null where it is not known. */
  cores: number | null;
}

export const WINDOW_MS = 500;
/** Fewer samples than a window needs are added to the next, for so many windows. */
const WINDOWS_TO_GATHER = 10;
const SAMPLES_MIN = 10;
const LANE_SAMPLES_MIN = 5;
/** A window that took this many times its length saw the machine sleep, or its clock jump. */
const WINDOW_STRETCH_MAX = 6;
/** With the event loop this full, what statements take is our own delay. */
const BUSY_SHARE_MAX = 0.9;
const OVERLOADED_SAMPLES = 3;
const CORES_FACTOR = 2;

export class Limiter {
  readonly #options: LimiterOptions;
  readonly #usual = new UsualTimes();
  readonly #sums = new WindowSums();
  readonly #gradient: GradientLimit;
  readonly #governor: LaneGovernor;
  readonly #patience = new Patience();
  #windowAtMs: number;
  #gathered = 0;
  #laneGathered = 0;
  #overloadedSamples = 0;
  #server: ServerState = { activeOnCpu: 0, cores: null };
  /** Of the last full window: statements a second, and what one usually takes. */
  #throughput = { perSecond: 0, usualMs: 0 };

  constructor(options: LimiterOptions, nowMs: number) {
    this.#options = options;
    this.#windowAtMs = nowMs;
    this.#gradient = new GradientLimit({ floor: options.pool.floor, ceiling: options.pool.share });
    this.#governor = new LaneGovernor(options.yieldingLanes);
  }

  /** The lane that is slow now, for which others give way. */
  get slowness(): Slowness | undefined {
    return this.#governor.slowness;
  }

  /** As the server was last seen; true where its cores are not known. One is left to everybody else. */
  get hasSpareCore(): boolean {
    const { activeOnCpu, cores } = this.#server;
    return cores === null || activeOnCpu + 1 < cores;
  }

  /** What a statement usually takes, in milliseconds, where enough is known. */
  usualMs(statement: string): number | undefined {
    return this.#usual.of(statement);
  }

  /** Called for every statement that ends. */
  ended({ durationMs, errorCode, lane, statement, stopped, isNoSample }: StatementOutcome): void {
    // What waited for a lock, and what its caller or the pool ended, says nothing of what the database can bear.
    if (isNoSample || stopped === 'caller_gone' || stopped === 'preempted') return;
    if (errorCode !== undefined) {
      if (DROPS.has(errorCode)) this.#sums.drop ??= errorCode === TOO_MANY ? 'refused' : 'deadline';
      return;
    }
    const lnRatio = this.#usual.note(statement, durationMs);
    const sums = this.#sums;
    sums.ended += 1;
    sums.totalMs += durationMs;
    if (Number.isNaN(lnRatio)) return;
    sums.samples += 1;
    sums.lnRatios += lnRatio;
    const ofLane = sums.lane(lane);
    ofLane.samples += 1;
    ofLane.lnRatios += lnRatio;
  }

  granted(lane: string, waitedMs: number): void {
    const ofLane = this.#sums.lane(lane);
    ofLane.grants += 1;
    ofLane.waitedMs += waitedMs;
    const { totalActive } = this.#options.pool;
    if (totalActive > this.#sums.mostInUse) this.#sums.mostInUse = totalActive;
  }

  connectionFailed(): void {
    this.#sums.drop ??= 'refused';
  }

  /** The budget's share moved: the limit is never above it. */
  shareChanged(): void {
    this.#gradient.setCeiling(this.#options.pool.share);
    this.#options.pool.setLimit(this.#gradient.limit);
  }

  /** What the sampler saw of the whole server. Three times too much at work, and no more is let in than what gets done. */
  noteServer({ activeOnCpu, cores }: ServerState): void {
    this.#server = { activeOnCpu, cores };
    const isOverloaded = cores !== null && activeOnCpu > CORES_FACTOR * cores;
    this.#overloadedSamples = isOverloaded ? this.#overloadedSamples + 1 : 0;
    const { perSecond, usualMs } = this.#throughput;
    if (this.#overloadedSamples < OVERLOADED_SAMPLES || perSecond === 0) return;
    this.#patience.troubled();
    const from = this.#gradient.limit;
    // Little's law: what gets done in a second, times what one takes in calm, is how many need to be at work for it.
    if (!this.#gradient.cap((perSecond * usualMs) / 1_000)) return;
    this.#apply(from, `The database has ${activeOnCpu} statements at work on ${cores} cores; fewer run at once.`);
  }

  /** Called every half second or more often. */
  tick(nowMs: number): void {
    const passedMs = nowMs - this.#windowAtMs;
    if (passedMs >= 0 && passedMs < WINDOW_MS) return;
    this.#windowAtMs = nowMs;
    // Whatever was measured across a jump of the clock is wrong.
    if (passedMs < 0 || passedMs > WINDOW_STRETCH_MAX * WINDOW_MS) this.#forgetWindow();
    else this.#closeWindow(nowMs, passedMs);
  }

  #closeWindow(nowMs: number, passedMs: number): void {
    const { ownBusyShare, pool } = this.#options;
    const sums = this.#sums;
    sums.mostInUse = Math.max(sums.mostInUse, pool.totalActive);
    const isBusyOurselves = (ownBusyShare?.() ?? 0) > BUSY_SHARE_MAX;
    this.#governLanes(nowMs);
    const isTooFew = sums.samples > 0 && sums.samples < SAMPLES_MIN;
    if (isTooFew && !sums.drop && this.#gathered < WINDOWS_TO_GATHER) {
      this.#gathered += 1;
      return;
    }
    const spanMs = passedMs * (this.#gathered + 1);
    const meanLnRatio = sums.samples === 0 ? 0 : sums.lnRatios / sums.samples;
    if (sums.ended > 0) {
      const usualMs = sums.totalMs / sums.ended / Math.max(1, Math.exp(meanLnRatio));
      this.#throughput = { perSecond: (sums.ended * 1_000) / spanMs, usualMs };
    }
    this.#followGradient(meanLnRatio, isBusyOurselves);
    const isSlow = this.slowness !== undefined || (sums.samples >= SAMPLES_MIN && meanLnRatio > LN_SLIGHTLY_SLOW);
    this.#patience.window({ isSlow, isHarmful: sums.drop !== undefined, durationMs: spanMs });
    this.#usual.learn(shareOf(spanMs), this.#patience.trust);
    this.#gathered = 0;
    sums.clear();
  }

  #followGradient(meanLnRatio: number, isBusyOurselves: boolean): void {
    const { drop, mostInUse, samples } = this.#sums;
    const from = this.#gradient.limit;
    if (drop === undefined && this.#patience.hasLongBeenCalm && this.#gradient.relax()) {
      this.#apply(from, 'A minute has passed without trouble; more may run at once again.');
      return;
    }
    // A busy process measures its own delay: it neither shrinks nor grows by that.
    if (drop === undefined && isBusyOurselves) return;
    const step = this.#gradient.update({ samples, meanLnRatio, mostInUse, hasDropped: drop !== undefined });
    if (step !== 'held') this.#apply(from, reasonOf(step, Math.exp(meanLnRatio), drop));
  }

  #governLanes(nowMs: number): void {
    const { pool, protectedLanes } = this.#options;
    this.#laneGathered += 1;
    const signs = protectedLanes.map((lane) => this.#signsOf(lane));
    const useOf = (lane: string) => ({ active: pool.active(lane), waiting: pool.waiting(lane) });
    for (const change of this.#governor.update(signs, useOf, nowMs, this.hasSpareCore)) {
      pool.setCeiling(change.lane, change.to);
      this.#options.tracker.limitChanged(change);
    }
  }

  #signsOf(lane: string): LaneSigns {
    const sums = this.#sums.lane(lane);
    const { pool } = this.#options;
    const ratio = sums.samples >= LANE_SAMPLES_MIN ? Math.exp(sums.lnRatios / sums.samples) : undefined;
    const meanWaitMs = sums.grants === 0 ? 0 : sums.waitedMs / sums.grants;
    const waitMs = Math.max(meanWaitMs, pool.waiting(lane) === 0 ? 0 : pool.oldestWaitMs(lane));
    // Too few are kept for the next window, but not for longer than they mean something.
    if (ratio !== undefined || this.#laneGathered % LANE_WINDOWS_TO_GATHER === 0) sums.clearTimes();
    sums.clearWaits();
    return { lane, ratio, waitMs };
  }

  #apply(from: number, reason: string): void {
    const { pool, tracker } = this.#options;
    const to = this.#gradient.limit;
    pool.setLimit(to);
    if (Math.floor(from) !== Math.floor(to)) {
      tracker.limitChanged({ from: Math.floor(from), to: Math.floor(to), reason });
    }
  }

  #forgetWindow(): void {
    this.#sums.clear();
    for (const lane of this.#options.protectedLanes) {
      this.#sums.lane(lane).clearTimes();
      this.#sums.lane(lane).clearWaits();
    }
    this.#gathered = 0;
    this.#usual.forgetWindow();
  }
}

/** The usual time is what was seen within the last minutes. */
const LEARNS_IN_MS = 120_000;
const LANE_WINDOWS_TO_GATHER = 4;
const LN_SLIGHTLY_SLOW = Math.log(1.15);
const TOO_MANY = '53300';
/** A deadline of ours, of the session's, or of the pool's own that the server did not confirm; and a server that is full. */
const DROPS = new Set(['57014', 'deadline_exceeded', TOO_MANY]);

function reasonOf(step: LimitStep, ratio: number, drop: 'deadline' | 'refused' | undefined): string {
  if (drop === 'refused') return 'The database refused a connection; fewer run at once.';
  if (step === 'drop') return 'Statements reached their deadline; fewer run at once.';
  if (step === 'slower') return `Statements take ${ratio.toFixed(1)} times their usual time; fewer run at once.`;
  return 'Statements take their usual time; more may run at once.';
}

function shareOf(windowMs: number): number {
  return 1 - Math.exp(-windowMs / LEARNS_IN_MS);
}
