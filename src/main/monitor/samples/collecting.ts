/**
 * Who measures what, and when: the pool and the process each second, the server every ten, sizes and the catalog every few minutes.
 * Whatever asks Postgres asks in the background lane, one question at a time, and a question that fails leaves a gap.
 */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import type { CatalogWatch } from '../catalog/catalog-watch.ts';
import type { TrackerFan } from '../tracker-fan.ts';
import { readingsOf } from './activity-readings.ts';
import type { ActivitySampler } from './activity-sampler.ts';
import type { DiskCollector } from './disk-collector.ts';
import { PoolCollector } from './pool-collector.ts';
import { ProcessCollector } from './process-collector.ts';
import type { Reading, ReadingHub } from './reading-hub.ts';
import type { SampleStore } from './sample-store.ts';
import type { SampleUpkeep } from './sample-upkeep.ts';
import { createSecondClock } from './second-clock.ts';
import { ServerCollector } from './server-collector.ts';

const TEN_SECONDS_MS = 10_000;
const MINUTE_MS = 60_000;
/** A server that has just started has better to do. */
const CATALOG_FIRST_MS = 30_000;
const CATALOG_EVERY_MS = 10 * MINUTE_MS;
const SIZE_EVERY_MS = 5 * MINUTE_MS;

export interface CollectingOptions {
  database: Database;
  sampler: Pick<ActivitySampler, 'onSample'>;
  tracker: Pick<TrackerFan, 'add'>;
  clock: Clock;
  logger: Logger;
  hub: ReadingHub;
  store: SampleStore;
  upkeep: SampleUpkeep | null;
  disk: DiskCollector;
  catalog: Pick<CatalogWatch, 'look'>;
}

export function createCollecting(options: CollectingOptions): Service[] {
  const { clock, hub, logger, sampler, store } = options;
  sampler.onSample((sample) => hub.publish(sample.atMs, readingsOf(sample)));
  const asking = new Asking(options);
  const each = createPeriodicService({
    ...{ name: 'samples', intervalMs: TEN_SECONDS_MS, logger },
    run: async (signal) => {
      await asking.run(signal);
      if (!signal.aborted) await store.write();
    },
  });
  const keeping: Service = {
    name: each.name,
    start: () => each.start(),
    stop: async () => {
      await each.stop();
      await store.close();
    },
  };
  return [
    createSeconds(options),
    ...[keeping],
    ...(options.upkeep ? [createUpkeep(options.upkeep, clock, logger)] : []),
  ];
}

function createSeconds({ clock, database, hub, tracker }: CollectingOptions): Service {
  const pool = new PoolCollector(database);
  const process = new ProcessCollector();
  let stopListening: (() => void) | undefined;
  return createSecondClock({
    ...{ name: 'samples.second', clock },
    onStart: () => {
      stopListening = tracker.add(pool);
      process.start();
    },
    onStop: () => {
      stopListening?.();
      process.stop();
    },
    onSecond: (atMs, elapsedMs) => hub.publish(atMs, [...pool.collect(elapsedMs), ...process.collect(elapsedMs)]),
  });
}

function createUpkeep(upkeep: SampleUpkeep, clock: Clock, logger: Logger): Service {
  const failures = new Failures(logger);
  return createPeriodicService({
    ...{ name: 'samples.upkeep', intervalMs: MINUTE_MS, logger },
    run: () => failures.guard('the kept figures could not be looked after', () => upkeep.run(clock.nowMs())),
  });
}

/** The questions to Postgres, each when its time has come. */
class Asking {
  readonly #options: CollectingOptions;
  readonly #server: ServerCollector;
  readonly #failures: Failures;
  readonly #startedAtMs: number;
  #sizeDueMs = 0;
  #catalogDueMs: number;

  constructor(options: CollectingOptions) {
    this.#options = options;
    this.#server = new ServerCollector(options.database);
    this.#failures = new Failures(options.logger);
    this.#startedAtMs = options.clock.monotonicMs();
    this.#catalogDueMs = this.#startedAtMs + CATALOG_FIRST_MS;
  }

  /** @param signal of a stop, which does not wait for questions that have not been asked yet */
  run(signal: AbortSignal): Promise<void> {
    return this.#failures.guard('figures of the server could not be read', async () => {
      const { catalog, clock, disk } = this.#options;
      const nowMs = clock.monotonicMs();
      // First what needs no database: it is asked for while that is away, too.
      this.#publish(await disk.collectSpace());
      this.#publish(await this.#server.collect(nowMs));
      if (nowMs >= this.#sizeDueMs && !signal.aborted) {
        this.#publish(await disk.collectSize());
        this.#sizeDueMs = nowMs + SIZE_EVERY_MS;
      }
      if (nowMs < this.#catalogDueMs || signal.aborted) return;
      this.#catalogDueMs = nowMs + CATALOG_EVERY_MS;
      await catalog.look();
    });
  }

  #publish(readings: readonly Reading[]): void {
    if (readings.length > 0) this.#options.hub.publish(this.#options.clock.nowMs(), readings);
  }
}

/** While the database is away every question fails: the first of a row is news. */
class Failures {
  readonly #logger: Logger;
  #inARow = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async guard(sentence: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#inARow = 0;
    } catch (error) {
      this.#inARow += 1;
      if (this.#inARow === 1) this.#logger.warn({ err: toError(error) }, sentence);
    }
  }
}
