/** A piece of work on an index: asked for, under way here, and as it is shown. */

import { indexWorkRefused } from '../errors.ts';
import type { IndexWork } from '../schema.ts';
import type { WorkRow } from './queries.ts';

export interface NewWork {
  readonly kind: 'create' | 'drop';
  readonly schema: string;
  readonly table: string;
  /** As the catalogs have it. */
  readonly index: string;
  /** One statement, `create index concurrently …` or `drop index concurrently …`. */
  readonly ddl: string;
  readonly undoDdl: string | null;
  readonly sizeBytes: number;
  readonly adviceId: string | null;
  /** The work that it takes back. */
  readonly undoes: string | null;
}

/** Under way in this process. */
export interface RunningWork extends NewWork {
  readonly id: string;
  readonly by: string;
  readonly startedAt: string;
  readonly abort: AbortController;
  state: IndexWork['state'];
  attempt: number;
  phase: string;
  share: number | null;
  sentence: string;
  endedAt: string | null;
}

const CREATES = /^create (unique )?index concurrently /i;
const DROPS = /^drop index concurrently /i;

/** The text comes from our own tables; it is looked at all the same. @throws AppError index_work_refused */
export function checkDdl({ ddl, kind }: Pick<NewWork, 'ddl' | 'kind'>): void {
  if ((kind === 'create' ? CREATES : DROPS).test(ddl)) return;
  throw indexWorkRefused(`Only ${kind} index concurrently is run from here, since others go on working meanwhile.`);
}

/** What takes it back, as work of its own. @throws AppError index_work_refused */
export function undoOf(row: WorkRow): NewWork {
  if (row.state !== 'done' || row.undoDdl === null) {
    throw indexWorkRefused('Only what was done to its end can be taken back.');
  }
  if (!row.isLast) throw indexWorkRefused('The same index was worked on since. Take that back, or do it by hand.');
  const { adviceId, index, schema, sizeBytes, table } = row;
  return {
    ...{ schema, table, index, sizeBytes, adviceId },
    kind: row.kind === 'create' ? 'drop' : 'create',
    ddl: row.undoDdl,
    undoDdl: row.ddl,
    undoes: row.id,
  };
}

export function viewOfRunning({ abort: _, sizeBytes: __, ...work }: RunningWork): IndexWork {
  return { ...work, canUndo: work.state === 'done' && work.undoDdl !== null };
}

export function viewOfRow({ endedAt, isAbandoned: _, isLast, sizeBytes: __, startedAt, ...row }: WorkRow): IndexWork {
  return {
    ...row,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    canUndo: isLast && row.state === 'done' && row.undoDdl !== null,
  };
}
