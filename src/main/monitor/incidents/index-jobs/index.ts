/** Creating an index with one call: one at a time in this server, told of in Postgres so that a restart forgets none of it. */

import {
  type BuildEnd,
  type BuildOptions,
  type BuildProgress,
  buildIndex,
  type Database,
  dropLeftover,
  findIndex,
  isBuildRunning,
} from '../../../database/index.ts';
import type { Clock } from '../../../foundation/clock.ts';
import { toError } from '../../../foundation/errors.ts';
import type { Logger } from '../../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../../foundation/service.ts';
import { createId } from '../../../foundation/tokens.ts';
import { indexExists, indexJobEnded, indexJobNotFound, indexJobRunning, indexRefused } from '../errors.ts';
import { patiently } from '../patient-run.ts';
import type { IndexJob } from '../schema.ts';
import type { Timeline } from '../timeline.ts';
import { quoteName, readIndexSql, writeIndexSql } from './index-sql.ts';
import { deleteOldJobs, findTable, type JobRow, readJobs, readLeftovers, saveJob } from './queries.ts';

export interface IndexJobsOptions {
  database: Pick<Database, 'query' | 'execute' | 'openAlone'>;
  timeline: Pick<Timeline, 'note'>;
  clock: Pick<Clock, 'nowMs'>;
  logger: Logger;
  /** For tests. */
  pace?: Pick<BuildOptions, 'lookEveryMs' | 'lockTimeoutMs'> & { everyMs?: number };
}

interface Job extends IndexJob {
  readonly schemaName: string;
  readonly indexName: string;
  readonly by: string;
  readonly abort: AbortController;
}

const LISTED = 20;
/** Keeps the row alive, and looks for those of servers that have died. */
const EVERY_MS = 15_000;
/** One who drops it waits for those that use the table: not for long at a time, since others want to be looked after. */
const DROP_LOCK_TIMEOUT_MS = 5_000;
const TABLES = new Set(['r', 'm']);

export class IndexJobs {
  readonly service: Service;
  readonly #options: IndexJobsOptions;
  readonly #wake: () => void;
  #running: Job | undefined;
  #building: Promise<void> | undefined;
  /** Between the check that none is running and its start. */
  #isStarting = false;
  /** Ended here, and perhaps not written yet. */
  #ended: Job | undefined;

  constructor(options: IndexJobsOptions) {
    this.#options = options;
    const periodic = createPeriodicService({
      ...{ name: 'index jobs', intervalMs: options.pace?.everyMs ?? EVERY_MS, logger: options.logger },
      run: patiently(options.logger, 'index jobs', () => this.#run()),
    });
    this.#wake = periodic.wake;
    this.service = {
      ...periodic,
      stop: async () => {
        this.#running?.abort.abort();
        await this.#building;
        await periodic.stop();
      },
    };
  }

  /** @throws AppError index_refused, index_exists, index_job_running */
  async create(text: string, userId: string): Promise<IndexJob> {
    const asked = readIndexSql(text);
    if (this.#running || this.#isStarting) throw indexJobRunning();
    this.#isStarting = true;
    try {
      const { database } = this.#options;
      const [table] = await database.query(findTable, [asked.table]);
      if (!table) throw indexRefused(`There is no table ${asked.table}.`);
      if (!TABLES.has(table.kind)) {
        throw indexRefused(`${asked.table} is no ordinary table; an index of it cannot be built without a standstill.`);
      }
      const { schema: schemaName } = table;
      const { indexName } = asked;
      const [known] = await database.query(findIndex, [schemaName, indexName]);
      if (known?.isValid) throw indexExists(`${schemaName}.${indexName}`);
      // Of another server, or of the planner: two at once would wait for each other.
      if (await isBuildRunning(database)) throw indexJobRunning();
      // By its full name: another connection may have another search path.
      const sql = writeIndexSql(asked, `${quoteName(schemaName)}.${quoteName(table.relation)}`);
      return await this.#start({ sql, schemaName, indexName }, userId, known !== undefined);
    } finally {
      this.#isStarting = false;
    }
  }

  async #start(
    target: { sql: string; schemaName: string; indexName: string },
    userId: string,
    hasLeftover: boolean,
  ): Promise<IndexJob> {
    const { clock, timeline } = this.#options;
    const job: Job = {
      ...{ id: createId(), ...target, by: userId, state: 'running', phase: 'beginning', share: null },
      startedAt: new Date(clock.nowMs()).toISOString(),
      ...{ endedAt: null, sentence: 'It is being built.', abort: new AbortController() },
    };
    await this.#save(job);
    this.#running = job;
    timeline.note({
      kind: 'operator',
      sentence: `An operator has begun to build the index ${target.indexName}: ${target.sql}`,
      ...{ by: userId, details: { action: 'create_index', job: job.id, index: target.indexName } },
    });
    this.#building = this.#build(job, hasLeftover);
    return toView(job);
  }

  async #build(job: Job, hasLeftover: boolean): Promise<void> {
    const { clock, logger, timeline } = this.#options;
    const end = await this.#runBuild(job, hasLeftover);
    const isDone = end.state === 'done';
    const endedAt = new Date(clock.nowMs()).toISOString();
    Object.assign(job, end, { endedAt, phase: 'ended', share: isDone ? 1 : job.share });
    this.#running = undefined;
    this.#ended = job;
    const sentence = isDone ? end.sentence : `The index ${job.indexName} was not built. ${end.sentence}`;
    timeline.note({ kind: 'ddl', sentence, details: { job: job.id, index: job.indexName, state: end.state } });
    await this.#saveEnded().catch((error) =>
      logger.warn({ err: toError(error) }, 'the end of an index job waits to be written'),
    );
    if (!isDone) this.#wake();
  }

  async #runBuild(job: Job, hasLeftover: boolean): Promise<BuildEnd> {
    const { database, pace } = this.#options;
    const onProgress = ({ phase, share }: BuildProgress) => Object.assign(job, { phase, share });
    try {
      if (hasLeftover) await dropLeftover(job, database, pace?.lockTimeoutMs);
    } catch {
      const left =
        'One of that name, left by an attempt before, is there and cannot be dropped while others use the table.';
      return { state: 'failed', sentence: left };
    }
    return buildIndex(job, { ...pace, database, onProgress, signal: job.abort.signal });
  }

  async list(): Promise<IndexJob[]> {
    const rows = await this.#options.database.query(readJobs, [LISTED]);
    return rows.map((row) => {
      const here = [this.#running, this.#ended].find((job) => job?.id === row.id);
      return here ? toView(here) : fromRow(row);
    });
  }

  /** Resolves at once: what is under way ends a little later. @throws AppError index_job_not_found, index_job_ended */
  async cancel(id: string, userId: string): Promise<IndexJob> {
    const job = this.#running;
    if (job?.id !== id) {
      const known = (await this.list()).find((one) => one.id === id);
      if (!known) throw indexJobNotFound();
      throw indexJobEnded();
    }
    job.abort.abort();
    job.sentence = 'It is being given up.';
    const sentence = `An operator gives up building the index ${job.indexName}.`;
    const details = { action: 'cancel_index', job: id, index: job.indexName };
    this.#options.timeline.note({ kind: 'operator', sentence, by: userId, details });
    return toView(job);
  }

  async #run(): Promise<void> {
    const { database } = this.#options;
    if (this.#running) await this.#save(this.#running);
    await this.#saveEnded();
    for (const row of await database.query(readLeftovers, [LISTED])) {
      if (row.indexName !== this.#running?.indexName) await this.#clearUp(row);
    }
    await database.execute(deleteOldJobs, []);
  }

  /** What an attempt has left is dropped; of a server that died meanwhile the build may have ended all the same. */
  async #clearUp(row: JobRow): Promise<void> {
    const { clock, database, logger, pace, timeline } = this.#options;
    try {
      const wasDropped = await dropLeftover(row, database, pace?.lockTimeoutMs ?? DROP_LOCK_TIMEOUT_MS);
      const [index] = row.isAbandoned ? await database.query(findIndex, [row.schemaName, row.indexName]) : [];
      if (!wasDropped && !row.isAbandoned) return;
      const dropped = wasDropped ? ' What it had begun was dropped.' : '';
      const died = index?.isValid
        ? 'The index is there and valid; the server that built it has ended meanwhile.'
        : `The server that built it has ended.${dropped}`;
      const state = row.isAbandoned ? (index?.isValid ? 'done' : 'failed') : row.state;
      const sentence = row.isAbandoned ? died : `${row.sentence}${dropped}`;
      const endedAt = row.endedAt?.toISOString() ?? new Date(clock.nowMs()).toISOString();
      await this.#save({ ...row, state, sentence, endedAt, phase: 'ended' });
      timeline.note({ kind: 'ddl', sentence: `${row.indexName}: ${sentence}`, details: { job: row.id, state } });
    } catch (error) {
      logger.info({ err: toError(error), index: row.indexName }, 'what is left of an index is dropped later');
    }
  }

  async #saveEnded(): Promise<void> {
    const ended = this.#ended;
    if (!ended) return;
    await this.#save(ended);
    if (this.#ended === ended) this.#ended = undefined;
  }

  async #save(job: Omit<Job, 'abort' | 'startedAt'> & { startedAt: string | Date }): Promise<void> {
    await this.#options.database.execute(saveJob, [
      ...([job.id, job.sql, job.schemaName, job.indexName] as const),
      ...([job.state, job.phase, job.share, job.sentence] as const),
      ...([job.by, new Date(job.startedAt).toISOString(), job.endedAt] as const),
    ]);
  }
}

function toView({ endedAt, id, phase, sentence, share, sql, startedAt, state }: IndexJob): IndexJob {
  return { id, sql, state, phase, share, startedAt, endedAt, sentence };
}

function fromRow(row: JobRow): IndexJob {
  const { endedAt, startedAt, ...rest } = row;
  return toView({ ...rest, startedAt: startedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null });
}
