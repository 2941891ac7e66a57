/**
 * Asks production many small things, some at a time and for no longer than all of them may take. Where one lot took too long, waited
 * or failed, each of it is asked by itself, and what fails again is given up.
 */

import { adHocStatement } from '../../database/index.ts';
import { type ReadRows, readApart, sqlStateOf } from './connection.ts';

const PROBES_AT_ONCE = 20;
const PROBE_TIMEOUT_MS = 300;

/** For the rest of the transaction: nothing but a descent of an index will do. */
export const probeSettings = adHocStatement<[], never>({
  name: 'planner.probeSettings',
  lane: 'background',
  deadlineMs: 5_000,
  text: `select ${Object.entries({
    statement_timeout: `${PROBE_TIMEOUT_MS}ms`,
    enable_seqscan: 'off',
    enable_bitmapscan: 'off',
    enable_sort: 'off',
    enable_incremental_sort: 'off',
    enable_indexscan: 'on',
    enable_indexonlyscan: 'on',
  })
    .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
    .join(', ')}`,
});

export interface ProbeLots<Probe> {
  /** As `performance.now()` has it. */
  endAtMs: number;
  /** In a savepoint of its own. */
  ask(probes: readonly Probe[]): Promise<void>;
}

/** @returns those without an answer */
export async function probeInLots<Probe>(
  query: ReadRows,
  probes: readonly Probe[],
  { ask, endAtMs }: ProbeLots<Probe>,
): Promise<Probe[]> {
  const waiting: Probe[][] = [];
  for (let at = 0; at < probes.length; at += PROBES_AT_ONCE) waiting.push(probes.slice(at, at + PROBES_AT_ONCE));
  const missed: Probe[] = [];
  for (let lot = waiting.shift(); lot; lot = waiting.shift()) {
    const asked = lot;
    if (performance.now() >= endAtMs) missed.push(...lot);
    else if (await isAnswered(query, () => ask(asked))) continue;
    else if (lot.length === 1) missed.push(...lot);
    else waiting.push(...lot.map((one) => [one]));
  }
  return missed;
}

async function isAnswered(query: ReadRows, ask: () => Promise<void>): Promise<boolean> {
  try {
    await readApart(query, ask);
    return true;
  } catch (error) {
    // A table that went away meanwhile is no reason to give up all others; a connection that did is.
    const state = sqlStateOf(error) ?? '08';
    if (state.startsWith('08') || state.startsWith('57P')) throw error;
    return false;
  }
}
