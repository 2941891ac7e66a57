/**
 * A block as bytes. Values keep twelve bits of their fraction, an error of a hundredth of a percent, and each is written as the
 * difference to the one before: what stands still costs a byte a step, what jitters two. Where a step had one value alone, least
 * and most are left out. What is long is deflated.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { SampleSpan, StepValues } from './sample-block.ts';

const PLAIN = 1;
const DEFLATED = 2;
const DEFLATE_FROM_BYTES = 400;
/** No block of ours comes near; one that would is no block of ours. */
const INFLATED_BYTES_MAX = 16_777_216;
const IS_FLAT = 1;
const IS_WHOLE = 2;
/** Of the 23 bits of a 32-bit float's fraction these are dropped. */
const DROPPED_BITS = 11;
const HALF = 1 << (DROPPED_BITS - 1);
const LARGEST = 3.4e38;

const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

/** @param series by the number of the scope's label */
export function encodeBlock(series: ReadonlyMap<number, StepValues>): Buffer {
  const writer = new ByteWriter();
  for (const [label, values] of series) {
    const body = encodeValues(values);
    writer.count(label);
    writer.count(body.length);
    writer.bytes(body);
  }
  const plain = writer.toBuffer();
  const isLong = plain.length >= DEFLATE_FROM_BYTES;
  return Buffer.concat([Buffer.from([isLong ? DEFLATED : PLAIN]), isLong ? deflateRawSync(plain) : plain]);
}

/**
 * @param only the one label that is wanted; the others are passed over unread
 * @throws Error where these are no bytes of ours
 */
export function decodeBlock(bytes: Buffer, { steps }: SampleSpan, only?: number): Map<number, StepValues> {
  const form = bytes[0];
  if (form !== PLAIN && form !== DEFLATED) throw new Error(`a block of samples has the unknown form ${form}`);
  const packed = bytes.subarray(1);
  const plain = form === DEFLATED ? inflateRawSync(packed, { maxOutputLength: INFLATED_BYTES_MAX }) : packed;
  const reader = new ByteReader(plain);
  const series = new Map<number, StepValues>();
  while (!reader.isAtEnd) {
    const label = reader.count();
    const body = reader.bytes(reader.count());
    if (only === undefined || only === label) series.set(label, decodeValues(new ByteReader(body), steps));
  }
  return series;
}

function encodeValues({ max, mean, min }: StepValues): Buffer {
  const present = [...mean.keys()].filter((step) => !Number.isNaN(mean[step]));
  const isWhole = present.length === mean.length;
  const isFlat = present.every((step) => mean[step] === min[step] && mean[step] === max[step]);
  const writer = new ByteWriter();
  writer.count((isFlat ? IS_FLAT : 0) | (isWhole ? IS_WHOLE : 0));
  if (!isWhole) writer.bytes(toBitmap(present, mean.length));
  let before = 0;
  for (const step of present) {
    const word = toWord(mean[step] as number);
    writer.difference(word - before);
    before = word;
  }
  if (isFlat) return writer.toBuffer();
  for (const step of present) writer.difference(toWord(mean[step] as number) - toWord(min[step] as number));
  for (const step of present) writer.difference(toWord(max[step] as number) - toWord(mean[step] as number));
  return writer.toBuffer();
}

function decodeValues(reader: ByteReader, steps: number): StepValues {
  const flags = reader.count();
  const whole = Array.from({ length: steps }, (_, step) => step);
  const present = flags & IS_WHOLE ? whole : fromBitmap(reader.bytes(Math.ceil(steps / 8)), whole);
  const empty = () => new Float32Array(steps).fill(Number.NaN);
  const values = { mean: empty(), min: empty(), max: empty() };
  const words: number[] = [];
  let word = 0;
  for (const step of present) {
    word += reader.difference();
    words.push(word);
    values.mean[step] = fromWord(word);
  }
  const isFlat = (flags & IS_FLAT) !== 0;
  present.forEach((step, place) => {
    values.min[step] = fromWord((words[place] as number) - (isFlat ? 0 : reader.difference()));
  });
  present.forEach((step, place) => {
    values.max[step] = fromWord((words[place] as number) + (isFlat ? 0 : reader.difference()));
  });
  return values;
}

/** A whole number that grows with the value, as the bits of a float do. */
function toWord(value: number): number {
  asFloat[0] = Math.min(LARGEST, Math.abs(value));
  const word = ((asBits[0] as number) + HALF) >>> DROPPED_BITS;
  return value < 0 ? -word : word;
}

function fromWord(word: number): number {
  asBits[0] = Math.abs(word) << DROPPED_BITS;
  return word < 0 ? -(asFloat[0] as number) : (asFloat[0] as number);
}

function toBitmap(present: readonly number[], steps: number): Buffer {
  const bits = Buffer.alloc(Math.ceil(steps / 8));
  for (const step of present) bits[step >> 3] = (bits[step >> 3] as number) | (1 << (step & 7));
  return bits;
}

function fromBitmap(bits: Buffer, steps: readonly number[]): number[] {
  return steps.filter((step) => ((bits[step >> 3] as number) >> (step & 7)) & 1);
}
