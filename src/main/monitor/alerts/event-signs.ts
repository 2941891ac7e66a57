/**
 * What is told of the moment and not of figures over time: statements that overstay, locks that stop others, transactions that
 * stand idle, connections that nobody gives back. From the leases of this process, as of now, and from the last look at all
 * sessions of the server.
 */

import type { Lease } from '../../database/index.ts';
import { buildLockTrees, type LockTree } from '../cause/lock-tree.ts';
import type { ActivitySample, Backend } from '../samples/backend.ts';
import type { Sign } from './alert-book.ts';
import type { AlertRuleDefinition } from './rule.ts';
import type { Severity } from './schema.ts';
import { duration, ms, share } from './words.ts';

export interface Moment {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  /** On the clock of the leases. */
  readonly monotonicMs: number;
  readonly leases: readonly Lease[];
  readonly sample: ActivitySample | undefined;
  /** How many connections the pool may hold. */
  readonly limit: number;
  /** For how long users have been hurt; 0 where they are not. */
  readonly hurtingMs: number;
  /** What a statement takes in calm, where that is known. */
  readonly usualMs: (statement: string) => number | undefined;
  readonly ruleOf: (id: string) => AlertRuleDefinition | undefined;
}

/** Beyond ten times its usual a statement does something else than usual. */
const USUAL_FACTOR = 10;
/** In the lanes of users nothing may take longer, whatever is usual of it. */
/** What usually takes so little is asked for by somebody who waits. */
const SHORT_MS = 500;
const OVERSTAYS_MS = { user: 2_000, job: 5_000, others: 60_000 };
/** From this part of the pool on, whoever holds it is why others wait. */
const CAUSE_SHARE = 0.2;
/** Shorter than this may be a flicker. */
const HURTING_MIN_MS = 15_000;
const BEFORE_TROUBLE_MS = 120_000;
const LOCK_VICTIMS_MIN = 2;
/** Five seconds of a caller of `critical`, or what weighs as much. */
const LOCK_WEIGHT_MIN = 40;
const LEAK_MS = 60_000;
/** A look that old tells nothing of now. */
const SAMPLE_MAX_AGE_MS = 15_000;

const userLanes: ReadonlySet<string> = new Set(['critical', 'interactive']);
/** These take their time by design, or look after the pool itself. */
const patientLanes: ReadonlySet<string> = new Set(['control', 'background']);
const maintenance = /^(vacuum|analyze|create index|create unique index|reindex|copy|cluster|refresh)\b/;

/** Everything that is so at this moment. */
export function readEventSigns(moment: Moment): Sign[] {
  const { atMs, sample } = moment;
  const backends = sample && atMs - sample.atMs <= SAMPLE_MAX_AGE_MS ? sample.backends : [];
  const others = backends.filter(({ backendType, lease }) => lease === undefined && backendType === 'client backend');
  return [
    ...overstays(moment, others),
    ...lockTrees(moment, backends),
    ...idleInTransaction(moment, others),
    ...leaks(moment),
  ];
}

interface Running {
  readonly statement: string;
  /** Null for other programs' sessions. */
  readonly lane: string | null;
  readonly route: string | null;
  readonly ageMs: number;
}

/** One sign for a statement, however many sessions run it. */
function overstays(moment: Moment, others: readonly Backend[]): Sign[] {
  const rule = moment.ruleOf('query-overstays');
  if (!rule?.isEnabled) return [];
  const groups = new Map<string, Running[]>();
  for (const running of [...ownRunning(moment), ...othersRunning(others)]) {
    if (running.ageMs <= allowedMs(running, moment)) continue;
    groups.set(running.statement, [...(groups.get(running.statement) ?? []), running]);
  }
  return [...groups].map(([statement, sessions]) => overstaySign(rule, moment, statement, sessions));
}

function ownRunning({ leases, monotonicMs }: Moment): Running[] {
  return leases
    .filter(({ admitted, blockedByPid, isRunning }) => {
      // Who waits for a lock is a victim; the lock's holder is told of.
      return isRunning && blockedByPid === undefined && !patientLanes.has(admitted.lane);
    })
    .map(({ admitted, origin, statement, statementAtMs }) => ({
      ...{ statement, lane: admitted.lane, route: origin?.route ?? null, ageMs: monotonicMs - statementAtMs },
    }));
}

function othersRunning(others: readonly Backend[]): Running[] {
  return others
    .filter(
      ({ isKept, query, state, waitEventType }) =>
        state === 'active' &&
        waitEventType !== 'Lock' &&
        waitEventType !== 'Client' &&
        !isKept &&
        !maintenance.test(query),
    )
    .map(({ queryMs, statement }) => ({ statement, lane: null, route: null, ageMs: queryMs ?? 0 }));
}

/** In a lane of users; or moved away from one, and the request that waits for it had every reason to expect its answer soon. */
function isWaitedFor({ lane, route, statement }: Running, usualMs: Moment['usualMs']): boolean {
  if (lane === null) return false;
  return userLanes.has(lane) || (route !== null && (usualMs(statement) ?? Number.POSITIVE_INFINITY) <= SHORT_MS);
}

function allowedMs(running: Running, { hurtingMs, usualMs }: Moment): number {
  const usual = usualMs(running.statement);
  const isOfUsers = isWaitedFor(running, usualMs);
  const isOthers = running.lane === null && hurtingMs < HURTING_MIN_MS;
  const least = isOfUsers ? OVERSTAYS_MS.user : isOthers ? OVERSTAYS_MS.others : OVERSTAYS_MS.job;
  return Math.max(least, USUAL_FACTOR * (usual ?? 0));
}

/** A note on the timeline, unless it stands in a lane of users, or is why users are hurt. */
function overstaySign(
  rule: AlertRuleDefinition,
  moment: Moment,
  statement: string,
  sessions: readonly Running[],
): Sign {
  const { hurtingMs, limit, usualMs } = moment;
  const isHurting = hurtingMs >= HURTING_MIN_MS;
  const longest = sessions.reduce((one, other) => (other.ageMs > one.ageMs ? other : one));
  const part = limit > 0 ? sessions.filter(({ lane }) => lane !== null).length / limit : 0;
  const inUserLane = sessions.some((running) => isWaitedFor(running, usualMs));
  const isCause = isHurting && part >= CAUSE_SHARE;
  const usual = usualMs(statement);
  // A long job that began long before the trouble, and holds little, has been borne well until now.
  const beganWithIt = longest.ageMs <= hurtingMs + BEFORE_TROUBLE_MS;
  const isBlamed = isHurting && (usual !== undefined || inUserLane || isCause || beganWithIt);
  const severity: Severity = isBlamed ? 'page' : inUserLane ? 'ticket' : 'note';
  const caller = longest.route === null ? '' : `, called by ${longest.route}`;
  const where = sessions.length === 1 ? '' : ` on ${sessions.length} connections, the longest`;
  const usually = usual === undefined ? '' : `, usually ${ms(usual)}`;
  const consequence = isCause
    ? ` It holds ${share(part)} of the pool, and users wait.`
    : isBlamed
      ? ' Users wait.'
      : '';
  return {
    ...{ rule, scope: statement, atMs: moment.atMs, value: longest.ageMs / 1_000, severity, isCause },
    threshold: Math.round(allowedMs(longest, moment)) / 1_000,
    sentence: `${statement} has been running${where} for ${duration(longest.ageMs)}${usually}${caller}.${consequence}`,
    group: statement,
  };
}

function lockTrees(moment: Moment, backends: readonly Backend[]): Sign[] {
  const rule = moment.ruleOf('lock-tree');
  if (!rule?.isEnabled) return [];
  return buildLockTrees(backends)
    .filter(({ victims, weight }) => victims >= LOCK_VICTIMS_MIN && weight >= LOCK_WEIGHT_MIN)
    .map((tree) => lockSign(rule, moment.atMs, tree));
}

function lockSign(rule: AlertRuleDefinition, atMs: number, { holder, root, victims }: LockTree): Sign {
  const longestMs = longestWait(root.victims);
  const who = holder ? `${holder.applicationName || 'A session without a name'} ` : 'A prepared transaction ';
  const doing =
    holder === undefined ? '' : holder.state === 'active' ? `, running ${holder.statement}` : `, ${holder.state}`;
  const scope = holder?.statement || holder?.applicationName || 'a prepared transaction';
  return {
    ...{ rule, scope, atMs, value: victims, threshold: LOCK_VICTIMS_MIN, isCause: true, group: `lock of ${scope}` },
    sentence: `${who}holds a lock${doing}: ${victims} sessions wait for it, the longest for ${duration(longestMs)}.`,
  };
}

function longestWait(victims: LockTree['root']['victims']): number {
  return victims.reduce((longest, victim) => Math.max(longest, victim.waitsForMs, longestWait(victim.victims)), 0);
}

/** Grouped by the program and what it ran last: ten forgotten shells of one kind are one alert. */
function idleInTransaction(moment: Moment, others: readonly Backend[]): Sign[] {
  const rule = moment.ruleOf('idle-in-transaction');
  if (!rule?.isEnabled) return [];
  const groups = new Map<string, { ageMs: number; count: number }>();
  const add = (name: string, ageMs: number) => {
    if (ageMs < rule.forSeconds * 1_000) return;
    const group = groups.get(name) ?? { ageMs: 0, count: 0 };
    groups.set(name, { ageMs: Math.max(group.ageMs, ageMs), count: group.count + 1 });
  };
  for (const { applicationName, state, stateMs } of others) {
    if (state?.startsWith('idle in transaction')) add(applicationName || 'a program without a name', stateMs ?? 0);
  }
  for (const { inTransaction, isRunning, origin, statement, statementAtMs } of moment.leases) {
    if (inTransaction && !isRunning) add(origin?.route ?? statement, moment.monotonicMs - statementAtMs);
  }
  return [...groups].map(([scope, { ageMs, count }]) => ({
    ...{ rule, scope, atMs: moment.atMs, value: ageMs / 1_000, threshold: rule.forSeconds, group: scope },
    sentence: `${scope} has ${count === 1 ? 'a transaction' : `${count} transactions`} open and has run nothing in it for ${duration(ageMs)}.`,
  }));
}

function leaks({ atMs, leases, monotonicMs, ruleOf }: Moment): Sign[] {
  const rule = ruleOf('connection-leak');
  if (!rule?.isEnabled) return [];
  const groups = new Map<string, { idleMs: number; count: number }>();
  for (const { inTransaction, isRunning, origin, pid, statement, statementAtMs } of leases) {
    const idleMs = monotonicMs - statementAtMs;
    // Who listens holds a connection by design.
    if (isRunning || inTransaction || pid === 0 || idleMs < LEAK_MS || /^listen\b/i.test(statement)) continue;
    const name = origin?.route ?? statement;
    const group = groups.get(name) ?? { idleMs: 0, count: 0 };
    groups.set(name, { idleMs: Math.max(group.idleMs, idleMs), count: group.count + 1 });
  }
  return [...groups].map(([scope, { count, idleMs }]) => ({
    ...{ rule, scope, atMs, value: idleMs / 1_000, threshold: LEAK_MS / 1_000, group: scope },
    sentence: `${scope} holds ${count === 1 ? 'a connection' : `${count} connections`} and has run nothing for ${duration(idleMs)}.`,
  }));
}
