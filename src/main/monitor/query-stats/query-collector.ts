/**
 * Counts what ends in the pool, closes a slice every ten seconds and a minute every minute, and writes minutes behind: what the
 * store has not taken yet is added to what it answers, so that nobody sees a gap.
 */

import { randomInt } from 'node:crypto';
import type { StatementOutcome } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError, type ErrorKind } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { WriteBehind } from '../samples/write-behind.ts';
import { type Calls, CallTable } from './call-table.ts';
import type { QueryStore, ReadSeries, WrittenStep } from './query-store.ts';
import { addUp, keepHeaviest, type Series, type SeriesStep } from './series.ts';
import { floorTo, MINUTE_MS, type Span } from './spans.ts';
import type { StatementDirectory, StatementFacts } from './statement-directory.ts';
import { storableText } from './storable-text.ts';

export interface QueryCollectorOptions {
  store: QueryStore;
  directory: StatementDirectory;
  clock: Clock;
  logger: Logger;
  /** False while the disk is nearly full, or what is kept has reached its bound. */
  mayWrite: () => boolean;
  /** What ended in the last ten seconds. */
  onSlice: (calls: readonly Calls[], tookMs: number) => void;
  /** A minute is over, at its place in time, with all its series. */
  onMinute: (steps: readonly SeriesStep[]) => void;
}

const SLICE_MS = 10_000;
/** A day of minutes at this bound, with what Postgres counts, is twenty-two megabytes. */
const SERIES_PER_MINUTE = 50;
/** An hour of the database being away. */
const ROWS_MAX = 60 * 2 * SERIES_PER_MINUTE;
const BATCH_ROWS = 500;
/** What Postgres counts is the same whichever process has asked. */
export const SERVER_WRITER = 0;
const READ_AGAIN_MAX = 3;
/** Trying again would not help. */
const UNFIT: Partial<Record<ErrorKind, true>> = { invalid: true, unprocessable: true, conflict: true, too_large: true };
const ROUTE_MAX = 300;

export class QueryCollector {
  readonly #options: QueryCollectorOptions;
  readonly #writer = randomInt(1, 2 ** 31 - 1);
  readonly #slice = new CallTable();
  readonly #behind: WriteBehind<WrittenStep>;
  #minute = new CallTable();
  #minuteAtMs: number;
  #sliceAtMs: number;
  #flushing: Promise<void> | undefined;
  #flushes = 0;
  #unfit = 0;

  constructor(options: QueryCollectorOptions) {
    this.#options = options;
    this.#minuteAtMs = floorTo(options.clock.nowMs(), MINUTE_MS);
    this.#sliceAtMs = options.clock.monotonicMs();
    this.#behind = new WriteBehind<WrittenStep>({
      ...{ rowsMax: ROWS_MAX, batchRows: BATCH_ROWS },
      write: (rows) => this.#write(rows),
    });
  }

  /** On the pool's hot path. */
  ended(outcome: StatementOutcome): void {
    this.#slice.ended(outcome);
  }

  /** Once a second: closes what is over. Returns the minute that was closed by it, as milliseconds since 1970. */
  tick(): number | undefined {
    const { clock, onSlice } = this.#options;
    const nowMs = clock.monotonicMs();
    const minuteAtMs = floorTo(clock.nowMs(), MINUTE_MS);
    const isNewMinute = minuteAtMs !== this.#minuteAtMs;
    const tookMs = nowMs - this.#sliceAtMs;
    if (tookMs >= SLICE_MS || isNewMinute) {
      this.#sliceAtMs = nowMs;
      onSlice(this.#slice.list(), tookMs);
      this.#minute.takeFrom(this.#slice);
    }
    if (!isNewMinute) return undefined;
    const closedAtMs = this.#closeMinute();
    this.#minuteAtMs = minuteAtMs;
    return closedAtMs;
  }

  /** What Postgres has counted in a minute. */
  addServer(steps: readonly SeriesStep[]): void {
    this.#behind.push(...steps.map((step) => ({ ...step, writer: SERVER_WRITER })));
    this.#options.onMinute(steps);
  }

  /** Writes what waits. @throws AppError where the store cannot take it; nothing is lost by that */
  flush(): Promise<void> {
    if (!this.#options.mayWrite()) return Promise.resolve();
    this.#flushing ??= this.#behind.flush().finally(() => {
      this.#flushing = undefined;
    });
    this.#flushes += 1;
    return this.#flushing;
  }

  /** The minute under way goes in, too: the process ends. */
  async flushLast(): Promise<void> {
    this.#minute.takeFrom(this.#slice);
    this.#closeMinute();
    await this.flush();
  }

  /** Rows that were lost because the store was away for longer than an hour, or would never take them. */
  get dropped(): number {
    return this.#behind.dropped + this.#unfit;
  }

  async read(span: Span, statementId?: string): Promise<ReadSeries> {
    const [stored, waiting] = await this.#withWaiting(() => this.#options.store.read(span, statementId));
    const isIn = ({ atMs, ...step }: SeriesStep) =>
      atMs >= stored.span.fromMs &&
      atMs < stored.span.toMs &&
      (statementId === undefined || step.statementId === statementId);
    return { span: stored.span, series: addUp([...stored.series, ...waiting.filter(isIn)]) };
  }

  async readSteps(statementId: string, span: Span, stepMs: number): Promise<SeriesStep[]> {
    const [stored, waiting] = await this.#withWaiting(() => this.#options.store.readSteps(statementId, span, stepMs));
    const isIn = (step: SeriesStep) =>
      step.statementId === statementId && step.atMs >= span.fromMs && step.atMs < span.toMs;
    const own = waiting.filter(isIn).map((step) => ({ ...step, atMs: floorTo(step.atMs, stepMs) }));
    return [...stored, ...own];
  }

  /** Reads anew where a batch was written meanwhile, which might be counted twice or not at all. */
  async #withWaiting<Read>(read: () => Promise<Read>): Promise<[Read, SeriesStep[]]> {
    for (let tries = 1; ; tries += 1) {
      await this.#flushing?.catch(() => undefined);
      const waiting = [...this.#behind.waiting, ...this.#live()];
      const before = this.#flushes;
      const result = await read();
      if (before === this.#flushes || tries >= READ_AGAIN_MAX) return [result, waiting];
    }
  }

  /** What Postgres will never take must not stand in the way of what comes after it. */
  async #write(rows: readonly WrittenStep[]): Promise<void> {
    const { logger, store } = this.#options;
    try {
      await store.write(rows, this.#factsOf(rows));
    } catch (error) {
      if (!(error instanceof AppError && UNFIT[error.kind])) throw error;
      this.#unfit += rows.length;
      logger.error({ err: error }, 'figures of statements cannot be stored and are dropped');
    }
  }

  #closeMinute(): number {
    const atMs = this.#minuteAtMs;
    const series = keepHeaviest(this.#seriesOf(this.#minute.list()), SERIES_PER_MINUTE);
    const steps = series.map((one) => ({ ...one, atMs, writer: this.#writer }));
    this.#minute = new CallTable();
    this.#behind.push(...steps);
    this.#options.onMinute(steps);
    return atMs;
  }

  #live(): SeriesStep[] {
    const calls = [...this.#minute.list(), ...this.#slice.list()];
    return this.#seriesOf(calls).map((series) => ({ ...series, atMs: this.#minuteAtMs }));
  }

  #seriesOf(calls: readonly Calls[]): Series[] {
    const { directory } = this.#options;
    directory.refresh();
    const counted = calls.filter(({ totals }) => totals.calls > 0);
    return addUp(
      counted.map(({ lane, route, statement, totals }) => ({
        statementId: directory.named(statement, lane || null).id,
        ...{ route: storableText(route, ROUTE_MAX), isServer: false, totals },
      })),
    );
  }

  #factsOf(rows: readonly WrittenStep[]): StatementFacts[] {
    const ids = new Set(rows.map(({ statementId }) => statementId));
    return [...ids].flatMap((id) => this.#options.directory.withId(id) ?? []);
  }
}
