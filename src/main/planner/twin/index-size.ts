/**
 * How large an index would be if it were built now: the build is followed page by page, with equal keys put together as B-trees
 * have done since Postgres 13 (which HypoPG leaves out: it is 30 to 75 % too large), pages left free as the build leaves them, and
 * inner keys cut to what tells two pages apart. Sources: nbtsort.c, nbtdedup.c and nbtutils.c of Postgres.
 */

import { distinctTogether, type Group, groupsOf } from './key-groups.ts';

export interface KeySize {
  /** As stored, its header included. */
  averageWidthBytes: number;
  /** 1 where it needs no alignment, as short texts do not. */
  alignBytes: 1 | 2 | 4 | 8;
  /** Of single values, where they are known and differ: for what rounding up takes. */
  widthsBytes?: readonly number[];
  /** Rows that have a value of their own: never below one. */
  distinct: number;
  nullFraction: number;
  /** Of the most common values, as shares of all rows. */
  commonFrequencies?: readonly number[];
}

export interface BtreeShape {
  rows: number;
  keys: readonly KeySize[];
  include?: readonly KeySize[];
  isUnique: boolean;
  /** All of its types are equal where their bytes are, and nothing is included. */
  canDeduplicate: boolean;
  /** How many different values the first one, two, three… keys can have together at most, where something says so. */
  mostTogether?: readonly (number | undefined)[];
  /** In percent. */
  fillFactor?: number;
}

export interface IndexSize {
  blocks: number;
  /** Levels above the leaves. */
  height: number;
}

const BLOCK_BYTES = 8192;
const LINE_POINTER_BYTES = 4;
const TUPLE_HEADER_BYTES = 8;
const TID_BYTES = 6;
/** Of a page with no tuple in it yet, after its header, its special space, and the place of its high key. */
const FREE_BYTES = 8144;
/** The largest tuple with a list of rows that a build makes. */
const POSTING_LIMIT_BYTES = 808;
/** As many full tuples of one key fill a page. */
const RUN_TUPLES = 9;
/** Columns whose nulls are told apart; each doubles the cases. */
const MOST_NULLABLE = 6;
const LEAF_FILL_PERCENT = 90;
const INNER_FILL_PERCENT = 70;

export function estimateBtree(shape: BtreeShape): IndexSize {
  const rows = Math.max(0, Math.round(shape.rows));
  if (rows === 0) return { blocks: 1, height: 0 };
  const items = leafItems(shape, rows);
  const leaves = pagesFor(items, FREE_BYTES - freeBytes(shape.fillFactor ?? LEAF_FILL_PERCENT));
  const fanOut = Math.max(2, Math.floor((FREE_BYTES - freeBytes(INNER_FILL_PERCENT)) / pivotBytes(shape, rows)));
  let blocks = 1 + leaves;
  let height = 0;
  for (let pages = leaves; pages > 1; height++) {
    pages = Math.ceil(pages / fanOut);
    blocks += pages;
  }
  return { blocks, height };
}

/**
 * Levels above the leaves of a tree that is there. One that rows were added to is larger than if it were built now; its inner pages
 * are full before they are split, and they are split where the shortest key tells the halves apart.
 */
export function heightOf(blocks: number, shape: BtreeShape): number {
  if (blocks <= 2) return 0;
  const rows = Math.max(1, shape.rows);
  const isGrown = blocks > 1.03 * estimateBtree(shape).blocks;
  const pivot = pivotBytes(shape, rows, isGrown ? blocks : undefined);
  const fanOut = Math.max(2, Math.floor((FREE_BYTES - freeBytes(INNER_FILL_PERCENT)) / pivot));
  const mostInRoot = isGrown ? Math.floor(FREE_BYTES / pivot) : fanOut;
  let pages = Math.max(1, Math.round((blocks - 1) * (1 - 1 / fanOut)));
  let height = 0;
  for (; pages > 1; height++) pages = pages <= mostInRoot ? 1 : Math.ceil(pages / fanOut);
  return height;
}

const freeBytes = (fillPercent: number) => Math.floor((BLOCK_BYTES * (100 - fillPercent)) / 100);

export function alignUp(bytes: number, to = 8): number {
  return Math.ceil(bytes / to) * to;
}

/** Tuples of one size, and how many of them. */
interface Items {
  bytes: number;
  count: number;
  /** They stand in long rows, as those of a common value do. */
  isRun: boolean;
}

/** A page takes tuples until what is left is less than what has to stay free; the last of them then begins the next page. */
function pagesFor(items: readonly Items[], usableBytes: number): number {
  let pages = 0;
  let total = 0;
  let squares = 0;
  for (const { bytes, count, isRun } of items) {
    if (isRun || items.length === 1) {
      pages += count / Math.max(1, Math.floor(usableBytes / bytes));
      continue;
    }
    total += bytes * count;
    squares += bytes * bytes * count;
  }
  if (total > 0) pages += total / (usableBytes - squares / total / 2);
  return Math.max(1, Math.ceil(pages - 1e-9));
}

function leafItems(shape: BtreeShape, rows: number): Items[] {
  const { keys, include = [], isUnique, canDeduplicate } = shape;
  const bytes = tupleBytes([...keys, ...include]);
  const isWhole = Number.isInteger(bytes / 8);
  if (isUnique || !canDeduplicate || include.length > 0) {
    return [{ bytes: bytes + LINE_POINTER_BYTES, count: rows, isRun: false }];
  }
  const items = new Map<number, Items>();
  const add = (size: number, count: number, isRun: boolean) => {
    const place = isRun ? -size : size;
    const known = items.get(place);
    if (known) known.count += count;
    else items.set(place, { bytes: size, count, isRun });
  };
  const groups = groupsOf(keys, rows, shape.mostTogether?.[keys.length - 1]);
  for (const group of groups) addPostings(add, bytes, group, isWhole);
  return [...items.values()].filter(({ count }) => count > 0);
}

function addPostings(
  add: (bytes: number, count: number, isRun: boolean) => void,
  bytes: number,
  { keys, rowsEach }: Group,
  isWhole: boolean,
): void {
  if (rowsEach < 2) {
    add(bytes + LINE_POINTER_BYTES, keys * rowsEach, false);
    return;
  }
  const most = Math.max(1, Math.floor((POSTING_LIMIT_BYTES - alignUp(bytes)) / TID_BYTES));
  const sizeOf = (rows: number) =>
    (isWhole ? alignUp(bytes + TID_BYTES * rows) : bytes + TID_BYTES * rows) + LINE_POINTER_BYTES;
  const full = Math.floor(rowsEach / most);
  const left = rowsEach - full * most;
  if (full > 0) add(sizeOf(most), keys * full, full >= RUN_TUPLES);
  if (left >= 2) add(sizeOf(left), keys, false);
  else if (left > 0) add(bytes + LINE_POINTER_BYTES, keys * left, false);
}

/** Rounded up as it is stored; a mean of such where some have nulls, which take no room but a map of them, or widths differ. */
export function tupleBytes(keys: readonly KeySize[]): number {
  const nullable = keys.filter(({ nullFraction }) => nullFraction > 0).slice(0, MOST_NULLABLE);
  let mean = 0;
  for (let nulls = 0; nulls < 1 << nullable.length; nulls++) {
    const isNull = (key: KeySize) => nullable.includes(key) && (nulls & (1 << nullable.indexOf(key))) !== 0;
    const share = nullable.reduce(
      (product, key) => product * (isNull(key) ? key.nullFraction : 1 - key.nullFraction),
      1,
    );
    const present = keys.filter((key) => !isNull(key));
    mean += share * presentBytes(present, nulls === 0 ? TUPLE_HEADER_BYTES : 2 * TUPLE_HEADER_BYTES);
  }
  return mean;
}

function presentBytes(keys: readonly KeySize[], headBytes: number): number {
  const varying = keys.find(({ widthsBytes }) => widthsBytes && new Set(widthsBytes).size > 1);
  if (!varying?.widthsBytes) return alignUp(headBytes + dataBytes(keys));
  const sizes = varying.widthsBytes.map((width) =>
    alignUp(headBytes + dataBytes(keys.map((key) => (key === varying ? { ...key, averageWidthBytes: width } : key)))),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

function dataBytes(keys: readonly KeySize[]): number {
  let bytes = 0;
  for (const { averageWidthBytes, alignBytes } of keys) bytes = alignUp(bytes, alignBytes) + averageWidthBytes;
  return bytes;
}

/**
 * An inner key: the columns that tell two neighbouring rows apart, and the row's place where none does.
 * @param splitPages of a tree whose pages were split where fewest columns do: how many there are
 */
function pivotBytes(shape: BtreeShape, rows: number, splitPages?: number): number {
  const { keys } = shape;
  // Equal keys stand together in one tuple: two neighbouring tuples are alike only where a key has too many rows for one.
  const tuples = leafItems(shape, rows).reduce((sum, { count }) => sum + count, 0);
  let bytes = TUPLE_HEADER_BYTES;
  const alikeAfter = (columns: number) => {
    const distinct = distinctTogether(keys.slice(0, columns), rows, shape.mostTogether?.[columns - 1]);
    return splitPages && distinct > 3 * splitPages ? 0 : 1 - Math.min(1, distinct / tuples);
  };
  for (const [place, key] of keys.entries()) {
    const alike = place === 0 ? 1 : alikeAfter(place);
    bytes = (alike > 0.5 ? alignUp(bytes, key.alignBytes) : bytes) + key.averageWidthBytes * alike;
  }
  return alignUp(bytes) + 8 * alikeAfter(keys.length) + LINE_POINTER_BYTES;
}
