/** Instants, lengths and counts as a postmortem writes them: in UTC, rounded to what was measured, never to what sounds well. */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** "23 November 2026". */
export function dayWords(instant: string): string {
  return new Date(instant).toLocaleDateString('en-GB', {
    ...{ day: 'numeric', month: 'long', year: 'numeric' },
    timeZone: 'UTC',
  });
}

/** "14:00:03". */
export function clockWords(instant: string | number): string {
  return new Date(instant).toISOString().slice(11, 19);
}

/** "23 November 2026, 14:00:03 UTC". */
export function instantWords(instant: string): string {
  return `${dayWords(instant)}, ${clockWords(instant)} UTC`;
}

/** "850 ms", "4.2 s", "38 s", "2 min 38 s", "1 h 5 min". */
export function spanWords(ms: number): string {
  const length = Math.abs(ms);
  if (length < 1_000) return `${Math.round(length)} ms`;
  if (length < 9_950) return `${(length / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  if (length < MINUTE_MS - 500) return `${Math.round(length / 1_000)} s`;
  if (length < HOUR_MS) return twoUnits(Math.round(length / 1_000), 60, ['min', 's']);
  return twoUnits(Math.round(length / MINUTE_MS), 60, ['h', 'min']);
}

function twoUnits(amount: number, each: number, [large, small]: readonly [string, string]): string {
  const rest = amount % each;
  return `${Math.floor(amount / each)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** Against the moment it opened: "+12 s", "−1 min 3 s", "0 s". */
export function offsetWords(ms: number): string {
  if (Math.abs(ms) < 500) return '0 s';
  // Whole seconds: beside a clock that shows no smaller part, a fraction would only seem exact.
  return `${ms < 0 ? '−' : '+'}${spanWords(Math.round(ms / 1_000) * 1_000)}`;
}

export function countWords(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** "1 user", "214 users". */
export function amountWords(count: number, one: string, many: string): string {
  return `${countWords(count)} ${Math.round(count) === 1 ? one : many}`;
}

/** Of 0.3: "30 %"; of 0.004: "under 1 %". */
export function shareWords(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %';
  if (share < 1 && share > 0.99) return 'over 99 %';
  return `${Math.round(share * 100)} %`;
}

export function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Who did or wrote it, in front of a sentence; an operator's id says nothing to a reader, and that sentence names the operator. */
export function authorOf(by: string | null, kind: string): string | null {
  if (by === null) return null;
  if (!UUID.test(by)) return by;
  return kind === 'note' ? 'an operator wrote' : null;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** With a full stop, however it came. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…:]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
