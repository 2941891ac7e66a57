/** The timeline as a list: each entry with its clock, its distance from the opening, and who. What repeats is told once, with its count. */

import type { TimelineEntry, TimelineKind } from '../../incidents/schema.ts';
import type { IncidentFacts } from '../incident-facts.ts';
import { blocks, bullets, prose } from '../markdown-text.ts';
import { asSentence, authorOf, clockWords, countWords, offsetWords } from '../words.ts';

/** What the guard does many times in a row. */
const FOLDED: ReadonlySet<TimelineKind> = new Set([
  'limit_changed',
  'refusals',
  'statement_moved',
  'rule',
  'users_hurt',
]);
const FOLD_FROM = 4;
const ENTRIES_MAX = 150;

interface Run {
  readonly first: TimelineEntry;
  readonly rest: TimelineEntry[];
}

export function timelineWords(facts: IncidentFacts): string {
  const { timeline } = facts.detail;
  if (timeline.length === 0) return 'The timeline holds nothing.';
  const runs = foldRuns(timeline);
  const shown = runs.slice(0, ENTRIES_MAX);
  const lines = shown.flatMap((run) => runLines(run, facts));
  const left = runs.slice(ENTRIES_MAX).reduce((sum, { rest }) => sum + 1 + rest.length, 0);
  return blocks(
    'Times are UTC; in brackets the distance from its opening.',
    bullets(lines),
    left > 0 && `${countWords(left)} later entries are left out here; the incident’s own page has them all.`,
  );
}

function foldRuns(timeline: readonly TimelineEntry[]): Run[] {
  const runs: Run[] = [];
  for (const entry of timeline) {
    const last = runs.at(-1);
    if (
      last &&
      last.first.kind === entry.kind &&
      FOLDED.has(entry.kind) &&
      isByItself(last.first) &&
      isByItself(entry)
    ) {
      last.rest.push(entry);
    } else runs.push({ first: entry, rest: [] });
  }
  return runs;
}

const isByItself = ({ by }: TimelineEntry) => by === null;

function runLines({ first, rest }: Run, facts: IncidentFacts): string[] {
  if (rest.length + 1 < FOLD_FROM) return [first, ...rest].map((entry) => entryLine(entry, facts));
  const last = rest.at(-1) as TimelineEntry;
  const more = `${countWords(rest.length)} more of this kind until ${clockWords(last.at)}`;
  return [`${entryLine(first, facts)} ${more}, the last: ${prose(asSentence(last.sentence))}`];
}

function entryLine({ at, by, kind, sentence }: TimelineEntry, { since }: IncidentFacts): string {
  const author = authorOf(by, kind);
  const who = author === null ? '' : ` *${prose(author)}*:`;
  return `**${clockWords(at)}** (${offsetWords(since(at))})${who} ${prose(asSentence(sentence))}`;
}
