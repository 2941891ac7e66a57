// The ledger of advice in words: what became of a prediction.
import type { LedgerEntry, LedgerTotals, LedgerVerdict } from '../../../client/index.ts';
import { plural } from '../../components/number-words.ts';
import { busyWords, type Tone } from './advice-words.ts';

const verdicts: Record<LedgerVerdict, { readonly title: string; readonly tone: Tone }> = {
  waiting: { title: 'Being measured', tone: 'plain' },
  helped: { title: 'Helped', tone: 'good' },
  helped_less: { title: 'Helped less', tone: 'warn' },
  did_not_help: { title: 'Did not help', tone: 'warn' },
  hurt: { title: 'Hurt', tone: 'bad' },
  unknown: { title: 'Cannot be said', tone: 'plain' },
};

export function verdictWords(verdict: LedgerVerdict): { readonly title: string; readonly tone: Tone } {
  return verdicts[verdict];
}

const stages: Record<LedgerEntry['stage'], string> = {
  waiting: 'the first hour is not over',
  first_hour: 'after the first hour',
  day: 'after a day',
};

export function stageWords(stage: LedgerEntry['stage']): string {
  return stages[stage];
}

/** "5 pieces of advice were followed: 4 helped, 1 is being measured. They save 12 min a day." */
export function ledgerWords({ didNotHelp, done, helped, millisecondsPerDay, waiting }: LedgerTotals): string {
  const parts = [
    ...(helped > 0 ? [`${helped} helped`] : []),
    ...(didNotHelp > 0 ? [`${didNotHelp} did not`] : []),
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'is' : 'are'} being measured`] : []),
  ];
  const followed = plural(done, 'piece of advice was followed', 'pieces of advice were followed');
  if (done === 1 && waiting === 1) return 'One piece of advice was followed, and is being measured.';
  const found = parts.length > 0 ? `: ${parts.join(', ')}` : '';
  const saved = millisecondsPerDay > 0 ? ` Postgres is busy ${busyWords(millisecondsPerDay)} less in a day.` : '';
  return `${followed}${found}.${saved}`;
}

/** "off by a factor of 1.2": how well it was predicted. */
export function errorWords(error: number | null): string {
  if (error === null) return '';
  return error < 1.05
    ? 'predicted exactly'
    : `predicted to a factor of ${error >= 10 ? Math.round(error) : error.toFixed(1)}`;
}

/**
 * Where a factor stands on a scale that all statements of an entry share: 1 in the middle or at the left, by powers.
 *
 * @returns shares of the width
 */
export function timesScale(times: readonly (number | null)[]): (value: number) => number {
  const known = times.filter((value): value is number => value !== null && value > 0).map(Math.log);
  const low = Math.min(0, ...known);
  const high = Math.max(Math.log(2), ...known);
  return (value) => (Math.log(Math.max(value, Number.MIN_VALUE)) - low) / (high - low);
}
