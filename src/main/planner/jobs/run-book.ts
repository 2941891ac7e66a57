/**
 * The runs of the planner: asked for, done one after the other, kept with their reports. Over all servers of a database there is one
 * of a kind at a time; a server that dies leaves one behind that the others end.
 */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError, toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { createId } from '../../foundation/tokens.ts';
import { runEnded, runNotFound } from '../errors.ts';
import type { NewRun } from '../route-schemas.ts';
import type { Run, RunKind } from '../schema.ts';
import type { Progress } from './messages.ts';
import * as sql from './queries.ts';

/** A part of a report: compressed JSON. */
export interface ReportPart {
  readonly part: string;
  readonly body: Uint8Array;
}

export interface RunContext {
  readonly runId: string;
  readonly signal: AbortSignal;
  onProgress(progress: Progress): void;
  /** Which statistics it goes by. @param takenAt ISO 8601 */
  onSnapshot(takenAt: string): void;
}

export interface Performed {
  readonly parts: readonly ReportPart[];
  /** What was found, in one sentence. */
  readonly sentence: string;
}

export interface RunBookOptions {
  database: Pick<Database, 'query' | 'execute'>;
  clock: Pick<Clock, 'nowMs'>;
  logger: Logger;
  perform: (request: NewRun, context: RunContext) => Promise<Performed>;
  /** For tests. */
  everyMs?: number;
  endAbandonedEveryMs?: number;
}

interface LocalRun {
  readonly id: string;
  readonly request: NewRun;
  readonly abort: AbortController;
  startedAt: string | null;
  snapshotTakenAt: string | null;
  progress: Progress | null;
  sentence: string;
}

const LISTED = 30;
const EVERY_MS = 3_000;
/** Deleting what is old can wait. */
const TIDY_EVERY_MS = 3_600_000;
/** A run whose server has died is not shown as under way for long. */
const END_ABANDONED_EVERY_MS = 60_000;

export class RunBook {
  readonly service: Service;
  readonly #options: RunBookOptions;
  /** The first of them is under way. */
  readonly #queue: LocalRun[] = [];
  #working: Promise<void> | undefined;
  #tidiedAtMs = 0;
  #endedAtMs = 0;

  constructor(options: RunBookOptions) {
    this.#options = options;
    const periodic = createPeriodicService({
      ...{ name: 'planner.runs', intervalMs: options.everyMs ?? EVERY_MS, logger: options.logger },
      run: () => this.#run(),
    });
    this.service = {
      ...periodic,
      stop: async () => {
        for (const run of this.#queue) run.abort.abort(new Error('The server was stopped.'));
        await this.#working;
        await periodic.stop();
      },
    };
  }

  /** One of its kind that waits or runs already is given in its place. @param userId null where the clock asks */
  async start(request: NewRun, userId: string | null): Promise<Run> {
    const { clock, database } = this.#options;
    const { kind, ...options } = request;
    for (;;) {
      const askedAt = new Date(clock.nowMs()).toISOString();
      const params = [createId(), kind, JSON.stringify(options), askedAt, userId] as const;
      const [row] = await database.query(sql.insertRun, [...params]);
      if (row) {
        this.#enqueue(row, request);
        return toRun(row);
      }
      // Of a server that has died it must not keep everyone waiting.
      await database.execute(sql.endAbandoned, []);
      const [open] = await database.query(sql.readOpenRun, [kind]);
      if (open) return this.#view(open);
    }
  }

  #enqueue({ id, sentence }: sql.RunRow, request: NewRun): void {
    const abort = new AbortController();
    this.#queue.push({ id, request, abort, startedAt: null, snapshotTakenAt: null, progress: null, sentence });
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    for (let run = this.#queue[0]; run; run = this.#queue[0]) {
      await this.#perform(run);
      this.#queue.shift();
    }
  }

  async #perform(run: LocalRun): Promise<void> {
    const { clock, logger, perform } = this.#options;
    const { kind } = run.request;
    run.startedAt = new Date(clock.nowMs()).toISOString();
    run.sentence = 'It has begun.';
    try {
      run.abort.signal.throwIfAborted();
      await this.#save(run);
      const { parts, sentence } = await perform(run.request, {
        ...{ runId: run.id, signal: run.abort.signal },
        onProgress: (progress) => Object.assign(run, { progress, sentence: progress.sentence }),
        onSnapshot: (snapshotTakenAt) => Object.assign(run, { snapshotTakenAt }),
      });
      await this.#saveParts(run.id, parts);
      await this.#end(run, 'done', sentence);
    } catch (error) {
      const isGivenUp = run.abort.signal.aborted;
      const isForeseen = error instanceof AppError && error.kind !== 'internal';
      if (!isGivenUp && !isForeseen) logger.error({ err: toError(error), kind }, 'a run of the planner failed');
      const failed = isForeseen ? error.message : 'It failed, which is a fault of ours; the log says why.';
      await this.#end(run, isGivenUp ? 'cancelled' : 'failed', isGivenUp ? 'It was given up.' : failed).catch((fault) =>
        logger.warn({ err: toError(fault), kind }, 'the end of a run could not be written'),
      );
    }
  }

  async #saveParts(runId: string, parts: readonly ReportPart[]): Promise<void> {
    const bodies = parts.map(({ body }) => Buffer.from(body));
    await this.#options.database.execute(sql.saveParts, [runId, parts.map(({ part }) => part), bodies]);
  }

  async #end(run: LocalRun, state: 'done' | 'failed' | 'cancelled', sentence: string): Promise<void> {
    const { clock, database } = this.#options;
    const endedAt = new Date(clock.nowMs()).toISOString();
    await database.query(sql.endRun, [run.id, state, endedAt, sentence, run.snapshotTakenAt]);
  }

  /** Newest first. */
  async list(): Promise<Run[]> {
    return (await this.#options.database.query(sql.readRuns, [LISTED])).map((row) => this.#view(row));
  }

  /** @throws AppError run_not_found */
  async find(id: string): Promise<Run> {
    const [row] = await this.#options.database.query(sql.readRun, [id]);
    if (!row) throw runNotFound();
    return this.#view(row);
  }

  /** The newest that has a report. */
  async last(kind: RunKind): Promise<Run | null> {
    const [row] = await this.#options.database.query(sql.readLastRun, [kind]);
    return row ? toRun(row) : null;
  }

  /** When each kind was asked for last, whatever came of it; wall clock in milliseconds since 1970. */
  async lastAsked(): Promise<ReadonlyMap<RunKind, number>> {
    const rows = await this.#options.database.query(sql.readLastAsked, []);
    return new Map(rows.map(({ askedAt, kind }) => [kind, askedAt.getTime()]));
  }

  async part(runId: string, part: string): Promise<Buffer | null> {
    const [row] = await this.#options.database.query(sql.readPart, [runId, part]);
    return row?.body ?? null;
  }

  /** On whatever server it is under way. @throws AppError run_not_found, run_ended */
  async cancel(id: string): Promise<Run> {
    const { clock, database } = this.#options;
    const endedAt = new Date(clock.nowMs()).toISOString();
    const [row] = await database.query(sql.endRun, [id, 'cancelled', endedAt, 'It was given up.', null]);
    if (!row) {
      await this.find(id);
      throw runEnded();
    }
    this.#queue.find((run) => run.id === id)?.abort.abort(new Error('It was given up.'));
    return toRun(row);
  }

  #view(row: sql.RunRow): Run {
    const here = this.#queue.find(({ id }) => id === row.id);
    const run = toRun(row);
    if (!here?.startedAt || run.endedAt !== null) return run;
    const { progress, sentence, snapshotTakenAt, startedAt } = here;
    const steps = progress && { done: Math.round(progress.done), total: Math.round(progress.total) };
    return { ...run, state: 'running', startedAt, snapshotTakenAt, progress: steps, sentence };
  }

  async #save(run: LocalRun): Promise<void> {
    const { id, progress, sentence, snapshotTakenAt, startedAt } = run;
    const steps = [progress && Math.round(progress.done), progress && Math.round(progress.total)] as const;
    const params = [id, startedAt, snapshotTakenAt, ...steps, sentence] as const;
    const [kept] = await this.#options.database.query(sql.saveProgress, [...params]);
    if (!kept) run.abort.abort(new Error('It was given up on another server.'));
  }

  async #run(): Promise<void> {
    const { clock, database } = this.#options;
    for (const run of this.#queue) await this.#save(run);
    const nowMs = clock.nowMs();
    if (nowMs - this.#endedAtMs >= (this.#options.endAbandonedEveryMs ?? END_ABANDONED_EVERY_MS)) {
      await database.execute(sql.endAbandoned, []);
      this.#endedAtMs = nowMs;
    }
    if (nowMs - this.#tidiedAtMs < TIDY_EVERY_MS) return;
    await database.execute(sql.deleteOldParts, []);
    await database.execute(sql.deleteOldRuns, []);
    this.#tidiedAtMs = nowMs;
  }
}

function toRun({ askedAt, endedAt, snapshotTakenAt, startedAt, stepsDone, stepsTotal, ...row }: sql.RunRow): Run {
  const isOpen = endedAt === null;
  return {
    ...row,
    askedAt: askedAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    snapshotTakenAt: snapshotTakenAt?.toISOString() ?? null,
    progress: isOpen && stepsDone !== null && stepsTotal !== null ? { done: stepsDone, total: stepsTotal } : null,
  };
}
