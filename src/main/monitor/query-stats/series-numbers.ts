/**
 * The numbers under which Postgres keeps series. They are bounded: an application whose statements never repeat must not fill the
 * database with their texts. What gets no number is counted with everything else.
 */

import type { Database, Transaction } from '../../database/index.ts';
import { addUp, EVERYTHING_ELSE, keyOf, type SeriesKey, type SeriesStep } from './series.ts';
import type { StatementFacts } from './statement-directory.ts';
import { readSeriesIds, saveSeries, saveStatements } from './statement-queries.ts';

/** A database, or a transaction that is open: within one, no second connection may be asked for. */
type Runner = Pick<Database, 'query' | 'execute'> | Pick<Transaction, 'query' | 'execute'>;

export interface SeriesNumbersOptions {
  database: Runner;
  nowMs: () => number;
  statementsMax: number;
  seriesMax: number;
}

/** After so long a statement is said to be seen again, and a number is asked for anew: it may have been deleted meanwhile. */
const TRUSTED_MS = 30 * 60_000;
const REMEMBERED_MAX = 20_000;

interface Known {
  atMs: number;
  /** Of the facts that were saved. */
  lane: string | null;
}

export class SeriesNumbers {
  readonly #options: SeriesNumbersOptions;
  readonly #statements = new Map<string, Known>();
  readonly #numbers = new Map<string, { atMs: number; number: number }>();

  constructor(options: SeriesNumbersOptions) {
    this.#options = options;
  }

  async saveStatements(facts: readonly StatementFacts[]): Promise<void> {
    const { database, nowMs, statementsMax } = this.#options;
    const atMs = nowMs();
    const due = facts.filter(({ id, lane }) => {
      const known = this.#statements.get(id);
      return id !== EVERYTHING_ELSE.id && (!known || known.lane !== lane || atMs - known.atMs > TRUSTED_MS);
    });
    if (due.length === 0) return;
    const unique = [...new Map(due.map((one) => [one.id, one])).values()];
    await database.execute(saveStatements, [JSON.stringify(unique), statementsMax]);
    if (this.#statements.size > REMEMBERED_MAX) this.#statements.clear();
    for (const { id, lane } of unique) this.#statements.set(id, { atMs, lane });
  }

  /** Gives each step its number; those without one become part of everything else, of the same moment and writer. */
  async number<Step extends SeriesStep & { writer?: number }>(
    steps: readonly Step[],
    runner: Runner = this.#options.database,
  ): Promise<(SeriesStep & { number: number; writer: number })[]> {
    await this.#learn([...steps, { statementId: EVERYTHING_ELSE.id, route: '', isServer: false }], runner);
    const rest = this.#numberOf({ statementId: EVERYTHING_ELSE.id, route: '', isServer: false });
    const numbered = steps.map((step) => ({ ...step, writer: step.writer ?? 0, number: this.#numberOf(step) }));
    const kept = numbered.flatMap((step) => (step.number === undefined ? [] : { ...step, number: step.number }));
    const homeless = numbered.filter(({ isServer, number }) => number === undefined && !isServer);
    if (homeless.length === 0 || rest === undefined) return kept;
    const byMoment = new Map<string, typeof kept>();
    const orphans = homeless.map((step) => ({ ...step, statementId: EVERYTHING_ELSE.id, route: '', number: rest }));
    for (const step of [...kept.filter(({ number }) => number === rest), ...orphans]) {
      const key = `${step.atMs} ${step.writer}`;
      byMoment.set(key, [...(byMoment.get(key) ?? []), step]);
    }
    const sums = [...byMoment.values()].flatMap((group) =>
      addUp(group).map((series) => ({
        ...series,
        atMs: group[0]?.atMs ?? 0,
        writer: group[0]?.writer ?? 0,
        number: rest,
      })),
    );
    return [...kept.filter(({ number }) => number !== rest), ...sums];
  }

  #numberOf(key: SeriesKey): number | undefined {
    return this.#numbers.get(keyOf(key))?.number;
  }

  async #learn(keys: readonly SeriesKey[], runner: Runner): Promise<void> {
    const { nowMs, seriesMax } = this.#options;
    const atMs = nowMs();
    const isKnown = (key: SeriesKey) => atMs - (this.#numbers.get(keyOf(key))?.atMs ?? -TRUSTED_MS * 2) <= TRUSTED_MS;
    const due = new Map(keys.filter((key) => !isKnown(key)).map((key) => [keyOf(key), key]));
    if (due.size === 0) return;
    const given = [...due.values()].map(({ isServer, route, statementId }) => ({ statementId, route, isServer }));
    const statementIds = [...new Set(given.map(({ statementId }) => statementId))];
    for (const key of due.keys()) this.#numbers.delete(key);
    if (this.#numbers.size > REMEMBERED_MAX) this.#numbers.clear();
    const found = await runner.query(readSeriesIds, [statementIds]);
    this.#remember(found, atMs);
    const missing = given.filter((key) => this.#numberOf(key) === undefined);
    if (missing.length === 0) return;
    await runner.execute(saveSeries, [JSON.stringify(missing), seriesMax]);
    this.#remember(await runner.query(readSeriesIds, [statementIds]), atMs);
  }

  #remember(rows: readonly (SeriesKey & { id: number })[], atMs: number): void {
    for (const { id, ...key } of rows) this.#numbers.set(keyOf(key), { atMs, number: id });
  }
}
