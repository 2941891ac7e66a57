/** Query statistics in Postgres, in the lane of background work: minutes for two weeks, hours and days for 400 days. */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import * as figures from './figure-queries.ts';
import { toColumns, toSeries, toSeriesStep } from './figure-rows.ts';
import type { KeptPlan, QueryStore, ReadSeries, Regression, WrittenStep } from './query-store.ts';
import { readUntil, rollUp } from './roll-up.ts';
import { addUp, type Series, type SeriesStep } from './series.ts';
import { SeriesNumbers } from './series-numbers.ts';
import {
  type Completeness,
  DAY_MS,
  floorTo,
  keptMs,
  roundSpan,
  type Span,
  segmentsOf,
  tierOfPoints,
  tiers,
} from './spans.ts';
import type { StatementFacts } from './statement-directory.ts';
import * as statements from './statement-queries.ts';

export interface PostgresQueryStoreOptions {
  database: Database;
  clock: Clock;
  /** Statements that are kept by name at the same time; 4,000 when left out. */
  statementsMax?: number;
}

const STATEMENTS_MAX = 4_000;
const SERIES_PER_STATEMENT = 4;
const MINUTE_ROWS_MAX = 30_000;
const DELETE_ROWS = 5_000;
const PLANS_READ = 200;
const PLANS_KEPT = 20;
const REGRESSIONS_READ = 200;

export class PostgresQueryStore implements QueryStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #numbers: SeriesNumbers;
  readonly #statementsMax: number;

  constructor({ clock, database, statementsMax = STATEMENTS_MAX }: PostgresQueryStoreOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#statementsMax = statementsMax;
    const seriesMax = statementsMax * SERIES_PER_STATEMENT;
    this.#numbers = new SeriesNumbers({ database, nowMs: () => clock.monotonicMs(), statementsMax, seriesMax });
  }

  async write(steps: readonly WrittenStep[], facts: readonly StatementFacts[]): Promise<void> {
    if (steps.length === 0) return;
    await this.#numbers.saveStatements(facts);
    const numbered = await this.#numbers.number(steps);
    await this.#database.execute(figures.insertMinutes, [JSON.stringify(numbered.map(toColumns))]);
  }

  async read(asked: Span, statementId?: string): Promise<ReadSeries> {
    const completeness = await this.#completeness();
    const span = roundSpan(asked, completeness.minutesFromMs);
    const found: Series[] = [];
    for (const { fromMs, tier, toMs } of segmentsOf(span, completeness)) {
      const bounds = [new Date(fromMs), new Date(toMs), statementId ?? null] as const;
      const rows = await this.#database.query(figures.readSeries[tier], [...bounds]);
      for (const row of rows) found.push(toSeries(row));
    }
    return { span, series: addUp(found) };
  }

  async readSteps(statementId: string, span: Span, stepMs: number): Promise<SeriesStep[]> {
    const { daysUntilMs, hoursUntilMs } = await this.#completeness();
    const widest = tiers.indexOf(tierOfPoints(stepMs));
    const found: SeriesStep[] = [];
    let fromMs = floorTo(span.fromMs, stepMs);
    // The widest for what is summed up, narrower ones for what is not yet.
    for (const [tier, untilMs] of [
      ['day', daysUntilMs],
      ['hour', hoursUntilMs],
      ['minute', span.toMs],
    ] as const) {
      const toMs = Math.min(span.toMs, untilMs);
      if (tiers.indexOf(tier) > widest || toMs <= fromMs) continue;
      const bounds = [new Date(fromMs), new Date(toMs), statementId, stepMs / 1_000] as const;
      const rows = await this.#database.query(figures.readSteps[tier], [...bounds]);
      for (const row of rows) found.push(toSeriesStep(row));
      fromMs = toMs;
    }
    return found;
  }

  async readMinutes({ fromMs, toMs }: Span): Promise<SeriesStep[]> {
    const bounds = [new Date(fromMs), new Date(toMs), MINUTE_ROWS_MAX] as const;
    return (await this.#database.query(figures.readMinuteRows, [...bounds])).map(toSeriesStep).reverse();
  }

  facts(ids: readonly string[]): Promise<StatementFacts[]> {
    return this.#database.query(statements.readStatements, [ids]);
  }

  async savePlans(plans: readonly KeptPlan[], facts: readonly StatementFacts[]): Promise<void> {
    if (plans.length === 0) return;
    await this.#numbers.saveStatements(facts);
    const rows = plans.map(({ firstSeenAtMs, lastSeenAtMs, ...plan }) => ({
      ...plan,
      firstSeenAt: new Date(firstSeenAtMs),
      lastSeenAt: new Date(lastSeenAtMs),
    }));
    await this.#database.execute(statements.savePlans, [JSON.stringify(rows)]);
  }

  async plans(statementIds: readonly string[]): Promise<KeptPlan[]> {
    const rows = await this.#database.query(statements.readPlans, [statementIds, PLANS_READ]);
    return rows.reverse().map(({ firstSeenAt, lastSeenAt, ...plan }) => ({
      ...plan,
      firstSeenAtMs: firstSeenAt.getTime(),
      lastSeenAtMs: lastSeenAt.getTime(),
    }));
  }

  async saveRegression(regression: Regression, facts: StatementFacts): Promise<void> {
    const { atMs, blocksRatio, planAfter, planBefore, precededBy, sentence, statementId, timeRatio } = regression;
    await this.#numbers.saveStatements([facts]);
    const plans = [planBefore, planAfter, JSON.stringify(precededBy)] as const;
    const values = [statementId, new Date(atMs), sentence, blocksRatio, timeRatio] as const;
    await this.#database.execute(statements.saveRegression, [...values, ...plans]);
  }

  async regressions({ fromMs, toMs }: Span, statementId?: string): Promise<Regression[]> {
    const bounds = [new Date(fromMs), new Date(toMs), statementId ?? null, REGRESSIONS_READ] as const;
    const rows = await this.#database.query(statements.readRegressions, [...bounds]);
    return rows.map(({ at, ...row }) => ({ ...row, atMs: at.getTime() }));
  }

  async upkeep({ mayWrite } = { mayWrite: true }): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const [database, numbers] = [this.#database, this.#numbers];
    if (mayWrite) await rollUp({ database, numbers, nowMs: () => nowMs });
    for (const tier of tiers) {
      await database.execute(figures.deleteOld[tier], [new Date(nowMs - keptMs[tier]), DELETE_ROWS]);
    }
    await database.execute(statements.deleteOldRegressions, [new Date(nowMs - keptMs.day)]);
    await database.execute(statements.deleteSurplusPlans, [PLANS_KEPT]);
    // With room for new ones, which come a few at a time.
    const keep = Math.floor(this.#statementsMax * 0.9);
    await database.execute(statements.deleteOldStatements, [new Date(nowMs - keptMs.day), keep]);
  }

  async #completeness(): Promise<Completeness> {
    const { day, hour } = await readUntil(this.#database);
    return { minutesFromMs: this.#clock.nowMs() - keptMs.minute + DAY_MS, hoursUntilMs: hour, daysUntilMs: day };
  }
}
