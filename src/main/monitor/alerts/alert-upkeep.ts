/** What is read at the start and written every few seconds, so that a restart forgets nothing. */

import type { Clock } from '../../foundation/clock.ts';
import type { AlertRuleStore } from './alert-rule-store.ts';
import type { AlertStore } from './alert-store.ts';
import type { FigureHour } from './baseline-book.ts';
import type { AlertEngine } from './engine.ts';
import type { Missed } from './feedback.ts';
import { HOUR_MS } from './hour-summary.ts';

/** In runs. */
const DELETE_EVERY = 60;
const FORGET_EVERY = 60;

export interface AlertUpkeepOptions {
  engine: AlertEngine;
  rules: AlertRuleStore;
  store: AlertStore;
  missed: Missed[];
  clock: Clock;
}

export class AlertUpkeep {
  readonly #options: AlertUpkeepOptions;
  #hasRestored = false;
  #isReachable = false;
  #runs = 0;
  #budgetFromMs: number;

  constructor(options: AlertUpkeepOptions) {
    this.#options = options;
    this.#budgetFromMs = options.clock.nowMs();
  }

  async run(): Promise<void> {
    const { clock, engine, rules, store } = this.#options;
    this.#isReachable = false;
    this.collect();
    await rules.load();
    if (!this.#hasRestored) await this.#restore();
    await store.flush();
    if (this.#runs % DELETE_EVERY === 0) await store.deleteOld();
    if (this.#runs % FORGET_EVERY === 0) {
      engine.baselines.forget(clock.nowMs());
      engine.excursions.forget(clock.nowMs());
    }
    this.#runs += 1;
    this.#isReachable = true;
  }

  /** Takes from the engine what has become complete. While the database is away it waits in the store. */
  collect(): void {
    const { engine, store } = this.#options;
    this.#keepHours(engine.baselines.takeClosed());
    store.keepExcursions(engine.excursions.takeFresh());
  }

  /** The hour under way is kept too. A stop does not wait for a database that does not answer. */
  async saveLast(): Promise<void> {
    const { engine, store } = this.#options;
    this.collect();
    this.#keepHours(engine.baselines.partials(), true);
    if (this.#isReachable) await store.flush().catch(() => undefined);
  }

  /** @param always also where nothing of the figures is to be kept, for the error budget's sake */
  #keepHours(figures: readonly FigureHour[], always = false): void {
    if (figures.length === 0 && !always) return;
    const { clock, engine, store } = this.#options;
    const nowMs = clock.nowMs();
    const budget = engine.burn.tallies(this.#budgetFromMs).filter(({ requests }) => requests > 0);
    this.#budgetFromMs = nowMs;
    const hours = new Map<number, FigureHour[]>();
    for (const figure of figures) hours.set(figure.hour, [...(hours.get(figure.hour) ?? []), figure]);
    if (hours.size === 0 && budget.length > 0) hours.set(Math.floor(nowMs / HOUR_MS), []);
    let isFirst = true;
    for (const [hour, ofHour] of hours) {
      store.keepHour({ hour, figures: ofHour, budget: isFirst ? budget : [] });
      isFirst = false;
    }
  }

  async #restore(): Promise<void> {
    const { clock, engine, missed, rules, store } = this.#options;
    const left = await store.restore();
    engine.baselines.restore(left.figures);
    engine.learner.restore(left.lessons);
    engine.excursions.restore(left.excursions);
    engine.burn.restore(left.budget);
    engine.book.remember(left.recent);
    engine.book.adopt(left.firing, (id) => rules.list().find((rule) => rule.id === id), clock.nowMs());
    missed.push(...left.missed);
    this.#hasRestored = true;
  }
}
