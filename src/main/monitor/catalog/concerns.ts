/**
 * What is to be said of a table or an index, in sentences. Only what somebody could act on: a small table is never a concern,
 * and an index is not called unused before a week of counting.
 */

import type { TableRates } from './counters.ts';
import type { IndexRow, TableRow } from './queries.ts';

const MB = 1_048_576;
const DAY_MS = 86_400_000;
const DEAD_ROWS_MIN = 10_000;
const DEAD_SHARE = 0.2;
const SEQ_ROWS_MIN = 10_000;
const SEQ_ROWS_PER_HOUR = 5_000_000;
const ANALYZED_ROWS_MIN = 1_000;
/** Autovacuum begins to freeze at its own limit; beyond this much more it does not get through. */
const FREEZE_EXCESS = 1.5;
const UNUSED_BYTES_MIN = MB;
const UNUSED_DAYS = 7;

export interface TableSurroundings {
  nowMs: number;
  freezeMaxAge: number;
  rates: TableRates | null;
}

export function tableConcerns(row: TableRow, { freezeMaxAge, nowMs, rates }: TableSurroundings): string[] {
  const concerns: string[] = [];
  const { deadRows, frozenXidAge, isVacuumOff, lastAnalyzeAt, lastVacuumAt, liveRows } = row;
  if (frozenXidAge > freezeMaxAge * FREEZE_EXCESS) {
    concerns.push(
      `Its oldest rows are ${millions(frozenXidAge)} million transactions old and vacuum does not get to them: at 2,100 million Postgres stops writing.`,
    );
  }
  const deadShare = deadRows / Math.max(1, deadRows + liveRows);
  if (deadRows >= DEAD_ROWS_MIN && deadShare >= DEAD_SHARE) {
    concerns.push(
      `${percent(deadShare)} of its rows are dead and still there; it was vacuumed ${ago(lastVacuumAt, nowMs)}.`,
    );
  }
  if (isVacuumOff) concerns.push('Autovacuum is switched off for it, so dead rows stay until somebody runs VACUUM.');
  if (lastAnalyzeAt === null && liveRows >= ANALYZED_ROWS_MIN) {
    concerns.push('It was never analyzed, so plans for it are guesses; ANALYZE takes seconds.');
  }
  const rowsPerHour = rates ? rates.seqScansPerHour * (rates.seqRowsPerScan ?? 0) : 0;
  if (rates && (rates.seqRowsPerScan ?? 0) >= SEQ_ROWS_MIN && rowsPerHour >= SEQ_ROWS_PER_HOUR) {
    const times = count(rates.seqScansPerHour);
    concerns.push(
      `It is read from end to end ${times} times an hour, ${count(rates.seqRowsPerScan ?? 0)} rows each time: an index may be missing.`,
    );
  }
  return concerns;
}

export interface IndexSurroundings {
  nowMs: number;
  /** Since when it is seen not to be used; null where it is used, or new to us. */
  unusedSinceMs: number | null;
  /** All indexes of the same table. */
  siblings: readonly IndexRow[];
}

export function indexConcerns(row: IndexRow, { nowMs, siblings, unusedSinceMs }: IndexSurroundings): string[] {
  if (!row.isValid) {
    return row.isBuilding
      ? ['It is being built at this moment.']
      : [
          'It is not valid: a build was broken off. It costs every write and serves no query; drop it and build it again.',
        ];
  }
  const concerns: string[] = [];
  const cover = siblings.find((other) => other.oid !== row.oid && makesNeedless(other, row));
  if (cover) concerns.push(`${cover.name} begins with the same columns and does all that it does.`);
  const days = unusedSinceMs === null ? 0 : Math.floor((nowMs - unusedSinceMs) / DAY_MS);
  const isFree = !row.isNeeded && !row.isUnique && row.bytes >= UNUSED_BYTES_MIN;
  if (isFree && days >= UNUSED_DAYS) {
    const size = `${count(row.bytes / MB)} MB`;
    concerns.push(
      `No query on this server has used it for ${days} days, and each write keeps it up to date (${size}). Replicas count for themselves.`,
    );
  }
  return concerns;
}

/** Whether `other` can do whatever `row` does: the same columns in the same order, and perhaps more behind them. */
function makesNeedless(other: IndexRow, row: IndexRow): boolean {
  if (row.isNeeded || row.isUnique || row.method !== 'btree' || other.method !== 'btree' || !other.isValid)
    return false;
  if (other.conditions !== row.conditions) return false;
  // Places of expressions say nothing of the expressions: those are equal only as a whole.
  const hasExpression = row.conditions.split('|', 1)[0] !== '';
  if (hasExpression && other.keys.length !== row.keys.length) return false;
  if (row.keys.some((key, place) => other.keys[place] !== key)) return false;
  const columns = new Set([...other.keys.map((key) => key.split(':', 1)[0]), ...other.included]);
  if (!row.included.every((column) => columns.has(column))) return false;
  const isTwin = other.keys.length === row.keys.length && !other.isNeeded && !other.isUnique;
  // Of two that are the same, one alone is told to go.
  return !isTwin || other.included.length > row.included.length || other.oid < row.oid;
}

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

function count(value: number): string {
  return numbers.format(value);
}

function millions(value: number): string {
  return count(value / 1_000_000);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function ago(at: Date | null, nowMs: number): string {
  if (!at) return 'never';
  const hours = (nowMs - at.getTime()) / 3_600_000;
  if (hours < 1) return 'within the last hour';
  return hours < 48 ? `${Math.round(hours)} hours ago` : `${Math.round(hours / 24)} days ago`;
}
