/**
 * What is done when a minute is over: Postgres is asked what it has counted, what became worse is looked for, and what waits is
 * written. Each step stands for itself, and one that fails is made up for by the next minute.
 */

import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { PlanHistory } from './plan-history.ts';
import type { QueryCollector } from './query-collector.ts';
import type { QueryStore } from './query-store.ts';
import type { RegressionWatch } from './regression-watch.ts';
import type { Regressions } from './regressions.ts';
import type { SeriesStep } from './series.ts';
import type { ServerStatistics } from './server-statistics.ts';
import { MINUTE_MS } from './spans.ts';

export interface MinuteTurnOptions {
  collector: Pick<QueryCollector, 'addServer' | 'flush' | 'flushLast'>;
  server: Pick<ServerStatistics, 'read'>;
  store: Pick<QueryStore, 'readMinutes' | 'regressions'>;
  watch: RegressionWatch;
  plans: Pick<PlanHistory, 'restore' | 'save'>;
  regressions: Pick<Regressions, 'judge'>;
  mayWrite: () => boolean;
  onServer: (minuteAtMs: number, steps: readonly SeriesStep[]) => void;
  logger: Logger;
}

/** What became worse with a restart is told from what was before it. */
const RESTORED_MS = 90 * MINUTE_MS;

export class MinuteTurn {
  readonly #options: MinuteTurnOptions;
  #running: Promise<void> | undefined;
  #nextAtMs: number | undefined;
  #isRestored = false;
  #hasFailed = false;

  constructor(options: MinuteTurnOptions) {
    this.#options = options;
  }

  /** @param minuteAtMs the one that is over. Does not throw; what comes while another is under way is done after it, once */
  take(minuteAtMs: number): Promise<void> {
    this.#nextAtMs = minuteAtMs;
    this.#running ??= this.#workOff().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The process ends. It does not wait for a database that does not answer. */
  async takeLast(): Promise<void> {
    await this.#running;
    if (this.#hasFailed) return;
    await this.#options.collector.flushLast().catch(() => undefined);
  }

  async #workOff(): Promise<void> {
    for (let atMs = this.#nextAtMs; atMs !== undefined; atMs = this.#nextAtMs) {
      this.#nextAtMs = undefined;
      await this.#work(atMs);
    }
  }

  async #work(minuteAtMs: number): Promise<void> {
    const { collector, logger, mayWrite, plans, regressions } = this.#options;
    const steps = [
      () => this.#restore(minuteAtMs),
      () => this.#readServer(minuteAtMs),
      () => collector.flush(),
      async () => (mayWrite() ? plans.save() : undefined),
      () => regressions.judge(minuteAtMs),
    ];
    const failures: unknown[] = [];
    for (const step of steps) await step().catch((error: unknown) => failures.push(error));
    // The first of a row tells the news; the rest would only repeat it.
    if (failures.length > 0 && !this.#hasFailed) {
      logger.warn({ err: toError(failures[0]) }, 'query statistics wait for the database');
    }
    this.#hasFailed = failures.length > 0;
  }

  async #restore(minuteAtMs: number): Promise<void> {
    if (this.#isRestored) return;
    const { plans, store, watch } = this.#options;
    const span = { fromMs: minuteAtMs - RESTORED_MS, toMs: minuteAtMs };
    const regressions = await store.regressions(span);
    watch.note(await store.readMinutes(span));
    for (const regression of regressions) watch.told(regression, regression.atMs);
    this.#isRestored = true;
    await plans.restore(watch.statementIds);
  }

  async #readServer(minuteAtMs: number): Promise<void> {
    const { collector, onServer, server } = this.#options;
    const steps = await server.read(minuteAtMs);
    collector.addServer(steps);
    onServer(minuteAtMs, steps);
  }
}
