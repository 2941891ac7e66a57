/** From a suspicion to what is told: by which plan, after what, in a sentence; kept in the store, and said to whoever listens. */

import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { tellCount, tellMs } from './change.ts';
import type { PlanChange, PlanHistory } from './plan-history.ts';
import type { PrecedingEvent, QueryStore, Regression } from './query-store.ts';
import type { RegressionWatch, Suspicion } from './regression-watch.ts';
import { MINUTE_MS } from './spans.ts';
import type { StatementFacts } from './statement-directory.ts';

/** A regression with the name of its statement. */
export interface FoundRegression extends Regression {
  readonly statement: string;
}

export type RegressionListener = (regression: FoundRegression) => void;

export interface RegressionsOptions {
  watch: RegressionWatch;
  plans: Pick<PlanHistory, 'around'>;
  store: Pick<QueryStore, 'saveRegression'>;
  factsOf: (id: string) => StatementFacts | undefined;
  /** Deploys, migrations, DDL, ANALYZE between two moments. */
  eventsBetween: (fromMs: number, toMs: number) => readonly PrecedingEvent[] | Promise<readonly PrecedingEvent[]>;
  logger: Logger;
}

const PRECEDING_MS = 15 * MINUTE_MS;
const PRECEDING_MAX = 10;
/** Without a plan, so many times the blocks, for so long, are believed all the same. */
const BLOCKS_RATIO_ALONE = 4;
const MINUTES_ALONE = 3;
const PLAN_MAX = 120;
const UNSAVED_MAX = 100;

export class Regressions {
  readonly #options: RegressionsOptions;
  #listeners: readonly RegressionListener[] = [];
  #unsaved: Regression[] = [];

  constructor(options: RegressionsOptions) {
    this.#options = options;
  }

  /** Returns how to stop listening. */
  onRegression(listener: RegressionListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener);
    };
  }

  /** Judges the minute that has just ended. @throws AppError where the store cannot take what was found; it stays in line */
  async judge(minuteAtMs: number): Promise<void> {
    const { factsOf, plans, watch } = this.#options;
    for (const suspicion of watch.judge(minuteAtMs)) {
      const change = plans.around(suspicion.statementId, suspicion.atMs);
      const facts = factsOf(suspicion.statementId);
      if (!facts || !isPlansFault(suspicion, change)) continue;
      watch.told(suspicion, minuteAtMs);
      const regression = await this.#describe(suspicion, change, facts);
      this.#unsaved = [...this.#unsaved, regression].slice(-UNSAVED_MAX);
      this.#tell({ ...regression, statement: facts.name });
    }
    await this.#save();
  }

  async #describe(suspicion: Suspicion, change: PlanChange, { name }: StatementFacts): Promise<Regression> {
    const { atMs, blocks, ms, statementId } = suspicion;
    return {
      ...{ statementId, atMs, sentence: tell(name, suspicion, change) },
      blocksRatio: blocks && ratioOf(blocks),
      timeRatio: ratioOf(ms),
      planBefore: change.before?.summary ?? null,
      planAfter: change.after?.summary ?? null,
      precededBy: await this.#precedingOf(atMs, change),
    };
  }

  /** It shows in whole minutes: what came within its first one came before it. */
  async #precedingOf(atMs: number, { after }: PlanChange): Promise<PrecedingEvent[]> {
    const span = { fromMs: atMs - PRECEDING_MS, toMs: atMs + MINUTE_MS };
    const events = [...(await this.#events(span.fromMs, span.toMs))];
    const analyzedAtMs = after?.analyzedAtMs ?? 0;
    const isNews = analyzedAtMs >= span.fromMs && analyzedAtMs < span.toMs;
    const isKnown = events.some(
      (one) => /analy[sz]e/i.test(one.sentence) && Math.abs(one.atMs - analyzedAtMs) < MINUTE_MS,
    );
    if (isNews && !isKnown) events.push({ atMs: analyzedAtMs, sentence: 'A table that it reads was analysed.' });
    return events.sort((a, b) => a.atMs - b.atMs).slice(-PRECEDING_MAX);
  }

  async #events(fromMs: number, toMs: number): Promise<readonly PrecedingEvent[]> {
    try {
      return await this.#options.eventsBetween(fromMs, toMs);
    } catch (error) {
      this.#options.logger.warn({ err: toError(error) }, 'what preceded a regression could not be read');
      return [];
    }
  }

  #tell(regression: FoundRegression): void {
    for (const listener of this.#listeners) {
      try {
        listener(regression);
      } catch (error) {
        this.#options.logger.error({ err: toError(error) }, 'a listener of regressions failed');
      }
    }
  }

  async #save(): Promise<void> {
    for (let next = this.#unsaved[0]; next; next = this.#unsaved[0]) {
      const facts = this.#options.factsOf(next.statementId);
      if (facts) await this.#options.store.saveRegression(next, facts);
      this.#unsaved = this.#unsaved.slice(1);
    }
  }
}

/** The same plan at the same cost reads more because of other values or other data: that is a busy statement, no regression. */
function isPlansFault({ blocks, minutes }: Suspicion, { kind }: PlanChange): boolean {
  if (kind === 'changed') return true;
  if (blocks === null || kind === 'same') return false;
  if (kind === 'costlier') return true;
  return ratioOf(blocks) >= BLOCKS_RATIO_ALONE && minutes >= MINUTES_ALONE;
}

function tell(name: string, { blocks, ms }: Suspicion, { after, before, kind }: PlanChange): string {
  const reads = blocks
    ? ` reads ${tellCount(blocks[1])} blocks for each call, before ${tellCount(blocks[0])}, and`
    : '';
  const takes = `${name}${reads} takes ${tellMs(ms[1])}, before ${tellMs(ms[0])}`;
  if (kind === 'changed' && before && after) {
    return `${takes}: its plan has changed from ${shorten(before.summary)} to ${shorten(after.summary)}.`;
  }
  if (kind === 'costlier') return `${takes}: its plan has the same steps at a multiple of the cost.`;
  return `${takes}. How it is planned is not known.`;
}

function ratioOf([before, after]: readonly [number, number]): number {
  return Math.round((after / Math.max(before, 0.01)) * 10) / 10;
}

function shorten(summary: string): string {
  return summary.length <= PLAN_MAX ? summary : `${summary.slice(0, PLAN_MAX)}…`;
}
