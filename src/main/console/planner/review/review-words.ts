// What a review finds, in words: its concerns, how grave each is, where statements come from, and for which values a plan is.
import type { BindingKind, FindingKind, ReviewPage, StatementSummary } from '../../../client/index.ts';
import { plural } from '../../components/number-words.ts';

export type Gravity = NonNullable<StatementSummary['severity']>;
export type Tone = 'plain' | 'good' | 'warn' | 'bad';

const gravities: Record<Gravity, { readonly title: string; readonly tone: Tone; readonly means: string }> = {
  severe: { title: 'Severe', tone: 'bad', means: 'It will hurt users as the tables grow' },
  concern: { title: 'Concern', tone: 'warn', means: 'Worth a look' },
  note: { title: 'Note', tone: 'plain', means: 'Good to know' },
};

export function gravityWords(gravity: Gravity) {
  return gravities[gravity];
}

const concerns: Record<FindingKind, string> = {
  sequential_scan: 'Reads a whole table',
  filter_after_index: 'Filters after the index',
  spilling_sort: 'Sort spills to disk',
  spilling_hash: 'Hash spills to disk',
  uncertain_nested_loop: 'Nested loop on a doubtful estimate',
  cartesian_join: 'Joins everything with everything',
  function_hides_index: 'A function hides the index',
  cast_hides_index: 'A cast hides the index',
  leading_wildcard: 'Pattern begins with a wildcard',
  or_hides_index: 'An or hides the index',
  deep_offset: 'Skips rows by offset',
  missing_limit: 'List without a limit',
  not_in_subquery: 'Not in a subquery',
  correlated_subquery: 'Subquery for each row',
  count_of_all: 'Counts a large table',
  repeated_statement: 'Repeated within a request',
};

/** What a page calls it; a kind that a newer server has is shown by its own name. */
export function concernWords(kind: FindingKind): string {
  return concerns[kind] ?? String(kind).replaceAll('_', ' ');
}

const sources: Record<StatementSummary['source'], string> = {
  declared: 'declared',
  observed: 'observed',
  collection: 'of a collection',
  file: 'from a file',
  server: 'seen by Postgres',
};

export function sourceWords(source: StatementSummary['source']): string {
  return sources[source];
}

const values: Record<BindingKind, string> = {
  common: 'common values',
  middle: 'ordinary values',
  rare: 'rare values',
  none: 'any values',
};

/** "common and rare values": for which values Postgres plans so. */
export function bindingWords(kinds: readonly BindingKind[]): string {
  if (kinds.length === 0 || kinds.includes('none')) return values.none;
  const words = kinds.map((kind) => values[kind].replace(' values', ''));
  const last = words.pop();
  return words.length === 0 ? `${last} values` : `${words.join(', ')} and ${last} values`;
}

/** "142 statements are planned: 3 with something severe, 12 with a concern." */
export function totalWords({ report, statements }: ReviewPage): string {
  if (!report) return '';
  const count = (gravity: Gravity) => statements.filter(({ severity }) => severity === gravity).length;
  const parts = [
    [count('severe'), 'with something severe'],
    [count('concern'), 'with a concern'],
    [count('note'), 'with a note'],
  ] as const;
  const found = parts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`);
  const { justified, planned } = report.totals;
  const answered = justified === 0 ? '' : ` ${plural(justified, 'finding is', 'findings are')} answered for.`;
  const all = planned === 1 ? '1 statement is planned' : `${plural(planned, '', 'statements')} are planned`;
  if (found.length === 0) return `${all}, and nothing is wrong with ${planned === 1 ? 'it' : 'them'}.${answered}`;
  return `${all}: ${found.join(', ')}.${answered}`;
}
