/**
 * A histogram as bytes: runs of counters that stand together, each with its first place, its length and its counts, seven bits to
 * a byte. A minute of a statement takes some thirty bytes, and two of them written one after the other are their sum, so that
 * Postgres adds them up by stringing them together.
 */

import { LogHistogram } from '../history/log-histogram.ts';

const CONTINUES = 0x80;
const SEVEN_BITS = 0x7f;
/** Five times seven bits hold any count that a counter can have. */
const COUNT_BYTES_MAX = 5;
/** So many empty counters cost no more than a new run. */
const GAP_MAX = 2;
const RUN_MAX = 255;

export function encodeHistogram(histogram: LogHistogram): Buffer {
  const bytes: number[] = [];
  let next = Number.NEGATIVE_INFINITY;
  let lengthAt = 0;
  for (const [place, count] of histogram.places()) {
    const gap = place - next;
    if (gap > GAP_MAX || (bytes[lengthAt] ?? 0) + gap >= RUN_MAX) {
      lengthAt = bytes.push(place, 0) - 1;
    } else {
      for (let empty = 0; empty < gap; empty += 1) bytes.push(0);
      bytes[lengthAt] = (bytes[lengthAt] as number) + gap;
    }
    let left = count;
    for (; left > SEVEN_BITS; left = Math.floor(left / (SEVEN_BITS + 1))) bytes.push((left & SEVEN_BITS) | CONTINUES);
    bytes.push(left);
    bytes[lengthAt] = (bytes[lengthAt] as number) + 1;
    next = place + 1;
  }
  return Buffer.from(bytes);
}

/** Adds what the bytes hold to a histogram. What is cut off at their end is left out. */
export function decodeHistogram(bytes: Uint8Array | null, into = new LogHistogram()): LogHistogram {
  let at = 0;
  const read = () => bytes?.[at++];
  while (bytes && at < bytes.length) {
    const first = read() as number;
    const length = read() ?? 0;
    for (let place = first; place < first + length; place += 1) {
      let count = 0;
      let byte: number | undefined = CONTINUES;
      for (let part = 0; part < COUNT_BYTES_MAX && byte !== undefined && byte >= CONTINUES; part += 1) {
        byte = read();
        count += ((byte ?? 0) & SEVEN_BITS) * 2 ** (7 * part);
      }
      if (byte === undefined) return into;
      if (count > 0) into.addAt(place, count);
    }
  }
  return into;
}
