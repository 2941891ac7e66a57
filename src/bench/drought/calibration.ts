/** How large the table of orders must be: it is grown in steps until one report alone takes as long as it should. */

export interface Measured {
  rows: number;
  ms: number;
}

/** What drought.md asks of one report that has the machine to itself. */
export const REPORT_MS = { least: 3_000, aim: 3_700, most: 5_000 } as const;
/** A small table's time says little about a large one's: it is approached in steps. */
const MOST_GROWTH = 8;
const LEAST_GROWTH = 1.1;

/**
 * @returns how many rows to have in all for the next measurement; null where the table is large enough, or as large as it
 *   may become
 */
export function nextSize({ rows, ms }: Measured, rowsMax: number): number | null {
  if (ms >= REPORT_MS.least || rows >= rowsMax) return null;
  const growth = Math.min(MOST_GROWTH, Math.max(LEAST_GROWTH, REPORT_MS.aim / Math.max(1, ms)));
  // Somewhat short while far away: what is too large cannot be made smaller again.
  const careful = growth > 3 ? growth * 0.9 : growth;
  return Math.min(rowsMax, Math.ceil(rows * careful));
}

/** In words, where the measured time is not what was asked for; null where it is. */
export function describeMiss({ rows, ms }: Measured): string | null {
  if (ms >= REPORT_MS.least && ms <= REPORT_MS.most) return null;
  const than = ms < REPORT_MS.least ? 'less than' : 'more than';
  return `one report alone takes ${(ms / 1000).toFixed(1)} s over ${rows} orders, ${than} the 3 to 5 s that were meant`;
}
