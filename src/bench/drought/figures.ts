/** What a run comes to: how many were served, how fast, how many people were hurt, and what became of the reports. */

import { boundsOf, findRelief } from './containment.ts';
import { type Exchange, FAILED_AFTER_MS, isOfUser, percentile } from './exchange.ts';
import type { Kind } from './kinds.ts';
import type { ConnectionSample } from './observer.ts';
import { type PhaseLengths, type PhaseName, phaseNames, phaseOf, type RequestType } from './phases.ts';

export interface Times {
  count: number;
  failed: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface ReportFates {
  asked: number;
  answered: number;
  /** Answered after the 10 s at which the caller counts it as failed. */
  late: number;
  /** With a reason, and with when to retry. */
  refused: number;
  /** A status of 400 or above that gave no reason or did not say when to retry. */
  failed: number;
  /** No answer at all. */
  silent: number;
  /** Of the refusals, by their code. */
  reasons: Record<string, number>;
}

export interface Second {
  asked: number;
  failed: number;
  /** Null in a second in which nobody asked. */
  p50Ms: number | null;
  p99Ms: number | null;
}

export interface Figures {
  logIn: Record<PhaseName, Times>;
  read: Record<PhaseName, Times>;
  /** 0 to 1, over the whole run and over the drought alone. */
  succeeded: { logIn: number; read: number; logInInDrought: number; readInDrought: number };
  users: { asked: number; hurt: number; share: number };
  reports: ReportFates;
  connections: { heldMost: number; openMost: number };
  /** Milliseconds from the first report; null where it did not come to pass while the drought lasted. */
  containedMs: number | null;
  /** Milliseconds from the storm's end; null where it did not come to pass within the recovery. */
  normalMs: number | null;
  /** Of log-ins and reads together, one a second. */
  seconds: Second[];
}

/** How much slower than calm a log-in or a read may be and still count as well. */
export const CALM_FACTORS: Readonly<Record<Kind, number>> = { sleep: 1.5, cpu: 4, lock: 1.5 };

export interface RunToSum {
  kind: Kind;
  lengths: PhaseLengths;
  exchanges: readonly Exchange[];
  connections: readonly ConnectionSample[];
}

export function sumUp({ kind, lengths, exchanges, connections }: RunToSum): Figures {
  const ofUsers = exchanges.filter(isOfUser);
  const drought = phaseOf(lengths, 'drought');
  const bounds = boundsOf(ofUsers, phaseOf(lengths, 'calm'), CALM_FACTORS[kind]);
  const inDrought = ofUsers.filter((one) => one.atMs >= drought.fromMs && one.atMs < drought.toMs);
  return {
    logIn: timesByPhase(exchanges, 'logIn', lengths),
    read: timesByPhase(exchanges, 'read', lengths),
    succeeded: {
      logIn: shareSucceeded(exchanges, 'logIn'),
      read: shareSucceeded(exchanges, 'read'),
      logInInDrought: shareSucceeded(inDrought, 'logIn'),
      readInDrought: shareSucceeded(inDrought, 'read'),
    },
    users: countHurt(ofUsers),
    reports: followReports(exchanges.filter((one) => one.type === 'report')),
    connections: {
      heldMost: Math.max(0, ...connections.map(({ held }) => held)),
      openMost: Math.max(0, ...connections.map(({ open }) => open)),
    },
    containedMs: findRelief(
      ofUsers,
      { fromMs: firstReportMs(exchanges) ?? drought.fromMs, toMs: drought.toMs },
      bounds,
    ),
    normalMs: findRelief(ofUsers, phaseOf(lengths, 'recovery'), bounds),
    seconds: bySecond(ofUsers, Math.ceil(phaseOf(lengths, 'recovery').toMs / 1_000)),
  };
}

/** When the first report was due; undefined where there was none. */
export function firstReportMs(exchanges: readonly Exchange[]): number | undefined {
  const instants = exchanges.filter((one) => one.type === 'report').map(({ atMs }) => atMs);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

function timesByPhase(exchanges: readonly Exchange[], type: RequestType, lengths: PhaseLengths) {
  const entries = phaseNames.map((name): [PhaseName, Times] => {
    const { fromMs, toMs } = phaseOf(lengths, name);
    const own = exchanges.filter((one) => one.type === type && one.atMs >= fromMs && one.atMs < toMs);
    return [name, timesOf(own)];
  });
  return Object.fromEntries(entries) as Record<PhaseName, Times>;
}

/** One that was given up at 10 s counts with those 10 s: it took at least so long. */
function timesOf(exchanges: readonly Exchange[]): Times {
  const times = exchanges.map(({ responseMs }) => Math.min(responseMs, FAILED_AFTER_MS));
  return {
    count: exchanges.length,
    failed: exchanges.filter(({ isFailed }) => isFailed).length,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: Math.max(0, ...times),
  };
}

function shareSucceeded(exchanges: readonly Exchange[], type: RequestType): number {
  const own = exchanges.filter((one) => one.type === type);
  return own.length === 0 ? 1 : own.filter(({ isFailed }) => !isFailed).length / own.length;
}

export function countHurt(exchanges: readonly Exchange[]): Figures['users'] {
  const asked = new Set(exchanges.map(({ user }) => user)).size;
  const hurt = new Set(exchanges.filter(({ isFailed }) => isFailed).map(({ user }) => user)).size;
  return { asked, hurt, share: asked === 0 ? 0 : hurt / asked };
}

export function followReports(exchanges: readonly Exchange[]): ReportFates {
  const fates: ReportFates = { asked: 0, answered: 0, late: 0, refused: 0, failed: 0, silent: 0, reasons: {} };
  for (const { status, responseMs, problemCode, retryAfterSeconds } of exchanges) {
    fates.asked += 1;
    if (status === 0) fates.silent += 1;
    else if (status < 400) fates[responseMs > FAILED_AFTER_MS ? 'late' : 'answered'] += 1;
    else if (problemCode === null || retryAfterSeconds === null) fates.failed += 1;
    else fates.refused += 1;
    const reason = problemCode ?? (status >= 400 ? `status ${status}` : null);
    if (reason !== null) fates.reasons[reason] = (fates.reasons[reason] ?? 0) + 1;
  }
  return fates;
}

function bySecond(exchanges: readonly Exchange[], seconds: number): Second[] {
  return Array.from({ length: seconds }, (_, second) => {
    const own = exchanges.filter(({ atMs }) => Math.floor(atMs / 1_000) === second);
    const { count, failed, p50Ms, p99Ms } = timesOf(own);
    return { asked: count, failed, p50Ms: count > 0 ? p50Ms : null, p99Ms: count > 0 ? p99Ms : null };
  });
}
