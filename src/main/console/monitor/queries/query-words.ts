// A statement's figures and what became of them, in words.
import type { QueryFigures, QueryList, QuerySpan, QueryView } from '../../../client/index.ts';
import { countWords, millisecondsWords, plural } from '../../components/number-words.ts';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';
type Change = NonNullable<QueryView['change']>;
type ChangeKind = Change['kind'];

const changes: Record<ChangeKind, { readonly tone: Tone; readonly title: string }> = {
  new: { tone: 'plain', title: 'New' },
  slower: { tone: 'warn', title: 'Slower' },
  faster: { tone: 'good', title: 'Faster' },
  more_calls: { tone: 'plain', title: 'More calls' },
  plan_regression: { tone: 'bad', title: 'Worse plan' },
  same: { tone: 'plain', title: 'As before' },
};

export function changeWords(kind: ChangeKind): { readonly tone: Tone; readonly title: string } {
  return changes[kind];
}

/** Whether there is a word to say: not where all is as before, nor where nothing at all is known of the time before. */
export function hasChanged(change: QueryView['change'], totals: QueryList['totals']): change is Change {
  if (change === null || change.kind === 'same') return false;
  return change.kind !== 'new' || (totals.before?.calls ?? 0) > 0;
}

/** A difference smaller than this is not worth a word. */
const SMALLEST_CHANGE = 0.05;
const TWICE = 2;

/** How one figure stands to another: "+12 %", "×3.4", "−40 %"; empty where there is nothing to compare or to say. */
export function ratioWords(now: number | null, before: number | null | undefined): string {
  if (now === null || before === null || before === undefined || before <= 0) return '';
  const ratio = now / before;
  if (Math.abs(ratio - 1) < SMALLEST_CHANGE) return '';
  if (ratio >= TWICE) return `×${ratio >= 10 ? countWords(Math.round(ratio)) : ratio.toFixed(1)}`;
  const percent = Math.round((ratio - 1) * 100);
  return percent > 0 ? `+${percent} %` : `−${-percent} %`;
}

export function secondsOf({ from, to }: QuerySpan): number {
  return Math.max(1, (Date.parse(to) - Date.parse(from)) / 1000);
}

/** Spans may differ in length, so that calls are compared by their rate. */
export function callsRatio(now: number, before: QueryFigures | null, spans: QueryList['spans']): string {
  if (before === null || spans.before === null) return '';
  return ratioWords(now / secondsOf(spans.now), before.calls / secondsOf(spans.before));
}

/** "12,480 calls of 42 statements took 3 min 12 s in all, 1.4 connections busy on average." */
export function totalWords({ spans, total, totals }: QueryList): string {
  const seconds = secondsOf(spans.now);
  const busy = totals.now.totalMs / 1000 / seconds;
  const calls = `${plural(totals.now.calls, 'call', 'calls')} of ${plural(total, 'statement', 'statements')}`;
  const before = totals.before && spans.before ? totals.before.totalMs / secondsOf(spans.before) : null;
  const ratio = ratioWords(totals.now.totalMs / seconds, before);
  const compared = ratio === '' ? '' : `, ${ratio} against the other span`;
  const isAlone = totals.before !== null && totals.before.calls === 0;
  const alone = isAlone ? ' Nothing is known of the other span.' : '';
  return `${calls}: ${busyWords(busy)} at work on average${compared}.${alone}`;
}

function busyWords(connections: number): string {
  const words =
    connections >= 10 ? countWords(Math.round(connections)) : connections.toFixed(connections < 0.1 ? 3 : 1);
  return `${words} ${words === '1.0' ? 'connection' : 'connections'}`;
}

/** Blocks of 8 kB for each call: whole ones, unless there are few. */
export function blockWords(blocks: number | null): string {
  if (blocks === null) return '–';
  return blocks >= 10 || Number.isInteger(blocks) ? countWords(Math.round(blocks)) : blocks.toFixed(1);
}

export function timeWords(ms: number | null): string {
  return ms === null ? '–' : millisecondsWords(ms);
}

export function percentWords(share: number): string {
  if (share > 0 && share < 0.01) return '<1 %';
  return `${Math.round(share * 100)} %`;
}
