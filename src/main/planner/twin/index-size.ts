/**
 * How large an index would be if it were built now: the build is followed page by page, with equal keys put together as B-trees
 * have done since Postgres 13 (which HypoPG leaves out: it is 30 to 75 % too large), pages left free as the build leaves them, and
 * inner keys cut to what tells two pages apart. Sources: nbtsort.c, nbtdedup.c and nbtutils.c of Postgres.
 */

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
const LEAF_FILL_PERCENT = 90;
const INNER_FILL_PERCENT = 70;
/** Below this many rows a key, how many each has is taken to vary as chance has it. */
const CHANCE_LIMIT = 24;

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
}

/** A page takes tuples until what is left is less than what has to stay free; the last of them then begins the next page. */
function pagesFor(items: readonly Items[], usableBytes: number): number {
  const total = items.reduce((sum, { bytes, count }) => sum + bytes * count, 0);
  const [only] = items;
  if (items.length === 1 && only) {
    return Math.max(1, Math.ceil(only.count / Math.max(1, Math.floor(usableBytes / only.bytes))));
  }
  const crossing = items.reduce((sum, { bytes, count }) => sum + bytes * bytes * count, 0) / total;
  return Math.max(1, Math.ceil(total / (usableBytes - crossing / 2)));
}

function leafItems(shape: BtreeShape, rows: number): Items[] {
  const { keys, include = [], isUnique, canDeduplicate } = shape;
  const bytes = tupleBytes([...keys, ...include]);
  const isWhole = Number.isInteger(bytes / 8);
  if (isUnique || !canDeduplicate || include.length > 0) return [{ bytes: bytes + LINE_POINTER_BYTES, count: rows }];
  const items = new Map<number, number>();
  const add = (size: number, count: number) => items.set(size, (items.get(size) ?? 0) + count);
  for (const group of groupsOf(keys, rows)) addPostings(add, bytes, group, isWhole);
  return [...items].map(([size, count]) => ({ bytes: size, count })).filter(({ count }) => count > 0);
}

interface Group {
  /** How many keys have this many rows each. */
  keys: number;
  rowsEach: number;
}

function groupsOf(keys: readonly KeySize[], rows: number): Group[] {
  const distinct = distinctTogether(keys, rows);
  const [only] = keys;
  if (keys.length > 1 || !only) return spread(rows, distinct);
  const nulls = only.nullFraction * rows;
  const common = (only.commonFrequencies ?? []).map((frequency) => ({ keys: 1, rowsEach: frequency * rows }));
  const commonRows = common.reduce((sum, { rowsEach }) => sum + rowsEach, 0);
  const rest = rows - nulls - commonRows;
  const restKeys = distinct - common.length - (nulls > 0 ? 1 : 0);
  return [
    ...common,
    ...(nulls >= 1 ? [{ keys: 1, rowsEach: nulls }] : []),
    ...(rest >= 1 ? spread(rest, Math.min(rest, Math.max(1, restKeys))) : []),
  ];
}

/** Few rows a key: as many with one, two, three… as chance gives, those without a row left out. */
function spread(rows: number, distinct: number): Group[] {
  const mean = rows / distinct;
  if (mean > CHANCE_LIMIT || mean <= 1.001) return [{ keys: distinct, rowsEach: mean }];
  const lambda = chanceOf(mean);
  const groups: Group[] = [];
  let share = (lambda * Math.exp(-lambda)) / (1 - Math.exp(-lambda));
  for (let count = 1; count < 4 * CHANCE_LIMIT && (share > 1e-6 || count < mean); count++) {
    groups.push({ keys: share * distinct, rowsEach: count });
    share *= lambda / (count + 1);
  }
  return groups;
}

/** The parameter of a Poisson distribution whose mean is this where nought is left out. */
function chanceOf(mean: number): number {
  let lambda = mean;
  for (let round = 0; round < 30; round++) lambda = mean * (1 - Math.exp(-lambda));
  return lambda;
}

function addPostings(
  add: (bytes: number, count: number) => void,
  bytes: number,
  { keys, rowsEach }: Group,
  isWhole: boolean,
): void {
  if (rowsEach < 2) {
    add(bytes + LINE_POINTER_BYTES, keys * rowsEach);
    return;
  }
  const most = Math.max(1, Math.floor((POSTING_LIMIT_BYTES - alignUp(bytes)) / TID_BYTES));
  const sizeOf = (rows: number) =>
    (isWhole ? alignUp(bytes + TID_BYTES * rows) : bytes + TID_BYTES * rows) + LINE_POINTER_BYTES;
  const full = Math.floor(rowsEach / most);
  const left = rowsEach - full * most;
  if (full > 0) add(sizeOf(most), keys * full);
  if (left >= 2) add(sizeOf(left), keys);
  else if (left > 0) add(bytes + LINE_POINTER_BYTES, keys * left);
}

/**
 * How many different keys there are: at least as many as the most varied column has, and otherwise as many as chance finds among
 * all combinations.
 */
export function distinctTogether(keys: readonly KeySize[], rows: number): number {
  const each = keys.map(({ distinct, nullFraction }) => Math.max(1, distinct + (nullFraction > 0 ? 1 : 0)));
  const combinations = each.reduce((product, one) => product * one, 1);
  const found = combinations > 1e15 ? rows : combinations * -Math.expm1(-rows / combinations);
  return Math.min(rows, Math.max(1, ...each, found));
}

/** Rounded up as it is stored; a mean of such where the widths differ. */
export function tupleBytes(keys: readonly KeySize[]): number {
  const anyNull = 1 - keys.reduce((product, { nullFraction }) => product * (1 - nullFraction), 1);
  const head = TUPLE_HEADER_BYTES + 8 * anyNull;
  const varying = keys.find(({ widthsBytes }) => widthsBytes && new Set(widthsBytes).size > 1);
  if (!varying?.widthsBytes) return alignUp(TUPLE_HEADER_BYTES + dataBytes(keys)) + (head - TUPLE_HEADER_BYTES);
  const sizes = varying.widthsBytes.map((width) =>
    alignUp(
      TUPLE_HEADER_BYTES + dataBytes(keys.map((key) => (key === varying ? { ...key, averageWidthBytes: width } : key))),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length + (head - TUPLE_HEADER_BYTES);
}

function dataBytes(keys: readonly KeySize[]): number {
  let bytes = 0;
  for (const { averageWidthBytes, alignBytes, nullFraction } of keys) {
    bytes = alignUp(bytes, alignBytes) + averageWidthBytes * (1 - nullFraction);
  }
  return bytes;
}

/**
 * An inner key: the columns that tell two neighbouring rows apart, and the row's place where none does.
 * @param splitPages of a tree whose pages were split where fewest columns do: how many there are
 */
function pivotBytes({ keys }: BtreeShape, rows: number, splitPages?: number): number {
  let bytes = TUPLE_HEADER_BYTES;
  const alikeAfter = (columns: number) => {
    const distinct = distinctTogether(keys.slice(0, columns), rows);
    return splitPages && distinct > 3 * splitPages ? 0 : 1 - distinct / rows;
  };
  for (const [place, key] of keys.entries()) {
    const alike = place === 0 ? 1 : alikeAfter(place);
    bytes = (alike > 0.5 ? alignUp(bytes, key.alignBytes) : bytes) + key.averageWidthBytes * alike;
  }
  return alignUp(bytes) + 8 * alikeAfter(keys.length) + LINE_POINTER_BYTES;
}
