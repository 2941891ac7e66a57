// Numbers with a sensible number of digits.

const whole = new Intl.NumberFormat('en-GB');

/** A count, with thin groups: "12,480". */
export function countWords(count: number): string {
  return whole.format(count);
}

/** A count that the server estimated: "about 1.2 million". */
export function approximateWords(count: number): string {
  if (count < 10_000) return whole.format(count);
  if (count < 1_000_000) return `about ${whole.format(Math.round(count / 1000) * 1000)}`;
  return `about ${(count / 1_000_000).toFixed(1)} million`;
}

/** Milliseconds for a column whose header says "ms": three digits that mean something. */
export function millisecondsWords(ms: number): string {
  if (ms >= 100) return whole.format(Math.round(ms));
  return ms >= 10 ? ms.toFixed(1) : ms.toFixed(2);
}

/** "1 session", "3 sessions". */
export function plural(count: number, one: string, many: string): string {
  return `${countWords(count)} ${count === 1 ? one : many}`;
}
