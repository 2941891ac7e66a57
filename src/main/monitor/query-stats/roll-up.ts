/**
 * Sums minutes up into hours and hours into days once they are over, a step in a transaction of its own, by one process at a
 * time. What came late is caught up with: the two hours before are summed up anew with each hour.
 */

import type { Database, Transaction } from '../../database/index.ts';
import {
  clearSums,
  insertSums,
  readFirst,
  readRolledUntil,
  readSeries,
  saveRolledUntil,
  tryRollUpLock,
} from './figure-queries.ts';
import { toColumns, toSeries } from './figure-rows.ts';
import { keepHeaviest } from './series.ts';
import type { SeriesNumbers } from './series-numbers.ts';
import { DAY_MS, floorTo, HOUR_MS, MINUTE_MS, stepMsOf } from './spans.ts';

export interface RolledUntil {
  hour: number;
  day: number;
}

export interface RollUpOptions {
  database: Pick<Database, 'query' | 'transaction'>;
  numbers: SeriesNumbers;
  nowMs: () => number;
}

/** By then all processes have written their minutes. */
const LATE_MS = 5 * MINUTE_MS;
const HOURS_AGAIN = [2, 1];
const SERIES_PER_STEP = 80;
/** Of a long absence, a day at a time. */
const STEPS_AT_ONCE = 24;
const DEADLINE_MS = 20_000;

export async function rollUp(options: RollUpOptions): Promise<void> {
  for (let steps = 0; steps < STEPS_AT_ONCE; steps += 1) {
    const settings = { lane: 'background', deadlineMs: DEADLINE_MS, name: 'monitor.rollUpQueries' } as const;
    const hasWorked = await options.database.transaction(settings, (transaction) => rollUpNext(options, transaction));
    if (!hasWorked) return;
  }
}

export async function readUntil(reader: Pick<Database, 'query'> | Pick<Transaction, 'query'>): Promise<RolledUntil> {
  const until: RolledUntil = { hour: 0, day: 0 };
  for (const { rolledUntil, tier } of await reader.query(readRolledUntil, [])) until[tier] = rolledUntil.getTime();
  return until;
}

/** False where nothing is left to do, or another process does it. */
async function rollUpNext({ nowMs, numbers }: RollUpOptions, transaction: Transaction): Promise<boolean> {
  const [lock] = await transaction.query(tryRollUpLock, []);
  if (!lock?.isOurs) return false;
  const until = await readUntil(transaction);
  const overMs = floorTo(nowMs() - LATE_MS, HOUR_MS);
  if (until.hour < overMs) {
    const nextMs = await firstMsOf(transaction, 'minute', until.hour);
    // Hours in which nothing ran are passed over at once.
    const isThere = nextMs !== undefined && nextMs < overMs;
    const again = until.hour === 0 ? [] : HOURS_AGAIN.map((hours) => until.hour - hours * HOUR_MS);
    for (const atMs of [...again, ...(isThere ? [nextMs] : [])]) {
      await sumUp({ numbers, transaction, tier: 'hour', atMs });
    }
    await transaction.execute(saveRolledUntil, ['hour', new Date(isThere ? nextMs + HOUR_MS : overMs)]);
    return true;
  }
  const dayMs = await firstMsOf(transaction, 'hour', until.day);
  // Its last hours may still be summed up anew.
  if (dayMs === undefined || dayMs + DAY_MS > until.hour - HOURS_AGAIN.length * HOUR_MS) return false;
  await sumUp({ numbers, transaction, tier: 'day', atMs: dayMs });
  await transaction.execute(saveRolledUntil, ['day', new Date(dayMs + DAY_MS)]);
  return true;
}

/** When the first step began, from then on, that something of this tier belongs to. */
async function firstMsOf(
  transaction: Transaction,
  tier: 'minute' | 'hour',
  fromMs: number,
): Promise<number | undefined> {
  const [row] = await transaction.query(readFirst[tier], [new Date(fromMs)]);
  return row?.at ? floorTo(row.at.getTime(), tier === 'minute' ? HOUR_MS : DAY_MS) : undefined;
}

interface Sum {
  numbers: SeriesNumbers;
  transaction: Transaction;
  tier: 'hour' | 'day';
  atMs: number;
}

async function sumUp({ atMs, numbers, tier, transaction }: Sum): Promise<void> {
  const from = tier === 'hour' ? 'minute' : 'hour';
  const rows = await transaction.query(readSeries[from], [new Date(atMs), new Date(atMs + stepMsOf[tier]), null]);
  const steps = keepHeaviest(rows.map(toSeries), SERIES_PER_STEP).map((series) => ({ ...series, atMs }));
  // Series that are summed up have numbers already; only everything else may be new.
  const numbered = await numbers.number(steps, transaction);
  await transaction.execute(clearSums[tier], [new Date(atMs)]);
  await transaction.execute(insertSums[tier], [JSON.stringify(numbered.map(toColumns))]);
}
