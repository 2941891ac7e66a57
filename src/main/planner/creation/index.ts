/**
 * Works on indexes in production: creates and drops them while others go on working, one at a time over all servers. Each is told
 * of in Postgres before it begins, so that a server that dies leaves no index behind that nobody knows of.
 */

import { type Database, findIndex, isBuildRunning } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { createId } from '../../foundation/tokens.ts';
import { indexWorkEnded, indexWorkNotFound, indexWorkRefused, indexWorkRunning } from '../errors.ts';
import type { IndexWork } from '../schema.ts';
import { type Circumstances, checkCircumstances } from './permission.ts';
import { deleteOldWorks, insertWork, readUnfinished, readWork, readWorks, saveWork, type WorkRow } from './queries.ts';
import { clearLeftovers, type RunOptions, runWork } from './run-steps.ts';
import { checkSteps, type NewWork, type RunningWork, undoOf, viewOfRow, viewOfRunning } from './work.ts';

/** For the timeline of incidents. */
export interface WorkNote {
  readonly kind: 'operator' | 'ddl';
  readonly sentence: string;
  readonly by?: string;
  readonly details: Record<string, string>;
}

export interface IndexWorksOptions extends Circumstances {
  database: Pick<Database, 'query' | 'execute' | 'openAlone'>;
  clock: Pick<Clock, 'nowMs'>;
  logger: Logger;
  note: (entry: WorkNote) => void;
  /** Called with each that has ended, after it was written. */
  onEnded: (work: IndexWork) => Promise<void>;
  /** For tests. */
  pace?: RunOptions['pace'] & { everyMs?: number };
}

const LISTED = 50;
/** Keeps the row alive, and looks for what others have left. */
const EVERY_MS = 15_000;
/** Clearing up waits for those that use the table: not for long at a time, since others want to be looked after. */
const CLEAR_LOCK_TIMEOUT_MS = 5_000;

export class IndexWorks {
  readonly service: Service;
  readonly #options: IndexWorksOptions;
  readonly #wake: () => void;
  #running: RunningWork | undefined;
  #working: Promise<void> | undefined;

  constructor(options: IndexWorksOptions) {
    this.#options = options;
    const periodic = createPeriodicService({
      ...{ name: 'planner.index-works', intervalMs: options.pace?.everyMs ?? EVERY_MS, logger: options.logger },
      run: () => this.#run(),
    });
    this.#wake = periodic.wake;
    this.service = {
      ...periodic,
      stop: async () => {
        this.#running?.abort.abort();
        await this.#working;
        await periodic.stop();
      },
    };
  }

  /**
   * Resolves when it has begun.
   *
   * @throws AppError index_work_running, index_work_refused, users_are_hurt, disk_has_no_room
   */
  async start(asked: NewWork, userId: string): Promise<IndexWork> {
    const { clock, database } = this.#options;
    checkSteps(asked);
    checkCircumstances(this.#options, asked.kind === 'create' ? asked.sizeBytes : 0);
    if (await isBuildRunning(database)) throw indexWorkRunning();
    const hasLeftover = await this.#checkIndex(asked);
    const work: RunningWork = {
      ...{ ...asked, id: createId(), by: userId, startedAt: new Date(clock.nowMs()).toISOString() },
      ...{ state: 'running', attempt: 1, phase: 'beginning', share: null, endedAt: null },
      sentence: asked.kind === 'create' ? 'The index is being created.' : 'The index is being dropped.',
      abort: new AbortController(),
    };
    const [row] = await database.query(insertWork, [
      ...([work.id, work.kind, work.schema, work.table, work.index, work.ddl, work.undoDdl] as const),
      ...([work.sizeBytes, work.sentence, work.by, work.startedAt, work.adviceId, work.undoes] as const),
      work.steps,
    ]);
    if (!row) {
      // Perhaps of a server that has died: it is looked after at once.
      this.#wake();
      throw indexWorkRunning();
    }
    this.#running = work;
    const sentence = `An operator has begun to ${work.kind} the index ${work.index}: ${work.ddl}`;
    this.#note(work, { kind: 'operator', sentence, by: userId });
    this.#working = this.#work(work, hasLeftover);
    return viewOfRunning(work);
  }

  /** @throws AppError index_work_refused @returns whether one that is not valid is in the way */
  async #checkIndex({ index, kind, schema }: NewWork): Promise<boolean> {
    const [known] = await this.#options.database.query(findIndex, [schema, index]);
    if (kind === 'create' && known?.isValid) throw indexWorkRefused(`There is an index ${schema}.${index} already.`);
    if (kind === 'drop' && !known) throw indexWorkRefused(`There is no index ${schema}.${index} any more.`);
    return kind === 'create' && known !== undefined;
  }

  async #work(work: RunningWork, hasLeftover: boolean): Promise<void> {
    const { clock } = this.#options;
    const end = await runWork(work, hasLeftover, this.#options);
    const isDone = end.state === 'done';
    const endedAt = new Date(clock.nowMs()).toISOString();
    const { sentence, state } = end;
    Object.assign(work, { sentence, state, endedAt, phase: 'ended', share: isDone ? 1 : work.share });
    const told = isDone ? sentence : `It was not ${work.kind === 'create' ? 'created' : 'dropped'}. ${sentence}`;
    this.#note(work, { kind: 'ddl', sentence: `${work.index}: ${told}` });
    await this.#saveEnd(work);
    if (!isDone) this.#wake();
  }

  /** Newest first. @throws AppError */
  async list(): Promise<IndexWork[]> {
    const rows = await this.#options.database.query(readWorks, [LISTED]);
    return rows.map((row) => this.view(row));
  }

  /** What is under way here is told from memory: Postgres is told of it now and then. */
  view(row: WorkRow): IndexWork {
    return this.#running?.id === row.id ? viewOfRunning(this.#running) : viewOfRow(row);
  }

  /** Resolves at once: what is under way ends a little later. @throws AppError index_work_not_found, index_work_ended */
  async cancel(id: string, userId: string): Promise<IndexWork> {
    const work = this.#running;
    if (work?.id !== id || work.state !== 'running') {
      const row = await this.#find(id);
      if (row.state !== 'running') throw indexWorkEnded();
      throw indexWorkRefused('It is under way on another server. Ask that one, or end its session.');
    }
    work.abort.abort();
    work.sentence = 'It is being given up.';
    this.#note(work, {
      kind: 'operator',
      sentence: `An operator gives up work on the index ${work.index}.`,
      by: userId,
    });
    return viewOfRunning(work);
  }

  /** @throws AppError index_work_not_found, and what `start` throws */
  async undo(id: string, userId: string): Promise<IndexWork> {
    return this.start(undoOf(await this.#find(id)), userId);
  }

  async #find(id: string): Promise<WorkRow> {
    const [row] = await this.#options.database.query(readWork, [id]);
    if (!row) throw indexWorkNotFound();
    return row;
  }

  async #run(): Promise<void> {
    const { database } = this.#options;
    const work = this.#running;
    if (work && work.state !== 'running') await this.#saveEnd(work);
    else if (work) await this.#save(work);
    for (const row of await database.query(readUnfinished, [LISTED])) {
      if (row.index !== this.#running?.index) await this.#clearUp(row);
    }
    await database.execute(deleteOldWorks, []);
  }

  /** What was left is dropped; of a server that died meanwhile the work may have come to its end all the same. */
  async #clearUp(row: WorkRow): Promise<void> {
    const { clock, database, logger, pace } = this.#options;
    try {
      const wasDropped = await clearLeftovers(row, this.#options, pace?.lockTimeoutMs ?? CLEAR_LOCK_TIMEOUT_MS);
      if (!wasDropped && !row.isAbandoned) return;
      const [index] = await database.query(findIndex, [row.schema, row.index]);
      const isDone = row.kind === 'create' ? index?.isValid === true : !index;
      const found = isDone
        ? `The server that did it has ended meanwhile; the index is ${row.kind === 'create' ? 'there and valid' : 'dropped'}.`
        : `${row.isAbandoned ? 'The server that did it has ended.' : row.sentence}`;
      const sentence = wasDropped && row.kind === 'create' ? `${found} What it had begun was dropped.` : found;
      const endedAt = row.endedAt?.toISOString() ?? new Date(clock.nowMs()).toISOString();
      const state = isDone ? 'done' : row.isAbandoned ? 'failed' : row.state;
      await this.#save({ ...row, state, sentence, endedAt, phase: 'ended' });
      this.#note(row, { kind: 'ddl', sentence: `${row.index}: ${sentence}` });
      if (state !== row.state) await this.#options.onEnded({ ...viewOfRow(row), state, sentence, endedAt });
    } catch (error) {
      logger.info({ err: toError(error), index: row.index }, 'what is left of an index is dropped later');
    }
  }

  async #saveEnd(work: RunningWork): Promise<void> {
    try {
      await this.#save(work);
      await this.#options.onEnded(viewOfRunning(work));
      if (this.#running === work) this.#running = undefined;
    } catch (error) {
      this.#options.logger.warn({ err: toError(error) }, 'the end of work on an index waits to be written');
    }
  }

  async #save(work: Pick<RunningWork, 'id' | 'attempt' | 'phase' | 'share' | 'sentence' | 'endedAt' | 'state'>) {
    const { attempt, endedAt, id, phase, sentence, share, state } = work;
    await this.#options.database.execute(saveWork, [id, state, attempt, phase, share, sentence, endedAt]);
  }

  #note({ id, index }: Pick<RunningWork, 'id' | 'index'>, entry: Omit<WorkNote, 'details'>): void {
    this.#options.note({ ...entry, details: { work: id, index } });
  }
}
