/**
 * A histogram as bytes: for each counter that has counted, its place in one byte and its count in as many as it needs, seven
 * bits in each. A minute of a statement takes some thirty bytes, and two of them written one after the other are their sum, so
 * that Postgres adds them up by stringing them together.
 */

import { LogHistogram } from '../history/log-histogram.ts';

const CONTINUES = 0x80;
const SEVEN_BITS = 0x7f;
/** Five times seven bits hold any count that a counter can have. */
const COUNT_BYTES_MAX = 5;

export function encodeHistogram(histogram: LogHistogram): Buffer {
  const bytes: number[] = [];
  for (const [place, count] of histogram.places()) {
    bytes.push(place);
    let left = count;
    for (; left > SEVEN_BITS; left = Math.floor(left / (SEVEN_BITS + 1))) bytes.push((left & SEVEN_BITS) | CONTINUES);
    bytes.push(left);
  }
  return Buffer.from(bytes);
}

/** Adds what the bytes hold to a histogram. What is cut off at their end is left out. */
export function decodeHistogram(bytes: Uint8Array | null, into = new LogHistogram()): LogHistogram {
  let at = 0;
  while (bytes && at < bytes.length) {
    const place = bytes[at] as number;
    at += 1;
    let count = 0;
    let isWhole = false;
    for (let byte = 0; byte < COUNT_BYTES_MAX && at < bytes.length && !isWhole; byte += 1) {
      const value = bytes[at] as number;
      at += 1;
      count += (value & SEVEN_BITS) * 2 ** (7 * byte);
      isWhole = value < CONTINUES;
    }
    if (isWhole) into.addAt(place, count);
  }
  return into;
}
