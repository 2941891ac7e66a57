/** What became of a statement from one span to another, in a word and a sentence. */

import type { StatementSeries } from './figures.ts';
import { meanMsOf, perCall } from './figures.ts';
import type { Regression } from './query-store.ts';
import { compareRanks } from './rank-test.ts';
import type { QueryView } from './schema.ts';
import { MINUTE_MS, type Span } from './spans.ts';

export type Change = NonNullable<QueryView['change']>;

/** A mean that differs by less is the same to a person. */
const SLOWER_RATIO = 1.3;
const MORE_CALLS_RATIO = 1.5;
const CALLS_MIN = 20;
const CHANCE_MAX = 0.01;
/** A difference of so little for each call is felt by nobody. */
const ADDED_MS_MIN = 0.1;

export interface Compared {
  readonly now: StatementSeries;
  readonly before: StatementSeries | undefined;
  readonly spans: { readonly now: Span; readonly before: Span };
  /** Of the present span, newest first. */
  readonly regressions: readonly Regression[];
}

export function changeOf({ before, now, regressions, spans }: Compared): Change {
  const [regression] = regressions;
  if (regression) return { kind: 'plan_regression', sentence: regression.sentence };
  if (!before) return { kind: 'new', sentence: 'It did not run in the span before.' };
  const time = compareTime(before, now);
  if (time) return time;
  const rates = { before: rateOf(before, spans.before), now: rateOf(now, spans.now) };
  if (now.calls.calls >= CALLS_MIN && rates.now >= rates.before * MORE_CALLS_RATIO) {
    const sentence = `Called ${tellRate(rates.now)}, before ${tellRate(rates.before)}.`;
    return { kind: 'more_calls', sentence };
  }
  return { kind: 'same', sentence: 'Nothing that matters has changed.' };
}

function compareTime(before: StatementSeries, now: StatementSeries): Change | undefined {
  const [beforeMs, nowMs] = [meanMsOf(before.calls), meanMsOf(now.calls)];
  const isEnough = before.calls.calls >= CALLS_MIN && now.calls.calls >= CALLS_MIN;
  if (!isEnough || Math.abs(nowMs - beforeMs) < ADDED_MS_MIN || !isReal(before, now)) return undefined;
  const ratio = nowMs / beforeMs;
  if (ratio < SLOWER_RATIO && ratio > 1 / SLOWER_RATIO) return undefined;
  const sentence = `Takes ${tellMs(nowMs)} on average, before ${tellMs(beforeMs)}${tellBlocks(before, now)}.`;
  return { kind: ratio >= 1 ? 'slower' : 'faster', sentence };
}

/** Where single calls were seen, chance has to be ruled out; a mean alone can only be believed. */
function isReal(before: StatementSeries, now: StatementSeries): boolean {
  const [first, second] = [before.calls.histogram, now.calls.histogram];
  if (first.total === 0 || second.total === 0) return true;
  return compareRanks(first, second).p < CHANCE_MAX;
}

function tellBlocks(before: StatementSeries, now: StatementSeries): string {
  const [first, second] = [before, now].map(({ server }) => perCall(server.hitBlocks + server.readBlocks, server));
  if (first == null || second == null || Math.abs(second - first) < 1) return '';
  return `, and reads ${tellCount(second)} blocks for each call, before ${tellCount(first)}`;
}

function rateOf({ calls }: StatementSeries, { fromMs, toMs }: Span): number {
  return (calls.calls / Math.max(MINUTE_MS, toMs - fromMs)) * 1_000;
}

/** Such as `0.42 ms`, `12 ms`, `3.4 s`. */
export function tellMs(ms: number): string {
  if (ms >= 1_000) return `${digits(ms / 1_000)} s`;
  return `${digits(ms)} ms`;
}

export function tellCount(count: number): string {
  return count >= 100 ? Math.round(count).toLocaleString('en-US') : digits(count);
}

function tellRate(perSecond: number): string {
  if (perSecond >= 1) return `${tellCount(perSecond)} times a second`;
  if (perSecond * 60 >= 1) return `${tellCount(perSecond * 60)} times a minute`;
  return `${digits(perSecond * 3_600)} times an hour`;
}

/** Two digits that say something. */
function digits(value: number): string {
  if (value >= 10) return String(Math.round(value));
  if (value >= 1) return String(Number(value.toFixed(1)));
  return String(Number(value.toPrecision(2)));
}
