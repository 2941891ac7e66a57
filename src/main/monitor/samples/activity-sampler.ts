/**
 * Looks at all sessions of the server: every five seconds in calm, every second while somebody has given a reason to hurry,
 * at once when that reason comes. A look that fails is noted and followed by the next; it is never thrown at anyone.
 */

import type { Database, Lease } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import type { ActivityListener, ActivitySample, Backend } from './backend.ts';
import { readActivity, readBlockers } from './queries.ts';
import type { ServerCores } from './server-cores.ts';
import { isHidden, toBackend } from './to-backend.ts';

/** What the sampler asks of the pool; what it tells is the pool's to use or to leave. */
export type SampledDatabase = Pick<Database, 'query' | 'listLeases'> & {
  noteLockWaits?(pids: ReadonlySet<number>): void;
  noteServer?(server: { activeOnCpu: number; cores: number | null }): void;
};

export interface ActivitySamplerOptions {
  database: SampledDatabase;
  clock: Clock;
  logger: Logger;
  cores: ServerCores;
}

const CALM_EVERY_MS = 5_000;
const QUICK_EVERY_MS = 1_000;
const SHORTEST_MS = 250;
/** A reason to hurry holds for so long unless it is given again. */
const QUICK_FOR_MS = 10_000;
/** Ten thousand sessions would be megabytes a second: beyond this many the idle ones are left out. */
const ROWS_MAX = 1_000;
/** Of a longer queue for a lock, those who wait longest show who is in front. */
const BLOCKERS_MAX = 100;

export class ActivitySampler {
  readonly service: Service;
  readonly #options: ActivitySamplerOptions;
  readonly #listeners = new Set<ActivityListener>();
  #latest: ActivitySample | undefined;
  #running: Promise<ActivitySample | undefined> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStarted = false;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  #quickUntilMs = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(options: ActivitySamplerOptions) {
    this.#options = options;
    this.service = { name: 'activity sampler', start: () => this.#start(), stop: () => this.#stop() };
  }

  /** The last look that succeeded. */
  get latest(): ActivitySample | undefined {
    return this.#latest;
  }

  /** Looks in a row that failed, the last one included. */
  get failures(): number {
    return this.#failures;
  }

  /** Called with every sample; a listener that throws is logged. Returns how to stop listening. */
  onSample(listener: ActivityListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A reason to look at once, and every second from now on: for ten seconds, unless it is given again. */
  quicken(_reason: string): void {
    const wasQuick = this.#isQuick();
    this.#quickUntilMs = this.#options.clock.monotonicMs() + QUICK_FOR_MS;
    // Repeated reasons keep the pace; they do not each cause a look.
    if (!wasQuick) this.hurry();
  }

  /** One look as soon as may be, whatever the pace. */
  hurry(): void {
    if (!this.#isStarted || this.#running) return;
    const sinceMs = this.#options.clock.monotonicMs() - this.#startedAtMs;
    this.#schedule(Math.max(0, SHORTEST_MS - sinceMs));
  }

  /** Looks now, or waits for the look that is under way; nothing where it failed. */
  sample(): Promise<ActivitySample | undefined> {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
      this.#schedule(this.#isQuick() ? QUICK_EVERY_MS : CALM_EVERY_MS);
    });
    return this.#running;
  }

  #isQuick(): boolean {
    return this.#options.clock.monotonicMs() < this.#quickUntilMs;
  }

  #schedule(delayMs: number): void {
    if (!this.#isStarted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.sample(), delayMs);
    this.#timer.unref();
  }

  async #start(): Promise<void> {
    this.#isStarted = true;
    this.#schedule(0);
  }

  async #stop(): Promise<void> {
    this.#isStarted = false;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #look(): Promise<ActivitySample | undefined> {
    const { clock, logger } = this.#options;
    this.#startedAtMs = clock.monotonicMs();
    try {
      const sample = await this.#take();
      this.#failures = 0;
      this.#latest = sample;
      this.#tellPool(sample.backends);
      this.#tellListeners(sample);
      return sample;
    } catch (error) {
      this.#failures += 1;
      // The first of a row tells the news; the rest would only repeat it.
      if (this.#failures === 1) logger.warn({ err: toError(error) }, 'the sessions of the server could not be read');
      return undefined;
    }
  }

  async #take(): Promise<ActivitySample> {
    const { clock, database } = this.#options;
    const rows = await database.query(readActivity, [ROWS_MAX]);
    const waiting = rows.filter(({ waitEventType }) => waitEventType === 'Lock');
    waiting.sort((a, b) => (b.queryMs ?? 0) - (a.queryMs ?? 0));
    const pids = waiting.slice(0, BLOCKERS_MAX).map(({ pid }) => pid);
    const blocked = pids.length === 0 ? [] : await database.query(readBlockers, [pids]);
    const blockers = new Map(blocked.map(({ pid, blockedBy }) => [pid, blockedBy]));
    const leases = new Map<number, Lease>();
    for (const lease of database.listLeases()) if (lease.pid > 0) leases.set(lease.pid, lease);
    return {
      atMs: clock.nowMs(),
      backends: rows.map((row) => toBackend(row, { leases, blockers })),
      hidden: rows.filter(isHidden).length,
      tookMs: clock.monotonicMs() - this.#startedAtMs,
    };
  }

  #tellPool(backends: readonly Backend[]): void {
    const { cores, database } = this.#options;
    cores.learn(backends);
    const waiting = backends.filter(({ lease, waitEventType }) => lease && waitEventType === 'Lock');
    database.noteLockWaits?.(new Set(waiting.map(({ pid }) => pid)));
    const activeOnCpu = countOnCpu(backends);
    database.noteServer?.({ activeOnCpu, cores: cores.count });
  }

  #tellListeners(sample: ActivitySample): void {
    for (const listener of this.#listeners) {
      try {
        listener(sample);
      } catch (error) {
        this.#options.logger.error({ err: toError(error) }, 'a listener of the samples failed');
      }
    }
  }
}

/** Sessions that work and wait for nothing: each wants a processor. */
export function countOnCpu(backends: readonly Backend[]): number {
  return backends.filter(({ state, waitEventType }) => state === 'active' && waitEventType === null).length;
}
