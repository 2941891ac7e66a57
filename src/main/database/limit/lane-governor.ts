/**
 * Who gives way when users' own statements slow down. Lanes that are protected are each held against their own usual time and
 * their own usual wait; while one is slow, those that give way shrink, the first of them first, by halves down to what they
 * are promised. They come back one connection at a time after some seconds of calm, and each time that brings the slowness
 * back, only after twice as long. It knows no clock but what it is given.
 */

export interface YieldingLane {
  name: string;
  /** What it is promised, and one at the least. */
  floor: number;
  configuredCeiling: number;
}

/** One window of a protected lane. */
export interface LaneSigns {
  lane: string;
  /** How many times its usual time its statements took; undefined where too few ended. */
  ratio: number | undefined;
  /** How long its callers waited for a connection, on average; the longest who still waits, where that is more. */
  waitMs: number;
}

export interface Slowness {
  lane: string;
  /** How many times its usual time its statements take, where that is the sign. */
  ratio: number | undefined;
  /** How long its callers wait for a connection; the sign where there is no ratio. */
  waitMs: number;
}

/** Of one yielding lane. */
export interface LaneUse {
  active: number;
  waiting: number;
}

export interface CeilingChange {
  lane: string;
  from: number;
  to: number;
  reason: string;
}

interface Watched {
  slowWindows: number;
  isCalm: boolean;
  /** Windows in which anybody came. */
  windows: number;
  usualWaitMs: number;
  /** What it was last slow by. */
  slowRatio: number | undefined;
  waitMs: number;
}

const SLOW_RATIO = 1.5;
const CALM_RATIO = 1.2;
const SLOW_WINDOWS = 2;
/** A wait below this is no trouble, however unusual. */
const WAIT_MIN_MS = 10;
/** Windows with callers in them, until it is known what wait is usual. */
const WAIT_KNOWN_AFTER = 10;
const WAIT_SMOOTHING = 0.02;
/** The same while the wait is unusual: what lasts for some minutes is the new usual. */
const WAIT_SMOOTHING_IN_TROUBLE = 0.002;
const FIRST_PATIENCE_MS = 3_000;
const LONGEST_PATIENCE_MS = 60_000;
/** Slow again within this after growing, and growing is to blame. */
const BLAME_MS = 10_000;
const GROW_EVERY_MS = 1_000;

export class LaneGovernor {
  readonly #yielding: readonly (YieldingLane & { ceiling: number })[];
  readonly #watched = new Map<string, Watched>();
  #slowSinceMs: number | undefined;
  #lastSlowAtMs = Number.NEGATIVE_INFINITY;
  #grewAtMs = Number.NEGATIVE_INFINITY;
  #patienceMs = FIRST_PATIENCE_MS;
  #slowness: Slowness | undefined;

  /** @param yielding in the order in which they give way */
  constructor(yielding: readonly YieldingLane[]) {
    this.#yielding = yielding.map((lane) => ({ ...lane, ceiling: lane.configuredCeiling }));
  }

  /** Which protected lane is slow now, and by what sign. */
  get slowness(): Slowness | undefined {
    return this.#slowness;
  }

  ceilingOf(lane: string): number {
    return this.#yielding.find(({ name }) => name === lane)?.ceiling ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Takes in one window.
   *
   * @param hasSpareCore the server could work on one statement more without taking a core from another, as far as is known
   */
  update(
    signs: readonly LaneSigns[],
    useOf: (lane: string) => LaneUse,
    nowMs: number,
    hasSpareCore = true,
  ): CeilingChange[] {
    for (const sign of signs) this.#watch(sign);
    this.#slowness = this.#findSlowness(signs);
    if (this.#slowness) return this.#shrink(this.#slowness, useOf, nowMs);
    this.#slowSinceMs = undefined;
    return [...this.#watched.values()].every(({ isCalm }) => isCalm) ? this.#grow(useOf, nowMs, hasSpareCore) : [];
  }

  #watch({ lane, ratio, waitMs }: LaneSigns): void {
    let watched = this.#watched.get(lane);
    if (!watched) {
      watched = { slowWindows: 0, isCalm: true, windows: 0, usualWaitMs: 0, slowRatio: undefined, waitMs };
      this.#watched.set(lane, watched);
    }
    const isUnusual = waitMs > WAIT_MIN_MS && waitMs > SLOW_RATIO * watched.usualWaitMs;
    const isLateServed = isUnusual && watched.windows >= WAIT_KNOWN_AFTER;
    const isSlow = (ratio ?? 1) > SLOW_RATIO;
    watched.slowWindows = isSlow || isLateServed ? watched.slowWindows + 1 : 0;
    watched.isCalm = (ratio ?? 1) < CALM_RATIO && !isLateServed;
    watched.waitMs = waitMs;
    if (isSlow || isLateServed) watched.slowRatio = isSlow ? ratio : undefined;
    if (ratio !== undefined || waitMs > 0) learnWait(watched, waitMs);
  }

  #findSlowness(signs: readonly LaneSigns[]): Slowness | undefined {
    for (const { lane } of signs) {
      const { slowRatio, slowWindows, waitMs } = this.#watched.get(lane) as Watched;
      if (slowWindows >= SLOW_WINDOWS) return { lane, ratio: slowRatio, waitMs };
    }
    return undefined;
  }

  #shrink(slowness: Slowness, useOf: (lane: string) => LaneUse, nowMs: number): CeilingChange[] {
    if (this.#slowSinceMs === undefined) {
      this.#slowSinceMs = nowMs;
      const isBlamed = nowMs - this.#grewAtMs <= BLAME_MS;
      this.#patienceMs = isBlamed ? Math.min(LONGEST_PATIENCE_MS, this.#patienceMs * 2) : this.#patienceMs;
    }
    this.#lastSlowAtMs = nowMs;
    for (const lane of this.#yielding) {
      const { active, waiting } = useOf(lane.name);
      const used = active + waiting;
      // A lane with nobody in it slows nobody down.
      if (used === 0 || lane.ceiling <= lane.floor) continue;
      const to = Math.max(lane.floor, Math.floor(Math.min(lane.ceiling, used) / 2));
      return [this.#set(lane, to, `${slowness.lane} ${signOf(slowness)}; ${lane.name} gives way.`)];
    }
    return [];
  }

  #grow(useOf: (lane: string) => LaneUse, nowMs: number, hasSpareCore: boolean): CeilingChange[] {
    const shrunk = this.#yielding.filter(({ ceiling, configuredCeiling }) => ceiling < configuredCeiling);
    if (shrunk.length === 0) {
      // All are back for good: the next storm is a new one.
      if (nowMs - this.#grewAtMs > LONGEST_PATIENCE_MS) this.#patienceMs = FIRST_PATIENCE_MS;
      return [];
    }
    if (nowMs - this.#lastSlowAtMs < this.#patienceMs || nowMs - this.#grewAtMs < GROW_EVERY_MS) return [];
    const lane = shrunk.findLast(({ ceiling, name }) => {
      const { active, waiting } = useOf(name);
      // What is not made use of proves nothing: with a ceiling that rose meanwhile, all of the storm would be let in at once.
      return active + waiting === 0 || (active >= ceiling && hasSpareCore);
    });
    if (!lane) return [];
    this.#grewAtMs = nowMs;
    return [this.#set(lane, lane.ceiling + 1, `Nothing more important is slow; ${lane.name} may take more again.`)];
  }

  #set(lane: { name: string; ceiling: number }, to: number, reason: string): CeilingChange {
    const from = lane.ceiling;
    lane.ceiling = to;
    return { lane: lane.name, from, to, reason };
  }
}

function learnWait(watched: Watched, waitMs: number): void {
  watched.windows += 1;
  const share = watched.isCalm ? WAIT_SMOOTHING : WAIT_SMOOTHING_IN_TROUBLE;
  const isNew = watched.windows <= WAIT_KNOWN_AFTER;
  watched.usualWaitMs += (isNew ? 1 / watched.windows : share) * (waitMs - watched.usualWaitMs);
}

/** "takes 3.1 times its usual time", "waits 62 ms for a connection". */
function signOf({ ratio, waitMs }: Slowness): string {
  return ratio === undefined
    ? `waits ${Math.round(waitMs)} ms for a connection`
    : `takes ${ratio.toFixed(1)} times its usual time`;
}
