/**
 * What statements will cost as their tables grow: the same statements planned in the twin at one to a hundred times today's rows, the plans
 * that flip on the way, the first cliff of each, and about when that is at the present rate of growth.
 */

import { groupGaps } from '../snapshot/gap-groups.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Twin } from '../twin/twin.ts';
import { prepareWorkload } from '../workload/prepare-workload.ts';
import type { WorkloadStatement } from '../workload/workload.ts';
import { type Growth, measureGrowth } from './growth.ts';
import { createScaler } from './scale-snapshot.ts';
import type { ForecastReport, ForecastStatement } from './schema.ts';
import { reportSentence } from './sentences.ts';
import { StatementWriter } from './statement-writer.ts';
import { Survey } from './survey.ts';

export interface ForecastOptions {
  /** Times today's rows, one of them 1. */
  factors?: readonly number[] | undefined;
  /** Earlier snapshots of the same database: how fast it grows. */
  history?: readonly Snapshot[] | undefined;
  /** Shows constants in plans: they may be users' data. */
  showValues?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** From 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

export const DEFAULT_FACTORS = [1, 2, 5, 10, 30, 100] as const;
const PREPARED_SHARE = 0.1;

/** @throws the signal's reason */
export async function forecastWorkload(
  twin: Twin,
  workload: readonly WorkloadStatement[],
  options: ForecastOptions = {},
): Promise<ForecastReport> {
  const { history = [], onProgress, signal } = options;
  const factors = [...new Set([1, ...(options.factors ?? DEFAULT_FACTORS)])].sort((a, b) => a - b);
  const { snapshot } = twin;
  const growth = measureGrowth(snapshot, history);
  const isGrowing = (schema: string, name: string) => growth.of(schema, name)?.isGrowing ?? false;
  const prepared = await prepareWorkload(twin, workload, {
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.((PREPARED_SHARE * done) / total),
  });
  const survey = new Survey(prepared.statements, snapshot, {
    twin,
    signal,
    scaler: createScaler({ snapshot, isGrowing, earlier: oldest(history) }),
    isGrowing: ({ name, schema }) => isGrowing(schema, name),
    onProgress: (share) => onProgress?.(PREPARED_SHARE + (1 - PREPARED_SHARE) * share),
  });
  try {
    await survey.run(factors);
    const writer = new StatementWriter({ survey, snapshot, growth, factors, showValues: options.showValues });
    const statements = await writer.writeAll(prepared.statements);
    statements.sort(byUrgency);
    return writeReport({ twin, growth, factors, statements, setAside: prepared.setAside });
  } finally {
    await survey.restore();
  }
}

function oldest(history: readonly Snapshot[]): Snapshot | undefined {
  return history.reduce<Snapshot | undefined>(
    (first, one) => (first === undefined || one.takenAt < first.takenAt ? one : first),
    undefined,
  );
}

/** The nearest cliff first; those without one by how steep they are and how much they cost. */
function byUrgency(one: ForecastStatement, other: ForecastStatement): number {
  const [a, b] = [one, other].map(({ cliff }) => cliff?.factor ?? Number.POSITIVE_INFINITY) as [number, number];
  if (a !== b) return a - b;
  const weight = ({ callsPerDay, points }: ForecastStatement) => (points.at(-1)?.cost ?? 0) * (callsPerDay ?? 1);
  return weight(other) - weight(one);
}

function writeReport({
  factors,
  growth,
  setAside,
  statements,
  twin,
}: {
  twin: Twin;
  growth: Growth;
  factors: readonly number[];
  statements: ForecastStatement[];
  setAside: readonly { statement: WorkloadStatement; why: string }[];
}): ForecastReport {
  const { database, takenAt } = twin.snapshot;
  const report = {
    takenAt,
    database,
    engine: `${twin.engine.kind === 'pglite' ? 'PGlite' : 'Postgres'} ${twin.engine.version}`,
    factors: [...factors],
    statements,
    unplanned: setAside.map(({ statement, why }) => ({ name: statement.name, why })),
    tables: growth.tables,
    bytes: growth.bytes,
    bytesPerDay: growth.bytesPerDay,
    growthSince: growth.since,
    assumptions: assumptionsOf(growth, twin.snapshot),
    gaps: groupGaps(twin.gaps),
  };
  return { ...report, sentence: reportSentence(report, factors.at(-1) as number) };
}

function assumptionsOf({ since, tables }: Growth, { relations }: Snapshot): string[] {
  const fixed = tables.filter(({ isGrowing, rows }) => !isGrowing && rows > 0).map(({ relation }) => relation);
  const assumed = tables.filter(({ basis, isGrowing }) => basis === 'assumed' && isGrowing);
  return [
    'All tables that grow do so by the same factor; their keys, times and foreign keys grow with them, and what has few values keeps them.',
    'Of a column of times the end stays the present: for up to three further years older rows are added, beyond that more of them a day.',
    ...(fixed.length === 0 ? [] : [`These keep their size: ${listed(fixed)}.`]),
    ...(assumed.length === 0 || since !== null
      ? []
      : ['How fast the tables grow is not known yet: dates come with the snapshots of a day.']),
    ...(relations.some(({ kind }) => kind === 'partitioned')
      ? ['Partitions grow; in truth further ones may come in their place.']
      : []),
  ];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
