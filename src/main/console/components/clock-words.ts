// Times of day to the second, spans and offsets: for what happened within minutes.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** "14:00:21", in the reader's own zone. */
export function clockTime(atMs: number): string {
  return clock.format(new Date(atMs));
}

/** "14:00:21", and "22 Nov 14:00:21" where that is another day than the one beside it. */
export function clockTimeBeside(atMs: number, besideMs: number): string {
  const own = day.format(new Date(atMs));
  return own === day.format(new Date(besideMs)) ? clockTime(atMs) : `${own} ${clockTime(atMs)}`;
}

/** A span with the digits that mean something: "0.8 s", "21 s", "2 min 5 s", "1 h 12 min". */
export function spanWords(ms: number): string {
  const length = Math.abs(ms);
  if (length < 10_000) return `${(length / 1000).toFixed(1)} s`;
  if (length < MINUTE_MS) return `${Math.round(length / 1000)} s`;
  if (length < HOUR_MS) return pair(Math.round(length / 1000), 60, ['min', 's']);
  if (length < 24 * HOUR_MS) return pair(Math.round(length / MINUTE_MS), 60, ['h', 'min']);
  return pair(Math.round(length / HOUR_MS), 24, ['d', 'h']);
}

function pair(amount: number, base: number, [big, small]: readonly [string, string]): string {
  const rest = amount % base;
  const first = `${Math.floor(amount / base)} ${big}`;
  return rest === 0 ? first : `${first} ${rest} ${small}`;
}

/** How long after (or before) a moment: "+21 s", "−4.0 s". */
export function offsetWords(atMs: number, fromMs: number): string {
  if (Math.abs(atMs - fromMs) < 50) return '+0 s';
  return `${atMs < fromMs ? '−' : '+'}${spanWords(atMs - fromMs)}`;
}

/** An instant as a `datetime-local` field writes it: in the reader's own zone, to the minute. */
export function toLocalField(atMs: number): string {
  const zoneMs = new Date(atMs).getTimezoneOffset() * MINUTE_MS;
  return new Date(atMs - zoneMs).toISOString().slice(0, 16);
}

/** What a `datetime-local` field says, as an instant; null where it says nothing that is one. */
export function fromLocalField(text: string): string | null {
  const time = new Date(text);
  return text === '' || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
