/**
 * How a column grows with its table: whether new rows bring new values, and whether its ends move. A status keeps its five values, a
 * key has as many as there are rows, a customer's id grows with the customers. What lies between (names, places) grows
 * like the words of a text, by a power of the rows; two snapshots that are apart tell which.
 */

import type { ColumnStatistics, Snapshot, SnapshotColumn, SnapshotRelation } from '../snapshot/snapshot.ts';
import { momentMs } from './value-ends.ts';

export interface ColumnGrowth {
  /** Distinct values grow by the rows to this power: 0 they stay, 1 they grow alike. */
  exponent: number;
  ends: 'stay' | 'moments' | 'counts';
}

export interface GrowthSurroundings {
  snapshot: Snapshot;
  /** Whether a table grows at all. */
  isGrowing: (schema: string, name: string) => boolean;
  /** The same database some time ago. */
  earlier?: Snapshot | undefined;
}

const stays: ColumnGrowth = { exponent: 0, ends: 'stay' };
/** So much of the rows is told by the list of common values where that is all values there are. */
const CLOSED_SHARE = 0.99;
const COUNTER_CORRELATION = 0.95;
const MOMENT_TYPE = /^(?:timestamp|date\b)/;
const WHOLE_TYPE = /^(?:smallint|integer|bigint)$/;
/** The last moment is so near the present, against the whole span, where rows are still being added at the end. */
const RECENT_SHARE = 0.1;
const DAY_MS = 86_400_000;
/** Less growth than this says nothing of the values. */
const TOLD_BY_ROWS = 1.2;

export function columnGrowth(
  relation: SnapshotRelation,
  column: SnapshotColumn,
  surroundings: GrowthSurroundings,
): ColumnGrowth {
  const statistics = column.statistics ?? column.inheritedStatistics;
  if (!statistics) return stays;
  const { snapshot } = surroundings;
  if (isMovingMoment(column, statistics, snapshot)) return { exponent: 1, ends: 'moments' };
  const foreign = relation.constraints.find(
    ({ columns, kind, references }) =>
      kind === 'foreign' && columns.length === 1 && columns[0] === column.name && references,
  )?.references;
  if (foreign) return foreignGrowth(foreign, surroundings);
  if (isCounter(relation, column, statistics)) return { exponent: 1, ends: 'counts' };
  if (statistics.distinct < 0) return { exponent: 1, ends: 'stay' };
  if (isClosed(column, statistics, snapshot)) return stays;
  return {
    exponent: learntExponent(relation, column, surroundings) ?? guessedExponent(statistics, relation),
    ends: 'stay',
  };
}

function foreignGrowth(
  { columns, name, schema }: { schema: string; name: string; columns: string[] },
  { isGrowing, snapshot }: GrowthSurroundings,
): ColumnGrowth {
  if (!isGrowing(schema, name)) return stays;
  const target = snapshot.relations.find((one) => one.schema === schema && one.name === name);
  const key = target?.columns.find((one) => one.name === columns[0]);
  const counts = target && key?.statistics && isCounter(target, key, key.statistics);
  return { exponent: 1, ends: counts ? 'counts' : 'stay' };
}

function isMovingMoment(
  { type }: SnapshotColumn,
  { ends, histogram }: ColumnStatistics,
  { takenAt }: Snapshot,
): boolean {
  if (!MOMENT_TYPE.test(type) || !histogram || histogram.length < 2) return false;
  const first = momentMs(ends?.[0] ?? (histogram[0] as string));
  const last = momentMs(ends?.[1] ?? (histogram.at(-1) as string));
  if (first === undefined || last === undefined) return false;
  const away = Math.abs(Date.parse(takenAt) - last);
  return away <= Math.max(DAY_MS, (last - first) * RECENT_SHARE);
}

function isCounter(relation: SnapshotRelation, column: SnapshotColumn, statistics: ColumnStatistics): boolean {
  if (!WHOLE_TYPE.test(column.type)) return false;
  const isKey = relation.constraints.some(
    ({ columns, kind }) =>
      (kind === 'primary' || kind === 'unique') && columns.length === 1 && columns[0] === column.name,
  );
  if (column.identity) return true;
  return (isKey || statistics.distinct === -1) && (statistics.correlation ?? 0) >= COUNTER_CORRELATION;
}

/** All values there are stand in the list of common ones, or in the type. */
function isClosed({ type }: SnapshotColumn, statistics: ColumnStatistics, { objects }: Snapshot): boolean {
  if (type === 'boolean') return true;
  const bare = type.replace(/^.*\./, '').replaceAll('"', '');
  if (objects.some(({ kind, name }) => kind === 'enum' && name === bare)) return true;
  const { commonFrequencies = [], commonValues = [], nullFraction } = statistics;
  const told = commonFrequencies.reduce((sum, one) => sum + one, nullFraction);
  return told >= CLOSED_SHARE && commonValues.length >= statistics.distinct * CLOSED_SHARE;
}

/** From how many values there were when the table had fewer rows. */
function learntExponent(
  relation: SnapshotRelation,
  column: SnapshotColumn,
  { earlier }: GrowthSurroundings,
): number | undefined {
  const then = earlier?.relations.find(({ name, schema }) => schema === relation.schema && name === relation.name);
  const before = then?.columns.find(({ name }) => name === column.name)?.statistics;
  if (!then || !before || before.distinct <= 0 || then.size.tuples <= 0) return undefined;
  const rows = relation.size.tuples / then.size.tuples;
  if (rows < TOLD_BY_ROWS) return undefined;
  return clamp(Math.log((column.statistics?.distinct ?? before.distinct) / before.distinct) / Math.log(rows));
}

/** Five values in a million rows hardly grow, half a million of them nearly do as the rows. */
function guessedExponent({ distinct }: ColumnStatistics, { size }: SnapshotRelation): number {
  if (size.tuples <= 1 || distinct <= 1) return 0;
  return clamp(Math.log(distinct) / Math.log(size.tuples));
}

function clamp(exponent: number): number {
  return Math.min(1, Math.max(0, exponent));
}
