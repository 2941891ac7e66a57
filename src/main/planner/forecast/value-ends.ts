/**
 * How the values of a column move as its table grows. A counter counts on: its end grows with the rows. Of a column of moments the end is
 * always the present, so time that passes moves its beginning away: statements that ask for the last day still find a
 * last day. Everything else keeps its values.
 */

const DAY_MS = 86_400_000;
/** Further rows come from more of them each day, and not from more days. */
export const TIME_PASSES_MAX_MS = 3 * 365 * DAY_MS;

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})(\.\d+)?)?([+-]\d{2}(?::?\d{2})?)?$/;

/** Milliseconds since 1970 of a date or timestamp as Postgres writes it; nothing for `infinity`, BC and what is no moment. */
export function momentMs(text: string): number | undefined {
  const found = MOMENT.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = '+00'] = found;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return at + Math.round(Number(fraction || 0) * 1_000) - offset;
}

/** As the text that it is to replace was written: a date, or a moment with or without its zone. */
function momentText(ms: number, like: string): string {
  const iso = new Date(ms).toISOString();
  if (!/\d:\d/.test(like)) return iso.slice(0, 10);
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${/[+-]\d{2}(?::?\d{2})?$/.test(like.slice(10)) ? '+00' : ''}`;
}

/**
 * @param bounds of a histogram of moments, ascending
 * @param factor by which the rows grow
 * @returns the same bounds where one of them is no moment
 */
export function stretchMoments(bounds: readonly string[], factor: number): string[] {
  const moments = bounds.map(momentMs);
  const first = moments[0];
  const last = moments.at(-1);
  if (first === undefined || last === undefined || moments.includes(undefined) || last <= first) return [...bounds];
  const span = last - first;
  const stretch = Math.min(factor, (span + TIME_PASSES_MAX_MS) / span);
  return bounds.map((text, at) => momentText(last - (last - (moments[at] as number)) * stretch, text));
}

const counterMax: Record<string, number> = { smallint: 32_767, integer: 2_147_483_647 };

/**
 * @param bounds of a histogram of whole numbers, ascending
 * @param type as `format_type` writes it: the end of the type is not passed
 */
export function stretchCounts(bounds: readonly string[], factor: number, type: string): string[] {
  const counts = bounds.map(Number);
  const low = counts[0];
  if (low === undefined || !counts.every(Number.isSafeInteger)) return [...bounds];
  const max = counterMax[type] ?? Number.MAX_SAFE_INTEGER;
  return counts.map((count) => String(Math.min(max, Math.round(low + (count - low) * factor))));
}
