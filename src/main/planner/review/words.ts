/** Figures of a review as people say them. */

import { countWords, digits } from '../plans/figures.ts';

export { byteWords, countWords } from '../plans/figures.ts';

export function rowWords(rows: number): string {
  return Math.round(rows) === 1 ? '1 row' : `${countWords(Math.round(rows))} rows`;
}

/** In the planner's units. */
export function costWords(cost: number): string {
  return cost < 10 ? cost.toFixed(1) : countWords(Math.round(cost));
}

/** "3.2 times what it did", "a quarter of what it did" would need too many words: "0.25 times". */
export function timesWords(before: number, after: number): string {
  return `${digits(after / Math.max(before, 0.01))} times`;
}
