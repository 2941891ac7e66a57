/**
 * From the picture to the kind of cause: first what holds most connections beyond the usual (a lock, an open transaction, a
 * leak, work), then, where it is work, whether there is more of it, each takes longer, or all of it does.
 */

import type { Lease } from '../../database/index.ts';
import { countOnCpu } from '../samples/activity-sampler.ts';
import type { ActivitySample, Backend } from '../samples/backend.ts';
import type { Baseline } from './baseline.ts';
import { buildLockTrees, type LockTree } from './lock-tree.ts';
import {
  addedOf,
  heldByDelay,
  idleLeases,
  isGeneral,
  type Picture,
  readSlowdown,
  type StatementPicture,
} from './picture.ts';
import type { PlanInquiry } from './plan-keeper.ts';
import type { VerdictKind } from './schema.ts';
import { findSurge, type Surge } from './surge.ts';

export interface Surroundings {
  baseline: Baseline;
  sample: ActivitySample | undefined;
  /** Undefined while it is being asked for; null where no plan can be had. */
  planOf: (statement: StatementPicture) => PlanInquiry | null | undefined;
  /** What kept connections from opening within the last seconds. */
  connectFailure: { code: string; count: number } | undefined;
}

/** A cause with what it was told by. */
export interface Finding {
  kind: VerdictKind;
  confidence: 'likely' | 'certain';
  /** What hurts most. */
  culprit: StatementPicture | undefined;
  /** Those by which the callers are known. */
  leases: Lease[];
  tree: LockTree | undefined;
  inquiry: PlanInquiry | undefined;
  surge: Surge | undefined;
  /** What the culprit's backends wait for, such as `Timeout:PgSleep`. */
  waitEvent: string | undefined;
  activeOnCpu: number | undefined;
  connectFailure: { code: string; count: number } | undefined;
}

/** Rows that make a scan worth an index, and the share of them that it may keep. */
const SCAN_ROWS_MIN = 10_000;
const SCAN_KEPT_MAX = 0.25;
const LONG_MS = 250;
const MANY_PER_SECOND = 20;
const NEWCOMER_CONNECTIONS = 0.3;
const NEWCOMER_PER_SECOND = 10;
const RISE = 1.5;
const ALONE_FACTOR = 3;
const ALONE_ADDED_MS = 15;
const ALONE_CONNECTIONS = 0.2;
const LEAK_MS = 500;

/** Nothing while it cannot be told yet: a plan is being asked for, or there is no more than a sign. */
export function findCause(picture: Picture, surroundings: Surroundings): Finding | undefined {
  const lockWaiting = idleLeases(picture, 'lockWait', 100);
  const inTransaction = idleLeases(picture, 'idleInTransaction');
  const leaked = idleLeases(picture, 'idleOutside', LEAK_MS).filter(({ pid }) => pid > 0);
  const working = picture.statements.reduce((sum, one) => sum + addedOf(one), 0);
  const most = Math.max(lockWaiting.length, inTransaction.length, leaked.length, working);
  const base = emptyFinding(surroundings);
  if (most < 0.5 && surroundings.connectFailure) return { ...base, kind: connectKind(surroundings.connectFailure) };
  if (lockWaiting.length > 0 && lockWaiting.length >= most) return findLock(picture, lockWaiting, base, surroundings);
  if (inTransaction.length > 0 && inTransaction.length >= most) {
    return { ...base, kind: 'idle_in_transaction', leases: inTransaction, culprit: mostOf(picture, inTransaction) };
  }
  if (leaked.length > 0 && leaked.length >= most) {
    return { ...base, kind: 'leak', leases: leaked, culprit: mostOf(picture, leaked) };
  }
  return findWork(picture, base, surroundings);
}

function emptyFinding({ connectFailure, sample }: Surroundings): Omit<Finding, 'kind'> {
  return {
    ...{ confidence: 'certain', culprit: undefined, leases: [], tree: undefined, inquiry: undefined },
    ...{ surge: undefined, waitEvent: undefined, connectFailure },
    activeOnCpu: sample && countOnCpu(sample.backends),
  };
}

/** `53300` is "too many connections"; everything else means that Postgres is not there to be connected to. */
function connectKind({ code }: { code: string }): VerdictKind {
  return code === '53300' ? 'connect_storm' : 'server_slow';
}

function findLock(
  picture: Picture,
  waiting: Lease[],
  base: Omit<Finding, 'kind'>,
  { sample }: Surroundings,
): Finding | undefined {
  const trees = buildLockTrees(sample?.backends ?? []).filter(({ ownVictims }) => ownVictims > 0);
  const [tree] = trees;
  if (!tree) return undefined;
  const kind = tree.queuedDdl ? 'ddl_queued' : 'lock_held';
  return { ...base, kind, tree, leases: waiting, culprit: mostOf(picture, waiting) };
}

/** The statement that most of these leases run, or ran last. */
function mostOf({ statements }: Picture, leases: readonly Lease[]): StatementPicture | undefined {
  const counts = new Map<string, number>();
  for (const { statement } of leases) counts.set(statement, (counts.get(statement) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return statements.find(({ statement }) => statement === first?.[0]);
}

/** Connections hold work: there is more of it, one statement takes longer, or all do. */
function findWork(picture: Picture, base: Omit<Finding, 'kind'>, surroundings: Surroundings): Finding | undefined {
  const top = pickSuspect(picture.statements);
  const others = readSlowdown(picture.statements.filter((one) => one !== top));
  const general = isGeneral(others);
  const isHeavy = top !== undefined && (addedOf(top) >= 0.5 || standsOut(top, others.factor));
  const slow: Finding = { ...base, kind: 'server_slow', culprit: undefined };
  if (!top || !isHeavy) {
    // While something new comes in, it is too early to say that it is none of them.
    return (general || isGeneral(picture.general)) && !picture.statements.some(isNewcomer) ? slow : undefined;
  }
  const leases = [...top.leases.running, ...top.leases.lockWait];
  const surge = findSurge(picture, surroundings.baseline, top);
  const culprit = { ...base, culprit: top, leases, surge };
  const common = general ? others.factor : 1;
  if (!top.usual) {
    if (top.typicalMs >= LONG_MS) return findSlow(top, culprit, surroundings);
    // A few new calls that are under way are not many yet, and without a usual nothing is more than that.
    const isMany = surge.isDominant || top.now.executions >= MANY_PER_SECOND;
    return isMany && surroundings.baseline.isKnown ? { ...culprit, kind: 'volume_surge' } : undefined;
  }
  const callsGrowth = callsGrowthOf(top);
  const isMore = callsGrowth >= 2 && callsGrowth >= top.slowdown / Math.max(1, common);
  // Somebody always calls more than before; it is a surge where that is felt in all calls together.
  const isRise = surge.isDominant && callsGrowth >= RISE;
  const isOneOfAll = general && top.slowdown <= 2 * common;
  if (isMore || (isRise && (isOneOfAll || top.slowdown < 2))) return { ...culprit, kind: 'volume_surge' };
  if (isOneOfAll) return picture.statements.some(isNewcomer) ? undefined : slow;
  const found = findSlow(top, culprit, surroundings);
  // Called as ever, planned as ever, waiting for nothing, and everybody else is slower too: it only suffers most.
  const suffersMost = general && found?.kind === 'slow_statement' && found.waitEvent === undefined;
  return suffersMost ? slow : found;
}

/**
 * What holds most beyond its usual, where it is new or called more often; else what has slowed down far more than all others,
 * which in the wake of it are slower too, and may hold more together.
 */
function pickSuspect(statements: readonly StatementPicture[]): StatementPicture | undefined {
  const [first] = statements;
  if (first && addedOf(first) >= 0.5 && (!first.usual || callsGrowthOf(first) >= 2)) return first;
  const outstanding = statements.find((one) => {
    if (!one.usual || one.slowdown < ALONE_FACTOR) return false;
    return standsOut(one, readSlowdown(statements.filter((other) => other !== one)).factor);
  });
  return outstanding ?? first;
}

function isNewcomer(one: StatementPicture): boolean {
  return !one.usual && (addedOf(one) >= NEWCOMER_CONNECTIONS || one.callsPerSecond >= NEWCOMER_PER_SECOND);
}

function callsGrowthOf({ steadyCallsPerSecond, usual }: StatementPicture): number {
  return usual ? steadyCallsPerSecond / Math.max(usual.callsPerSecond, 0.01) : Number.POSITIVE_INFINITY;
}

/** Much slower than usual, and much more so than all others: its own doing, however little it holds. */
function standsOut(one: StatementPicture, others: number): boolean {
  const { slowdown, typicalMs, usual } = one;
  return (
    usual !== undefined &&
    slowdown >= ALONE_FACTOR * Math.max(1, others) &&
    typicalMs - usual.typicalMs >= ALONE_ADDED_MS &&
    // A few calls that waited for the disk, or for their turn on a busy processor, are nobody's cause.
    heldByDelay(one) >= ALONE_CONNECTIONS
  );
}

function findSlow(
  top: StatementPicture,
  base: Omit<Finding, 'kind'>,
  { planOf, sample }: Surroundings,
): Finding | undefined {
  const waitEvent = waitOf(top, sample);
  if (waitEvent === 'Timeout:PgSleep') return { ...base, kind: 'slow_statement', waitEvent };
  const inquiry = planOf(top);
  if (inquiry === undefined) return undefined;
  if (inquiry === null) return { ...base, kind: 'slow_statement', confidence: 'likely', waitEvent };
  const found = { ...base, inquiry, waitEvent };
  if (inquiry.before) return { ...found, kind: 'plan_changed' };
  const { scan } = inquiry.now;
  const isMissing = scan?.filter && scan.rows >= SCAN_ROWS_MIN && scan.rowsKept <= scan.rows * SCAN_KEPT_MAX;
  if (isMissing) return { ...found, kind: 'missing_index' };
  // New, called often by one alone, and each brief enough to be no report: it is their number.
  const isMany = !top.usual && base.surge?.isDominant && top.callsPerSecond >= MANY_PER_SECOND;
  return { ...found, kind: isMany ? 'volume_surge' : 'slow_statement' };
}

/** What most of its backends wait for; nothing where they compute. */
function waitOf({ leases }: StatementPicture, sample: ActivitySample | undefined): string | undefined {
  const byPid = new Map<number, Backend>((sample?.backends ?? []).map((backend) => [backend.pid, backend]));
  const counts = new Map<string, number>();
  for (const { pid } of leases.running) {
    const backend = byPid.get(pid);
    if (!backend?.waitEvent || backend.state !== 'active') continue;
    const event = `${backend.waitEventType}:${backend.waitEvent}`;
    counts.set(event, (counts.get(event) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first && first[1] * 2 > leases.running.length ? first[0] : undefined;
}
