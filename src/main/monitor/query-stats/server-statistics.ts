/**
 * What Postgres itself has counted since the last look, by pg_stat_statements where that is there: for all programs, with the
 * blocks that tell a worse plan from a busy minute. All processes look at the turn of the minute, so that whichever writes first
 * has counted the same.
 */

import type { Database } from '../../database/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { Turns } from '../../foundation/turns.ts';
import { createTotals, keepHeaviest, type SeriesStep, type Totals } from './series.ts';
import { detectStatStatements, readStatements, readTexts } from './server-queries.ts';
import type { StatementDirectory } from './statement-directory.ts';

export interface ServerStatisticsOptions {
  database: Pick<Database, 'query'>;
  directory: StatementDirectory;
  nowMs: () => number;
}

interface Counts {
  calls: number;
  rows: number;
  totalMs: number;
  hitBlocks: number;
  readBlocks: number;
}

const STATEMENTS_MAX = 10_000;
const SERIES_MAX = 40;
const TEXTS_AT_ONCE = 200;
const DETECT_EVERY_MS = 10 * 60_000;
/** What piled up over a longer absence says nothing of a minute. */
const GAP_MAX_MS = 10 * 60_000;
/** What only frames other statements, or is asked by us in another's name. */
const FRAMES =
  /^(?:begin|commit|end|rollback|abort|savepoint|release|set|reset|show|discard|deallocate|explain|declare|fetch|close)\b/;

export class ServerStatistics {
  readonly #options: ServerStatisticsOptions;
  readonly #ids = new Map<string, string | null>();
  #before: ReadonlyMap<string, Counts> | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #schema: string | undefined;
  #detectedAtMs = Number.NEGATIVE_INFINITY;
  #reason: string | null = 'It has not been looked at yet.';

  constructor(options: ServerStatisticsOptions) {
    this.#options = options;
  }

  get state(): { areKnown: boolean; reason: string | null } {
    return { areKnown: this.#reason === null, reason: this.#reason };
  }

  /**
   * What was counted since the last call; nothing the first time, and where the extension is not there.
   *
   * @param atMs the minute it is counted for
   * @throws AppError where Postgres does not answer
   */
  async read(atMs: number): Promise<SeriesStep[]> {
    const schema = await this.#detect();
    if (schema === undefined) return [];
    const now = await this.#counts(schema);
    if (!now) return [];
    const nowMs = this.#options.nowMs();
    const before = nowMs - this.#readAtMs <= GAP_MAX_MS ? this.#before : undefined;
    this.#before = now;
    this.#readAtMs = nowMs;
    if (!before) return [];
    return this.#toSteps(schema, atMs, differences(before, now));
  }

  async #detect(): Promise<string | undefined> {
    const { database, nowMs } = this.#options;
    if (nowMs() - this.#detectedAtMs < DETECT_EVERY_MS) return this.#schema;
    const [found] = await database.query(detectStatStatements, []);
    this.#detectedAtMs = nowMs();
    this.#schema = undefined;
    if (!found) {
      this.#reason = 'The extension pg_stat_statements is not in this database.';
    } else if (!found.hasColumns) {
      this.#reason = 'The extension pg_stat_statements is older than its version 1.8: run alter extension update.';
    } else {
      this.#reason = null;
      this.#schema = found.schema;
    }
    return this.#schema;
  }

  async #counts(schema: string): Promise<Map<string, Counts> | undefined> {
    try {
      const rows = await this.#options.database.query(readStatements(schema), [STATEMENTS_MAX]);
      return new Map(rows.map(({ queryId, ...counts }) => [queryId, counts]));
    } catch (error) {
      if (!isNotLoaded(error)) throw error;
      this.#reason = 'pg_stat_statements is not loaded: it belongs into shared_preload_libraries.';
      this.#schema = undefined;
      return undefined;
    }
  }

  async #toSteps(schema: string, atMs: number, counted: ReadonlyMap<string, Counts>): Promise<SeriesStep[]> {
    const heaviest = [...counted].sort(([, a], [, b]) => b.totalMs - a.totalMs).slice(0, TEXTS_AT_ONCE);
    await this.#learn(
      schema,
      heaviest.map(([queryId]) => queryId),
    );
    const byStatement = new Map<string, Totals>();
    for (const [queryId, counts] of heaviest) {
      const id = this.#ids.get(queryId);
      if (!id) continue;
      const totals = byStatement.get(id) ?? createTotals();
      byStatement.set(id, totals);
      for (const name of ['calls', 'rows', 'totalMs', 'hitBlocks', 'readBlocks'] as const) totals[name] += counts[name];
    }
    const series = [...byStatement].map(([statementId, totals]) => ({
      statementId,
      route: '',
      isServer: true,
      totals,
    }));
    return keepHeaviest(series, SERIES_MAX).map((one) => ({ ...one, atMs }));
  }

  /** Texts are read for the ids that are new, since reading them costs Postgres a file. */
  async #learn(schema: string, queryIds: readonly string[]): Promise<void> {
    const unknown = queryIds.filter((id) => !this.#ids.has(id));
    if (unknown.length === 0) return;
    if (this.#ids.size > STATEMENTS_MAX) this.#ids.clear();
    const { database, directory } = this.#options;
    directory.refresh();
    const turns = new Turns();
    for (const { query, queryId } of await database.query(readTexts(schema), [unknown])) {
      const facts = query === null ? undefined : directory.ofText(query);
      this.#ids.set(queryId, facts && !FRAMES.test(facts.text ?? '') ? facts.id : null);
      await turns.give();
    }
  }
}

/** A statement that was forgotten and came back counts from the start. */
function differences(before: ReadonlyMap<string, Counts>, now: ReadonlyMap<string, Counts>): Map<string, Counts> {
  const found = new Map<string, Counts>();
  for (const [queryId, counts] of now) {
    const old = before.get(queryId);
    const isContinued = old !== undefined && counts.calls >= old.calls;
    const calls = isContinued ? counts.calls - old.calls : counts.calls;
    if (calls === 0) continue;
    const since = (name: keyof Counts) => Math.max(0, counts[name] - (isContinued ? old[name] : 0));
    found.set(queryId, {
      ...{ calls, rows: since('rows'), totalMs: since('totalMs') },
      ...{ hitBlocks: since('hitBlocks'), readBlocks: since('readBlocks') },
    });
  }
  return found;
}

/** object_not_in_prerequisite_state, as the extension says it. */
function isNotLoaded(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : error;
  return (cause as { code?: unknown } | undefined)?.code === '55000';
}
