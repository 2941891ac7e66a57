// Says what a catalogue has: messages in ICU's format, with plurals, and marks that a page turns into elements.
import { IntlMessageFormat } from 'intl-messageformat';
import type { ReactNode } from 'react';
import type { Catalogue, WordKey } from './catalogues.ts';
import type { Language } from './languages.ts';

export type Values = Readonly<Record<string, string | number>>;
type Marks = Readonly<Record<string, (parts: ReactNode[]) => ReactNode>>;

export interface Speech {
  readonly language: Language;
  readonly say: (key: WordKey, values?: Values) => string;
  /** The same with `<b>…</b>` and other marks of the message as elements. */
  readonly sayMarked: (key: WordKey, marks: Marks, values?: Values) => ReactNode;
  /** The message of a code that may be one the catalogue does not know; null then. */
  readonly sayIfKnown: (key: string, values?: Values) => string | null;
  readonly time: (iso: string) => string;
  readonly date: (iso: string) => string;
  /** "3 minutes ago", "in 2 days". */
  readonly ago: (iso: string, nowMs: number) => string;
}

export function createSpeech(catalogue: Catalogue, language: Language): Speech {
  const known: Readonly<Record<string, string>> = catalogue;
  const compiled = new Map<string, IntlMessageFormat>();
  const format = (message: string): IntlMessageFormat => {
    const ready = compiled.get(message) ?? new IntlMessageFormat(message, language.locale);
    compiled.set(message, ready);
    return ready;
  };
  const speak = (message: string, values?: Values): string =>
    /[{<]/.test(message) ? String(format(message).format<string>({ ...values })) : message;
  const clock = new Intl.DateTimeFormat(language.locale, { dateStyle: 'medium', timeStyle: 'short' });
  const calendar = new Intl.DateTimeFormat(language.locale, { dateStyle: 'long' });
  const distance = new Intl.RelativeTimeFormat(language.locale, { numeric: 'auto' });
  return {
    language,
    say: (key, values) => speak(catalogue[key], values),
    sayMarked: (key, marks, values) => format(catalogue[key]).format<ReactNode>({ ...values, ...marks }) as ReactNode,
    sayIfKnown: (key, values) => (Object.hasOwn(known, key) ? speak(known[key] ?? '', values) : null),
    time: (iso) => clock.format(new Date(iso)),
    date: (iso) => calendar.format(new Date(iso)),
    ago: (iso, nowMs) => distance.format(...spanOf(Date.parse(iso) - nowMs)),
  };
}

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** In the largest unit that fits; below a minute it is now. */
function spanOf(ms: number): [amount: number, unit: Intl.RelativeTimeFormatUnit] {
  for (const [unit, unitMs] of UNITS) {
    if (Math.abs(ms) >= unitMs) return [Math.trunc(ms / unitMs), unit];
  }
  return [0, 'second'];
}
