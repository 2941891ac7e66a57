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
  readonly ddl: string;
  /** The same as single statements, in order: several where the table is partitioned. */
  readonly steps: readonly string[];
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

/** Of a partitioned table the parent's index is made empty, or dropped with all of its parts: both are done in a moment. */
const ALLOWED = {
  create: /^(create (unique )?index (concurrently |("(?:[^"]|"")+"|\S+) on only )|alter index .+ attach partition )/i,
  drop: /^drop index /i,
};
const MADE =
  /^create (?:unique )?index (?:concurrently )?("(?:[^"]|"")+"|[^\s"]+) on (?:only )?("(?:[^"]|"")+"|[^\s".]+)\./i;

/** The texts come from our own tables; they are looked at all the same. @throws AppError index_work_refused */
export function checkSteps({ kind, steps }: Pick<NewWork, 'kind' | 'steps'>): void {
  if (steps.length > 0 && steps.every((step) => ALLOWED[kind].test(step))) return;
  throw indexWorkRefused(`Only what lets others go on working is run from here: ${kind} index concurrently.`);
}

/** What one of several steps makes; undefined where it makes nothing. */
export function madeBy(step: string): { schemaName: string; indexName: string } | undefined {
  const [, indexName, schemaName] = MADE.exec(step) ?? [];
  if (indexName === undefined || schemaName === undefined) return undefined;
  return { schemaName: plainName(schemaName), indexName: plainName(indexName) };
}

function plainName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
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
    steps: [row.undoDdl],
    // Several statements are taken back by one, and not the other way round.
    undoDdl: row.steps.length === 1 ? row.ddl : null,
    undoes: row.id,
  };
}

export function viewOfRunning({ abort: _, sizeBytes: __, steps: ___, ...work }: RunningWork): IndexWork {
  return { ...work, canUndo: work.state === 'done' && work.undoDdl !== null };
}

export function viewOfRow({
  endedAt,
  isAbandoned: _,
  isLast,
  sizeBytes: __,
  startedAt,
  steps: ___,
  ...row
}: WorkRow): IndexWork {
  return {
    ...row,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    canUndo: isLast && row.state === 'done' && row.undoDdl !== null,
  };
}
