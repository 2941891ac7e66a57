/** Figures as people say them. */

const MILLION = 1_000_000;
const BILLION = 1_000_000_000;

/** "3", "12,400", "3.4 million": never more digits than an estimate deserves. */
export function countWords(figure: number): string {
  const rounded = Math.round(figure);
  if (rounded >= BILLION) return `${digits(rounded / BILLION)} billion`;
  if (rounded >= MILLION) return `${digits(rounded / MILLION)} million`;
  return rounded < 10_000 ? rounded.toLocaleString('en-US') : (Math.round(rounded / 100) * 100).toLocaleString('en-US');
}

export function rowWords(rows: number): string {
  return Math.round(rows) === 1 ? '1 row' : `${countWords(rows)} rows`;
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

export function byteWords(bytes: number): string {
  let figure = bytes;
  let unit = 0;
  while (figure >= 1_000 && unit < UNITS.length - 1) {
    figure /= 1_024;
    unit += 1;
  }
  return `${digits(figure)} ${UNITS[unit]}`;
}

/** In the planner's units. */
export function costWords(cost: number): string {
  return cost < 10 ? cost.toFixed(1) : countWords(cost);
}

/** "40 %", "3.2 times". */
export function ratioWords(before: number, after: number): string {
  const ratio = after / Math.max(before, 0.01);
  return ratio < 2 ? `${Math.round((ratio - 1) * 100)} %` : `${digits(ratio)} times`;
}

function digits(figure: number): string {
  return figure >= 100 ? Math.round(figure).toLocaleString('en-US') : String(Number(figure.toPrecision(2)));
}
