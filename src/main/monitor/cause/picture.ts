/**
 * The pool at one moment, as its causes are read from it: what each statement holds beyond its usual, how much slower all of
 * them are together, and where the connections went.
 */

import type { Lease } from '../../database/index.ts';
import type { Baseline, Usage } from './baseline.ts';
import { type HoldState, holdStateOf, type SeenWaiting, stateAgeMs } from './lease-state.ts';
import { runningFlow, type Split, splitOccupancy } from './occupancy.ts';
import type { VerdictTerms } from './schema.ts';

export interface StatementPicture {
  statement: string;
  now: Usage;
  /** Nothing where it has hardly been seen in calm. */
  usual: Usage | undefined;
  /** What runs beyond the usual, in connections. */
  split: Split;
  /** Those that hold a connection at this moment, by what they do. */
  leases: Record<HoldState, Lease[]>;
  callsPerSecond: number;
  /** The same over the last three seconds too: what had piled up and goes through at once is no rise. */
  steadyCallsPerSecond: number;
  /** How long one takes now; what has not ended yet counts with its age. */
  typicalMs: number;
  /** Against the usual; 1 where none is known. */
  slowdown: number;
}

/** How the statements that are known fare together. */
export interface Slowdown {
  known: number;
  /** Of them, how many take half as long again as usual, or more. */
  slower: number;
  /** Geometric mean over all calls. */
  factor: number;
  addedMs: number;
  calls: number;
}

export interface Picture {
  nowMs: number;
  /** Those that hold most beyond their usual come first. */
  statements: StatementPicture[];
  general: Slowdown;
  terms: VerdictTerms;
  leases: Lease[];
  stateOf: (lease: Lease) => HoldState;
}

export interface PictureSources {
  baseline: Baseline;
  /** Without those of the control lane. */
  leases: Lease[];
  waiting: SeenWaiting;
  nowMs: number;
  /** Connections being opened, on average. */
  opening: number;
}

/** Connections are read from the last second, speeds from three: they need more calls to be told from chance. */
const HELD_MS = 1_000;
const SPEED_MS = 3_000;
const KNOWN_EXECUTIONS = 5;
const JUDGED_EXECUTIONS = 3;
const BUSY_EXECUTIONS = 5;
const SLOWER = 1.5;
/** A lease that has been idle for less is between two statements. */
const IDLE_MS = 500;

export function takePicture(sources: PictureSources): Picture {
  const { baseline, leases, nowMs, opening, waiting } = sources;
  const stateOf = (lease: Lease) => holdStateOf(lease, waiting);
  const byStatement = new Map<string, Lease[]>();
  for (const lease of leases) {
    const group = byStatement.get(lease.statement);
    if (group) group.push(lease);
    else byStatement.set(lease.statement, [lease]);
  }
  const keys = new Set([...baseline.keysNow('statement', SPEED_MS), ...byStatement.keys()]);
  const statements = [...keys].map((statement) => picture(statement, byStatement.get(statement) ?? [], sources));
  statements.sort((a, b) => addedOf(b) - addedOf(a));
  const general = readSlowdown(statements);
  return { nowMs, statements, general, terms: readTerms(statements, general, opening), leases, stateOf };
}

/** Connections that a statement holds beyond its usual, by running. */
export function addedOf({ split }: StatementPicture): number {
  return split.moreCalls + split.longer;
}

/** Connections that it holds because each call takes longer than usual, by its rate. */
export function heldByDelay({ callsPerSecond, typicalMs, usual }: StatementPicture): number {
  return usual ? (callsPerSecond * Math.max(0, typicalMs - usual.typicalMs)) / 1_000 : 0;
}

function picture(statement: string, own: readonly Lease[], sources: PictureSources): StatementPicture {
  const { baseline, nowMs, waiting } = sources;
  const recent = baseline.now('statement', statement, HELD_MS);
  // A change is seen sooner in what was called often enough within the last second.
  const isBusy = recent.executions >= BUSY_EXECUTIONS;
  const lately = baseline.now('statement', statement, SPEED_MS);
  const now = isBusy ? recent : lately;
  const seen = baseline.usual('statement', statement);
  const usual = seen && seen.executions >= KNOWN_EXECUTIONS ? seen : undefined;
  const leases: Record<HoldState, Lease[]> = { running: [], lockWait: [], idleInTransaction: [], idleOutside: [] };
  for (const lease of own) leases[holdStateOf(lease, waiting)].push(lease);
  const typicalMs = typicalOf(now, usual, [...leases.running, ...leases.lockWait], nowMs);
  const started = own.filter((lease) => lease.isRunning && stateAgeMs(lease, nowMs) < HELD_MS).length;
  const callsPerSecond = Math.max(now.callsPerSecond, recent.callsPerSecond, (started * 1000) / HELD_MS);
  const flow = { ...runningFlow(recent), callsPerSecond };
  // What began within the last half second is not yet in the average that it will be in.
  flow.connections = Math.max(flow.connections, leases.running.filter((one) => stateAgeMs(one, nowMs) > 100).length);
  return {
    ...{ statement, now, usual, leases, callsPerSecond, typicalMs },
    steadyCallsPerSecond: Math.min(recent.callsPerSecond, lately.callsPerSecond),
    split: splitOccupancy(usual && runningFlow(usual), flow, typicalMs),
    slowdown: usual && usual.typicalMs > 0 && typicalMs > 0 ? typicalMs / usual.typicalMs : 1,
  };
}

/**
 * Geometric mean of those that ended and of those that already take longer than usual. Of what is new, the one that has been
 * under way for longest tells most.
 */
function typicalOf(now: Usage, usual: Usage | undefined, running: readonly Lease[], nowMs: number): number {
  const ages = running.map((lease) => stateAgeMs(lease, nowMs)).filter((ms) => ms > (usual?.typicalMs ?? 0) && ms > 0);
  if (!usual && now.executions < JUDGED_EXECUTIONS) return Math.max(0, now.typicalMs, ...ages);
  const count = now.executions + ages.length;
  if (count === 0) return 0;
  const ended = now.executions === 0 ? 0 : now.executions * Math.log(now.typicalMs);
  return Math.exp((ended + ages.reduce((sum, ms) => sum + Math.log(ms), 0)) / count);
}

export function readSlowdown(statements: readonly StatementPicture[]): Slowdown {
  const judged = statements.filter(
    ({ leases, now, usual }) => usual && now.executions + leases.running.length >= JUDGED_EXECUTIONS,
  );
  const slower = judged.filter(({ slowdown }) => slowdown >= SLOWER).length;
  let calls = 0;
  let logs = 0;
  let addedMs = 0;
  for (const { now, slowdown, typicalMs, usual } of judged) {
    const weight = Math.max(1, now.executions);
    calls += weight;
    logs += weight * Math.log(slowdown);
    addedMs += weight * (typicalMs - (usual?.typicalMs ?? 0));
  }
  if (calls === 0) return { known: 0, slower: 0, factor: 1, addedMs: 0, calls: 0 };
  return { known: judged.length, slower, factor: Math.exp(logs / calls), addedMs: addedMs / calls, calls };
}

/** Most of those that are known are slower at once: then it is none of them by itself. */
export function isGeneral({ factor, known, slower }: Slowdown): boolean {
  return known >= 2 && slower / known > 0.6 && factor >= SLOWER;
}

function readTerms(statements: readonly StatementPicture[], general: Slowdown, opening: number): VerdictTerms {
  const terms = { ...{ moreCalls: 0, longerExecution: 0, idleInTransaction: 0, lockWait: 0 }, serverSlow: 0, leak: 0 };
  for (const { leases, now, slowdown, split, usual } of statements) {
    const isOneOfAll = isGeneral(general) && usual && slowdown <= 2 * general.factor;
    terms.moreCalls += split.moreCalls;
    if (isOneOfAll) terms.serverSlow += split.longer;
    else terms.longerExecution += split.longer;
    const beyond = (state: HoldState) =>
      Math.max(0, Math.max(now.held[state], leases[state].length) - (usual?.held[state] ?? 0));
    terms.lockWait += beyond('lockWait');
    terms.idleInTransaction += beyond('idleInTransaction');
    terms.leak += beyond('idleOutside');
  }
  return { ...mapValues(terms, round), connectStorm: round(opening) };
}

function mapValues<Key extends string>(
  of: Record<Key, number>,
  change: (value: number) => number,
): Record<Key, number> {
  return Object.fromEntries(Object.entries<number>(of).map(([key, value]) => [key, change(value)])) as Record<
    Key,
    number
  >;
}

const round = (connections: number) => Math.round(connections * 100) / 100;

/** Leases that do nothing, long enough to be told from those between two statements. */
export function idleLeases({ leases, nowMs, stateOf }: Picture, state: HoldState, atLeastMs = IDLE_MS): Lease[] {
  return leases.filter((lease) => stateOf(lease) === state && stateAgeMs(lease, nowMs) >= atLeastMs);
}
