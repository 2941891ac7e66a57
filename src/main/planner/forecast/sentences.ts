/** A forecast in words: when, at what size, and what happens there. */

import { countWords, digits } from '../plans/figures.ts';
import type { FoundCliff } from './cliff.ts';
import type { ForecastReport, ForecastStatement } from './schema.ts';

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** "around March 2027", "in about two weeks". */
export function aboutWhen(at: string | null, takenAt: string): string | undefined {
  if (at === null) return undefined;
  const days = (Date.parse(at) - Date.parse(takenAt)) / 86_400_000;
  if (days < 2) return 'within two days';
  if (days < 14) return `in about ${Math.round(days)} days`;
  if (days < 45) return `in about ${Math.round(days / 7)} weeks`;
  const when = new Date(at);
  return `around ${months[when.getUTCMonth()]} ${when.getUTCFullYear()}`;
}

/** "orders.list falls off a cliff at 3.2 × today's rows, around March 2027: …". */
export function cliffSentence(name: string, cliff: FoundCliff, at: string | null, takenAt: string): string {
  const when = aboutWhen(at, takenAt);
  const head = `${name} falls off a cliff at ${digits(cliff.factor)} × today’s rows${when ? `, ${when}` : ''}`;
  return `${head}: ${whatHappens(cliff)}`;
}

function whatHappens({ costAfter, costBefore, turn }: FoundCliff): string {
  const rise = `at twice that size it costs ${countWords(costAfter / Math.max(costBefore, 0.01))} times as much as just before.`;
  switch (turn.kind) {
    case 'flip':
      return `Postgres then runs it by ${short(turn.after.summary)} in place of ${short(turn.before.summary)}; ${rise}`;
    case 'spill':
      return `what it sorts or hashes does not fit into work_mem any more and goes to disk; ${rise}`;
    case 'step':
      return `its cost takes a step that its rows do not explain; ${rise}`;
  }
}

const SUMMARY_MAX = 140;
const short = (summary: string) => (summary.length > SUMMARY_MAX ? `${summary.slice(0, SUMMARY_MAX)}…` : summary);

const growthWords = {
  flat: 'costs about the same however many rows there are',
  slower: 'grows slower than its rows',
  proportional: 'grows as its rows do',
  faster: 'grows faster than its rows',
} as const;

/** Where there is no cliff. */
export function growthSentence({
  growth,
  largest,
  name,
  ratio,
}: Pick<ForecastStatement, 'name' | 'growth'> & { largest: number; ratio: number }): string {
  if (growth === 'flat') return `${name} ${growthWords.flat}.`;
  return `${name} ${growthWords[growth]}: at ${countWords(largest)} × today’s rows it costs ${countWords(ratio)} times as much.`;
}

/** The first that happens. */
export function reportSentence(
  { statements, takenAt }: Pick<ForecastReport, 'statements' | 'takenAt'>,
  largest: number,
): string {
  const [first] = statements;
  if (!first) return 'There is no statement to forecast.';
  const cliffs = statements.filter(({ cliff }) => cliff).length;
  if (!first.cliff) {
    const faster = statements.filter(({ growth }) => growth === 'faster').length;
    const but =
      faster === 0
        ? ''
        : `, though ${faster === 1 ? 'one grows' : `${faster} grow`} faster than ${faster === 1 ? 'its' : 'their'} rows`;
    return `No statement falls off a cliff up to ${countWords(largest)} × today’s rows${but}.`;
  }
  const when = aboutWhen(first.cliff.at, takenAt);
  const others = cliffs === 1 ? '' : ` ${cliffs - 1} more follow${cliffs === 2 ? 's' : ''}.`;
  return `${first.name} is the first to fall off a cliff: at ${digits(first.cliff.factor)} × today’s rows${when ? `, ${when}` : ''}.${others}`;
}
