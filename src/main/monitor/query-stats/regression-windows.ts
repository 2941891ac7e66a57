/**
 * Compares the last minutes of a statement with the hour before them. Both have thirty calls at least, and the
 * second begins where it became worse, so that what has just begun is not hidden by what was before.
 */

import { LogHistogram } from '../history/log-histogram.ts';
import { decodeHistogram } from './histogram-bytes.ts';
import { compareRanks } from './rank-test.ts';

export interface Side {
  calls: number;
  rows: number;
  totalMs: number;
  /** Hit and read; only Postgres counts them. */
  blocks: number;
}

export interface Minute {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly own: Side;
  readonly server: Side;
  /** Of the pool's calls, encoded. */
  histograms: Uint8Array[];
}

export interface Finding {
  /** The first minute that was worse. */
  readonly atMs: number;
  /** For each call, before and after. */
  readonly blocks: readonly [before: number, after: number] | null;
  /** Of the middle call where single calls were seen, else the mean. */
  readonly ms: readonly [before: number, after: number];
  /** How many minutes of it have been seen. */
  readonly minutes: number;
}

const CALLS_MIN = 30;
const AFTER_MINUTES_MAX = 10;
const BEFORE_MINUTES_MAX = 60;
const BLOCKS_RATIO = 2;
const TIME_RATIO = 1.5;
/** Without blocks, time alone has to be that much longer. */
const TIME_RATIO_ALONE = 2;
const ROWS_RATIO = 1.5;
/** Two blocks in place of one are no news. */
const ADDED_BLOCKS_MIN = 10;
const ADDED_MS_MIN = 0.1;
const CHANCE_MAX = 0.01;
/** Another plan makes most calls longer; a few that waited make only the mean longer. */
const LONGER_SHARE_MIN = 0.6;

export function emptyMinute(atMs: number): Minute {
  return { atMs, own: emptySide(), server: emptySide(), histograms: [] };
}

/** Minutes in their order, those of the same moment as one. */
export function addMinutes(minutes: readonly Minute[]): Minute[] {
  const byMoment = new Map<number, Minute>();
  for (const minute of minutes) {
    const sum = byMoment.get(minute.atMs);
    if (!sum) {
      byMoment.set(minute.atMs, minute);
      continue;
    }
    addSide(sum.own, minute.own);
    addSide(sum.server, minute.server);
    sum.histograms.push(...minute.histograms);
  }
  return [...byMoment.values()].sort((a, b) => a.atMs - b.atMs);
}

/**
 * Nothing where it is not worse, or too little is known. The last minutes only show that something has begun; it is judged from
 * where it began.
 *
 * @param minutes oldest first
 */
export function compareWindows(minutes: readonly Minute[]): Finding | undefined {
  const isCounted = minutes.some(({ server }) => server.calls > 0);
  const last = lastWindow(minutes, isCounted ? 'server' : 'own');
  if (!last) return undefined;
  const first = minutes.slice(0, minutes.length - last.length);
  const of = isCounted ? blocksPerCall : timePerCall;
  if (first.length === 0 || worthOf(last, of) < worthOf(first, of) * Math.SQRT2) return undefined;
  const atMs = beginningOf(first, last, of);
  const after = minutes.filter((minute) => minute.atMs >= atMs);
  const before = minutes.filter((minute) => minute.atMs < atMs).slice(-BEFORE_MINUTES_MAX);
  const found = compare(before, after, isCounted);
  return found && { ...found, atMs, minutes: after.length };
}

function compare(
  before: readonly Minute[],
  after: readonly Minute[],
  isCounted: boolean,
): Pick<Finding, 'blocks' | 'ms'> | undefined {
  const [was, is] = [before, after].map((one) => sumOf(one, isCounted ? 'server' : 'own')) as [Side, Side];
  if (was.calls < CALLS_MIN || is.calls < CALLS_MIN || hasMoreRows(was, is)) return undefined;
  const { isCertain, ms } = timesOf(before, after);
  const isLonger = ms[1] >= ms[0] * (isCounted ? TIME_RATIO : TIME_RATIO_ALONE) && ms[1] - ms[0] >= ADDED_MS_MIN;
  if (!isLonger || !isCertain) return undefined;
  if (!isCounted) return { blocks: null, ms };
  const blocks = [perCall(was.blocks, was), perCall(is.blocks, is)] as const;
  const isMore = blocks[1] >= blocks[0] * BLOCKS_RATIO && blocks[1] - blocks[0] >= ADDED_BLOCKS_MIN;
  return isMore ? { blocks, ms } : undefined;
}

/** The shortest end that has enough calls. */
function lastWindow(minutes: readonly Minute[], side: 'own' | 'server'): Minute[] | undefined {
  let calls = 0;
  for (let count = 1; count <= Math.min(AFTER_MINUTES_MAX, minutes.length); count += 1) {
    calls += minutes[minutes.length - count]?.[side].calls ?? 0;
    if (calls >= CALLS_MIN) return minutes.slice(-count);
  }
  return undefined;
}

/** More rows for a call: that is the data, or what is asked for, and not the plan. */
function hasMoreRows(was: Side, is: Side): boolean {
  return (is.rows / is.calls + 1) / (was.rows / was.calls + 1) >= ROWS_RATIO;
}

interface Times {
  readonly ms: readonly [before: number, after: number];
  /** Whether chance is ruled out. */
  readonly isCertain: boolean;
}

/**
 * As the pool saw it where it saw enough, since its callers wait for that: the middle call, which a few that waited do not move.
 * Of what Postgres counts only the mean is known.
 */
function timesOf(before: readonly Minute[], after: readonly Minute[]): Times {
  const [was, is] = [before, after].map(histogramOf) as [LogHistogram, LogHistogram];
  if (was.total < CALLS_MIN || is.total < CALLS_MIN) {
    const [first, second] = [sumOf(before, 'server'), sumOf(after, 'server')];
    return { ms: [perCall(first.totalMs, first), perCall(second.totalMs, second)], isCertain: true };
  }
  const { longerShare, p } = compareRanks(was, is);
  const isCertain = p < CHANCE_MAX && longerShare >= LONGER_SHARE_MIN;
  return { ms: [was.quantile(0.5), is.quantile(0.5)], isCertain };
}

function histogramOf(minutes: readonly Minute[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const one of minutes.flatMap(({ histograms }) => histograms)) decodeHistogram(one, histogram);
  return histogram;
}

/** The first minute since which each is nearer to how it is than to how it was. */
function beginningOf(first: readonly Minute[], last: readonly Minute[], of: (one: Minute) => number): number {
  const between = Math.sqrt(Math.max(worthOf(first, of), Number.EPSILON) * worthOf(last, of));
  let atMs = (last.at(-1) as Minute).atMs;
  for (const minute of [...first, ...last].reverse()) {
    if (of(minute) < between) break;
    atMs = minute.atMs;
  }
  return atMs;
}

function worthOf(minutes: readonly Minute[], of: (one: Minute) => number): number {
  const values = minutes.map(of).filter((value) => value > 0);
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const blocksPerCall = ({ server }: Minute) => perCall(server.blocks, server);
const timePerCall = ({ own }: Minute) => perCall(own.totalMs, own);

function perCall(count: number, { calls }: Side): number {
  return calls === 0 ? 0 : count / calls;
}

function sumOf(minutes: readonly Minute[], side: 'own' | 'server'): Side {
  const sum = emptySide();
  for (const minute of minutes) addSide(sum, minute[side]);
  return sum;
}

function addSide(into: Side, from: Side): void {
  into.calls += from.calls;
  into.rows += from.rows;
  into.totalMs += from.totalMs;
  into.blocks += from.blocks;
}

function emptySide(): Side {
  return { calls: 0, rows: 0, totalMs: 0, blocks: 0 };
}
