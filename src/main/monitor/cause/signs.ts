/**
 * By what trouble is known, before anyone has called: somebody waits, or was refused, or is about to be, since what holds
 * connections piles up. One slow report alone, with room for all others, is no trouble.
 */

import type { LaneSnapshot, Lease } from '../../database/index.ts';
import type { Baseline } from './baseline.ts';
import { type HoldState, holdStateOf, type SeenWaiting, stateAgeMs } from './lease-state.ts';
import { heldByDelay, readSlowdown, type StatementPicture } from './picture.ts';

export interface Sign {
  name: 'waiting' | 'piling_up' | 'lock_wait' | 'leak' | 'idle_in_transaction' | 'slow' | 'refused' | 'connect_failed';
  /** For a person. */
  sentence: string;
}

export interface SignSources {
  nowMs: number;
  /** Without those of the control lane. */
  leases: readonly Lease[];
  lanes: readonly LaneSnapshot[];
  baseline: Baseline;
  waiting: SeenWaiting;
}

const WAITED_MS = 100;
const OUTSTAYED_MS = 400;
const IDLE_MS = 1_000;
/** Of a lane: with less than this free, one more that holds on and does nothing is felt. */
const SHORT_OF_ROOM = 0.5;
/** These wait by design, or look after the pool itself. */
const PATIENT = new Set(['control', 'background']);

export function readSigns(sources: SignSources): Sign[] {
  const busy = sources.leases.filter(({ admitted }) => !PATIENT.has(admitted.lane));
  const signs = [readWaiting(sources.lanes), readPile({ ...sources, leases: busy })];
  signs.push(readLockWait({ ...sources, leases: busy }));
  signs.push(readIdle({ ...sources, leases: busy }, 'idleOutside'));
  signs.push(readIdle({ ...sources, leases: busy }, 'idleInTransaction'));
  return signs.filter((sign) => sign !== undefined);
}

function readWaiting(lanes: readonly LaneSnapshot[]): Sign | undefined {
  for (const { name, oldestWaitMs, waiting } of lanes) {
    if (PATIENT.has(name) || oldestWaitMs < WAITED_MS) continue;
    const who = waiting === 1 ? 'one caller waits' : `${waiting} callers wait`;
    return { name: 'waiting', sentence: `In the lane ${name} ${who}, the longest for ${Math.round(oldestWaitMs)} ms.` };
  }
  return undefined;
}

/** Several of one statement run at once, beyond what is usual of it, one of them for long: the lane is filling. */
function readPile({ baseline, lanes, leases, nowMs }: SignSources): Sign | undefined {
  const byStatement = new Map<string, { count: number; oldestMs: number }>();
  let long = 0;
  for (const lease of leases) {
    if (!lease.isRunning) continue;
    const ageMs = stateAgeMs(lease, nowMs);
    if (ageMs >= OUTSTAYED_MS) long += 1;
    const group = byStatement.get(lease.statement) ?? { count: 0, oldestMs: 0 };
    byStatement.set(lease.statement, { count: group.count + 1, oldestMs: Math.max(group.oldestMs, ageMs) });
  }
  for (const [statement, { count, oldestMs }] of byStatement) {
    if (count < 2 || oldestMs < OUTSTAYED_MS) continue;
    if (count <= 2 * (baseline.usual('statement', statement)?.held.running ?? 0)) continue;
    const sentence = `${count} of ${statement} run at once, the oldest for ${Math.round(oldestMs)} ms.`;
    return { name: 'piling_up', sentence };
  }
  const bulk = lanes.find(({ name }) => name === 'bulk');
  const usual = baseline.usual('lane', 'bulk')?.held.running ?? 0;
  if (!bulk || long < Math.max(3, bulk.ceiling / 2) || long <= 2 * usual) return undefined;
  return { name: 'piling_up', sentence: `${long} statements have been running for more than ${OUTSTAYED_MS} ms.` };
}

function readLockWait({ leases, nowMs, waiting }: SignSources): Sign | undefined {
  const stuck = leases.filter(
    (lease) => holdStateOf(lease, waiting) === 'lockWait' && stateAgeMs(lease, nowMs) >= OUTSTAYED_MS,
  );
  const [first] = stuck;
  if (!first) return undefined;
  const who = stuck.length === 1 ? `${first.statement} waits` : `${stuck.length} statements wait`;
  return { name: 'lock_wait', sentence: `${who} for a lock.` };
}

function readIdle({ baseline, lanes, leases, nowMs, waiting }: SignSources, state: HoldState): Sign | undefined {
  const idle = leases.filter((lease) => isIdle(lease, state, waiting) && stateAgeMs(lease, nowMs) >= IDLE_MS);
  if (idle.length === 0) return undefined;
  const usual = idle.reduce(
    (sum, { statement }) => sum + (baseline.usual('statement', statement)?.held[state] ?? 0),
    0,
  );
  if (idle.length <= usual + 0.5) return undefined;
  const isShort = idle.some(({ admitted }) => {
    const lane = lanes.find(({ name }) => name === admitted.lane);
    return lane !== undefined && (lane.waiting > 0 || lane.free <= SHORT_OF_ROOM * (lane.active + lane.free));
  });
  if (!isShort && idle.length < 2) return undefined;
  const where = state === 'idleInTransaction' ? 'in an open transaction' : 'outside of any transaction';
  const count = idle.length === 1 ? 'One connection is' : `${idle.length} connections are`;
  const name = state === 'idleInTransaction' ? 'idle_in_transaction' : 'leak';
  return { name, sentence: `${count} held ${where} and have run nothing for more than a second.` };
}

function isIdle(lease: Lease, state: HoldState, waiting: SeenWaiting): boolean {
  // Who listens holds a connection by design.
  return holdStateOf(lease, waiting) === state && lease.pid > 0 && !/^listen\b/i.test(lease.statement);
}

const SLOW_FACTOR = 2;
const SLOW_CALLS_MIN = 20;
/** One statement by itself has to be this much slower to be felt. */
const ALONE_FACTOR = 4;
const ALONE_CALLS_MIN = 5;
const ALONE_ADDED_MS_MIN = 20;
const ALONE_CONNECTIONS_MIN = 0.2;

/** All together take twice as long as usual and by more than `addedMsMin`, or one of them very much longer. */
export function readSlowSign(statements: readonly StatementPicture[], addedMsMin: number): Sign | undefined {
  const { addedMs, calls, factor } = readSlowdown(statements);
  if (factor >= SLOW_FACTOR && calls >= SLOW_CALLS_MIN && addedMs >= addedMsMin) {
    return { name: 'slow', sentence: `Statements take ${factor.toFixed(1)} times as long as usual.` };
  }
  const alone = statements.find(
    (one) =>
      one.usual !== undefined &&
      one.now.executions >= ALONE_CALLS_MIN &&
      one.slowdown >= ALONE_FACTOR &&
      one.typicalMs - one.usual.typicalMs >= ALONE_ADDED_MS_MIN &&
      heldByDelay(one) >= ALONE_CONNECTIONS_MIN,
  );
  if (!alone) return undefined;
  return { name: 'slow', sentence: `${alone.statement} takes ${alone.slowdown.toFixed(1)} times as long as usual.` };
}
