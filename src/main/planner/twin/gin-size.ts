/**
 * What is inside a GIN index: how many entries (words, array elements, JSON paths, trigrams) and how many pages they take. The
 * planner reads both from the index's first page, and its costs depend on them. The entries are counted in the values that the
 * statistics hold, and how many more there are is estimated from how many of those are seen once and twice (Chao 1984).
 */

import type { ColumnStatistics } from '../snapshot/snapshot.ts';
import type { GinSizes } from './index-pages.ts';

export interface GinShape {
  type: string;
  /** Such as `gin_trgm_ops`; nothing for the type's own. */
  operatorClass: string | undefined;
  statistics: ColumnStatistics | undefined;
  rows: number;
  heapBlocks: number;
}

const USABLE_BYTES = 8152;
/** Pages after they were split, or filled by a build. */
const FILL = 0.75;
/** A longer list of rows gets pages of its own. */
const INLINE_LIMIT_BYTES = 2712;
const ENTRY_HEAD_BYTES = 8 + 4;
const UNKNOWN_ELEMENTS = 8;
const MAX_SAMPLE = 400;

interface Entries {
  perRow: number;
  distinct: number;
  keyBytes: number;
}

/** As the index would be if it were built now. */
export function estimateGin(shape: GinShape): GinSizes {
  const { rows, heapBlocks } = shape;
  const entries = countEntries(shape);
  const distinct = Math.max(1, Math.min(entries.distinct, rows * entries.perRow));
  const rowsEach = (rows * entries.perRow) / distinct;
  const listBytes = rowsEach * bytesPerRow(rowsEach, heapBlocks);
  const isInline = listBytes <= INLINE_LIMIT_BYTES;
  const entryBytes = ENTRY_HEAD_BYTES + entries.keyBytes + (isInline ? listBytes : 8);
  const entryPages = Math.max(1, Math.ceil((distinct * entryBytes) / (USABLE_BYTES * FILL)));
  const dataPages = isInline ? 0 : Math.ceil(distinct * Math.max(1, (listBytes / USABLE_BYTES) * 1.02));
  return { totalPages: 1 + entryPages + dataPages, entryPages, dataPages, entries: Math.round(distinct) };
}

/** The same in an index whose length is known. */
export function ginSizesOf(shape: GinShape, blocks: number): GinSizes {
  const { entries, entryPages } = estimateGin(shape);
  const fitting = Math.min(entryPages, Math.max(1, blocks - 1));
  return { totalPages: blocks, entryPages: fitting, dataPages: Math.max(0, blocks - 1 - fitting), entries };
}

/** Rows are kept as differences of 7 bits a byte, a row's place in its page being the lowest 11 bits. */
function bytesPerRow(rowsEach: number, heapBlocks: number): number {
  const perBlock = rowsEach / Math.max(1, heapBlocks);
  if (perBlock > 1) return (perBlock - 1 + 2) / perBlock;
  return Math.ceil((11 + Math.log2(1 / perBlock)) / 7);
}

function countEntries({ type, operatorClass = '', statistics, rows }: GinShape): Entries {
  const { commonElements, elementCounts } = statistics ?? {};
  if (commonElements && commonElements.length > 0) {
    const bytes = commonElements.reduce((sum, one) => sum + Buffer.byteLength(one), 0) / commonElements.length;
    return { perRow: elementCounts?.at(-1) ?? UNKNOWN_ELEMENTS, distinct: commonElements.length, keyBytes: bytes };
  }
  const values = sampleOf(statistics);
  if (values.length === 0) return { perRow: UNKNOWN_ELEMENTS, distinct: rows / 10, keyBytes: 8 };
  if (/trgm/.test(operatorClass)) return extrapolate(values.map(trigramsOf), rows, 4);
  if (/^jsonb/.test(type)) {
    const isPaths = /path_ops/.test(operatorClass);
    return extrapolate(
      values.map((value) => jsonEntries(value, isPaths)),
      rows,
      isPaths ? 4 : 10,
    );
  }
  return extrapolate(
    values.map((value) => [...new Set(value.split(/\W+/))]),
    rows,
    8,
  );
}

function sampleOf(statistics: ColumnStatistics | undefined): string[] {
  const { histogram = [], commonValues = [], redaction } = statistics ?? {};
  return redaction ? [] : [...histogram, ...commonValues].slice(0, MAX_SAMPLE);
}

function extrapolate(sample: readonly (readonly string[])[], rows: number, keyBytes: number): Entries {
  const seen = new Map<string, number>();
  for (const entry of sample.flat()) seen.set(entry, (seen.get(entry) ?? 0) + 1);
  const times = [...seen.values()];
  const once = times.filter((count) => count === 1).length;
  const twice = times.filter((count) => count === 2).length;
  const perRow = Math.max(1, sample.flat().length / sample.length);
  // Where hardly any is seen again, each row brings its own.
  const isOwn = once > 0.9 * times.length;
  const distinct = isOwn
    ? (times.length / sample.length) * rows
    : times.length + (once * once) / (2 * Math.max(1, twice));
  return { perRow, distinct, keyBytes };
}

/** As pg_trgm cuts them: words in small letters, two spaces before and one behind. */
function trigramsOf(value: string): string[] {
  const found = new Set<string>();
  for (const word of value.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const padded = `  ${word} `;
    for (let start = 0; start + 3 <= padded.length; start++) found.add(padded.slice(start, start + 3));
  }
  return [...found];
}

function jsonEntries(text: string, isPaths: boolean): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (value === null || typeof value !== 'object') {
      found.add(isPaths ? `${path}=${value}` : `=${value}`);
    } else if (Array.isArray(value)) {
      for (const one of value) walk(one, path);
    } else {
      for (const [key, one] of Object.entries(value)) {
        if (!isPaths) found.add(key);
        walk(one, `${path}.${key}`);
      }
    }
  };
  try {
    walk(JSON.parse(text), '');
  } catch {
    // A value that was cut or hashed.
  }
  return [...found];
}
