/**
 * What came true of a piece of advice: what each statement takes after it against before, beside what was predicted. Blocks are
 * gone by where they are known, since they do not depend on what else the machine did; else time.
 */

import type { CreateAdvice, DropAdvice, LedgerVerdict, RealisedFigures, RealisedStatement } from '../schema.ts';
import type { IndexFacts } from './queries.ts';

/** What a statement took over a span. */
export interface StatementFigures {
  /** Its declared name, or its fingerprint's. */
  readonly statement: string;
  readonly text: string | null;
  readonly calls: number;
  readonly totalMs: number;
  /** Hit and read; null where they are not counted. */
  readonly blocksPerCall: number | null;
}

export interface Observed {
  readonly before: readonly StatementFigures[];
  readonly after: readonly StatementFigures[];
  /** How long `after` is. */
  readonly afterMs: number;
  /** Null where the index is not there. */
  readonly index: IndexFacts | null;
  readonly stage: 'first_hour' | 'day';
}

export interface Realised {
  readonly sizeBytes: number | null;
  readonly scans: number | null;
  readonly millisecondsPerDay: number | null;
  readonly verdict: LedgerVerdict;
  readonly predictionError: number | null;
  readonly sentence: string;
  readonly statements: readonly RealisedStatement[];
}

/** Fewer say nothing. */
const CALLS_MIN = 20;
const DAY_MS = 86_400_000;
const LISTED_MAX = 20;
/** Of what was predicted: from here on it has helped, and from here on less than it was to. */
const HELPED_SHARE = 0.5;
const HELPED_LESS_SHARE = 0.1;
/** A statement that takes so much more than before is hurt, and not by chance. */
const HURT_TIMES = 1.5;

interface Compared extends RealisedStatement {
  /** Milliseconds a day that its calls took before, at the rate of calls after. */
  readonly msPerDay: number;
  readonly savedMsPerDay: number;
}

export function realise(advice: CreateAdvice | DropAdvice, observed: Observed): Realised {
  const compared = compare(predictedOf(advice, observed), observed);
  const told = compared.filter((one) => one.realisedTimes !== null);
  const saved = told.reduce((sum, one) => sum + one.savedMsPerDay, 0);
  const verdict = advice.kind === 'create' ? judgeCreated(told, observed) : judgeDropped(told, observed);
  return {
    sizeBytes: observed.index?.sizeBytes ?? null,
    scans: observed.index?.scans ?? null,
    millisecondsPerDay: told.length > 0 ? saved : null,
    verdict,
    predictionError: advice.kind === 'create' ? medianError(told) : null,
    sentence: tellVerdict(verdict, { kind: advice.kind, saved, told, index: observed.index, stage: observed.stage }),
    statements: compared.slice(0, LISTED_MAX).map(({ msPerDay: _, savedMsPerDay: __, ...statement }) => statement),
  };
}

/** Of a drop nothing is predicted to change: every statement that reads the table is looked at. */
function predictedOf(advice: CreateAdvice | DropAdvice, { after }: Observed): ReadonlyMap<string, number> {
  if (advice.kind === 'create') {
    return new Map(advice.statements.map(({ statement, timesCheaper }) => [statement, timesCheaper]));
  }
  const { table } = advice.index;
  const readsTable = ({ text }: StatementFigures) => text?.toLowerCase().includes(table.toLowerCase()) ?? false;
  return new Map(after.filter(readsTable).map(({ statement }) => [statement, 1]));
}

/** The weightiest first. */
function compare(predicted: ReadonlyMap<string, number>, { after, afterMs, before }: Observed): Compared[] {
  const [then, now] = [before, after].map((all) => new Map(all.map((one) => [one.statement, one])));
  return [...predicted]
    .map(([statement, predictedTimes]) => {
      const [first, second] = [then?.get(statement), now?.get(statement)].map(toFigures);
      const { basis, times } = timesOf(first ?? null, second ?? null);
      const callsPerDay = ((second?.calls ?? 0) * DAY_MS) / Math.max(1, afterMs);
      const msPerDay = callsPerDay * (first?.msPerCall ?? 0);
      const savedMsPerDay = times === null ? 0 : msPerDay - callsPerDay * (second?.msPerCall ?? 0);
      return {
        ...{ statement, predictedTimes, before: first ?? null, after: second ?? null, realisedTimes: times, basis },
        ...{ sentence: tellStatement({ basis, times, predictedTimes }), msPerDay, savedMsPerDay },
      };
    })
    .sort((a, b) => b.msPerDay - a.msPerDay);
}

function toFigures(figures: StatementFigures | undefined): RealisedFigures | null {
  if (!figures || figures.calls === 0) return null;
  const { blocksPerCall, calls, totalMs } = figures;
  return { calls: Math.round(calls), msPerCall: totalMs / calls, blocksPerCall };
}

interface Times {
  basis: 'blocks' | 'time' | null;
  times: number | null;
}

/** How many times less it takes after than before. */
function timesOf(before: RealisedFigures | null, after: RealisedFigures | null): Times {
  if (!before || !after || before.calls < CALLS_MIN || after.calls < CALLS_MIN) return { basis: null, times: null };
  if (before.blocksPerCall !== null && after.blocksPerCall !== null && before.blocksPerCall > 0) {
    // One block is the least that there can be.
    return { basis: 'blocks', times: Math.max(1, before.blocksPerCall) / Math.max(1, after.blocksPerCall) };
  }
  return { basis: 'time', times: Math.max(0.001, before.msPerCall) / Math.max(0.001, after.msPerCall) };
}

function judgeCreated(told: readonly Compared[], { index, stage }: Observed): LedgerVerdict {
  if (told.length === 0) return index?.scans === 0 && stage === 'day' ? 'did_not_help' : 'unknown';
  const savedShare = (times: number) => 1 - 1 / times;
  const sum = (of: (one: Compared) => number) => told.reduce((total, one) => total + (one.msPerDay || 1) * of(one), 0);
  const predicted = sum((one) => savedShare(one.predictedTimes));
  const realised = sum((one) => savedShare(one.realisedTimes ?? 1));
  if (predicted <= 0) return realised < 0 ? 'hurt' : 'helped';
  const share = realised / predicted;
  if (share >= HELPED_SHARE) return 'helped';
  if (share >= HELPED_LESS_SHARE) return 'helped_less';
  return share > -HELPED_LESS_SHARE ? 'did_not_help' : 'hurt';
}

/** A drop has helped where nobody misses the index. */
function judgeDropped(told: readonly Compared[], { after }: Observed): LedgerVerdict {
  if (told.some(({ realisedTimes }) => (realisedTimes ?? 1) < 1 / HURT_TIMES)) return 'hurt';
  return told.length === 0 && after.length === 0 ? 'unknown' : 'helped';
}

/** How far the predictions were off, as a factor: the median. */
function medianError(told: readonly Compared[]): number | null {
  const errors = told
    .map(({ predictedTimes, realisedTimes }) => {
      const ratio = predictedTimes / Math.max(1e-9, realisedTimes ?? 1);
      return Math.max(ratio, 1 / Math.max(1e-9, ratio));
    })
    .sort((a, b) => a - b);
  const [low, high] = [errors[Math.ceil(errors.length / 2) - 1], errors[Math.floor(errors.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function tellStatement({ basis, predictedTimes, times }: Times & { predictedTimes: number }): string {
  if (times === null) return 'It was called too rarely to say.';
  const less = basis === 'blocks' ? 'blocks for each call' : 'time for each call';
  const found = times >= 1 ? `${tellTimes(times)} less ${less}` : `${tellTimes(1 / times)} more ${less}`;
  const said = predictedTimes === 1 ? 'no change was predicted' : `${tellTimes(predictedTimes)} less was predicted`;
  return `It takes ${found}; ${said}.`.replace('less blocks', 'fewer blocks');
}

interface Telling {
  kind: 'create' | 'drop';
  saved: number;
  told: readonly Compared[];
  index: IndexFacts | null;
  stage: 'first_hour' | 'day';
}

function tellVerdict(verdict: LedgerVerdict, { index, kind, saved, stage, told }: Telling): string {
  const span = stage === 'day' ? 'a day' : 'an hour';
  if (kind === 'drop') {
    if (verdict === 'unknown') return `In ${span} no statement was counted, so nobody can say.`;
    if (verdict === 'helped') return `In ${span} nobody has missed it.`;
    const worst = told.reduce((a, b) => ((a.realisedTimes ?? 1) < (b.realisedTimes ?? 1) ? a : b));
    return `${worst.statement} is slower without it. ${worst.sentence}`;
  }
  if (verdict === 'unknown') return `In ${span} the statements were called too rarely to say.`;
  if (told.length === 0) return index?.scans === 0 ? `In ${span} no statement has used it.` : 'It did not help.';
  const [first] = told;
  const heaviest = first ? ` ${first.statement}: ${first.sentence}` : '';
  if (verdict === 'helped') return `It saves about ${tellDuration(saved)} a day.${heaviest}`;
  if (verdict === 'helped_less') return `It helps by less than half of what was predicted.${heaviest}`;
  return `${verdict === 'hurt' ? 'Its statements take more than before.' : 'It did not help.'}${heaviest}`;
}

/** `3.2 times`, `140 times`. */
function tellTimes(times: number): string {
  return `${times >= 10 ? Math.round(times) : Number(times.toFixed(1))} times`;
}

function tellDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 3_600)} hours`;
}
