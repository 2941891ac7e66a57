/**
 * The first pages of an index, as far as the planner reads them: a B-tree's meta page and a path from its root to an empty leaf,
 * which give its height and let it be descended; the meta pages of BRIN and GIN, which give their inner sizes. All else of the
 * file is a hole. Little-endian, 8 kB pages, no checksums, as on every machine that PGlite and our binaries run on.
 *
 * Layouts: access/nbtree.h, access/brin_page.h, access/ginblock.h and storage/bufpage.h of Postgres, the same from 14 to 18.
 */

export const BLOCK_BYTES = 8192;

const PAGE_VERSION = 4;
const HEADER_BYTES = 24;
const BTREE = { magic: 0x053162, version: 4, leaf: 1, root: 2, meta: 8, specialBytes: 16 };
const NORMAL_LINE_POINTER = 1;
const PIVOT_TUPLE = 0x2000;
const NO_BLOCK = 0xffffffff;

function newPage(lower: number, upper: number, specialBytes: number): Buffer {
  const page = Buffer.alloc(BLOCK_BYTES);
  page.writeUInt16LE(lower, 12);
  page.writeUInt16LE(upper, 14);
  page.writeUInt16LE(BLOCK_BYTES - specialBytes, 16);
  page.writeUInt16LE(BLOCK_BYTES | PAGE_VERSION, 18);
  return page;
}

/**
 * A meta page, `height` pages with one downlink each, and one leaf.
 * @param height levels above the leaves
 * @param tuples of the leaf, in their order
 */
export function btreePages(height: number, tuples: readonly Buffer[] = []): Buffer {
  const pages = [btreeMetaPage(height)];
  for (let level = height; level > 0; level--) pages.push(innerPage(level, pages.length, level === height));
  return Buffer.concat([...pages, leafPage(tuples, height === 0)]);
}

/** An index without a page but the first: there is no root yet. */
export function emptyBtreePages(): Buffer {
  return btreeMetaPage(-1);
}

/** @param height -1 where there is no root */
function btreeMetaPage(height: number): Buffer {
  const page = newPage(HEADER_BYTES + 48, BLOCK_BYTES - BTREE.specialBytes, BTREE.specialBytes);
  const root = height < 0 ? 0 : 1;
  const level = Math.max(height, 0);
  [BTREE.magic, BTREE.version, root, level, root, level].forEach((value, place) => {
    page.writeUInt32LE(value, HEADER_BYTES + 4 * place);
  });
  page.writeDoubleLE(-1, HEADER_BYTES + 32);
  page.writeUInt16LE(BTREE.meta, BLOCK_BYTES - 4);
  return page;
}

/** One downlink to the next block, without a key: less than everything. */
function innerPage(level: number, block: number, isRoot: boolean): Buffer {
  const downlink = Buffer.alloc(8);
  downlink.writeUInt16LE(block + 1, 2);
  downlink.writeUInt16LE(downlink.length | PIVOT_TUPLE, 6);
  const page = pageOf([downlink]);
  page.writeUInt32LE(level, BLOCK_BYTES - 8);
  page.writeUInt16LE(isRoot ? BTREE.root : 0, BLOCK_BYTES - 4);
  return page;
}

function leafPage(tuples: readonly Buffer[], isRoot: boolean): Buffer {
  const page = pageOf(tuples);
  page.writeUInt16LE(BTREE.leaf | (isRoot ? BTREE.root : 0), BLOCK_BYTES - 4);
  return page;
}

/** Line pointers from the front, tuples from the back. */
function pageOf(tuples: readonly Buffer[]): Buffer {
  const bytes = tuples.reduce((sum, { length }) => sum + length, 0);
  let place = BLOCK_BYTES - BTREE.specialBytes;
  const page = newPage(HEADER_BYTES + 4 * tuples.length, place - bytes, BTREE.specialBytes);
  for (const [number, tuple] of tuples.entries()) {
    place -= tuple.length;
    tuple.copy(page, place);
    page.writeUInt32LE((place | (NORMAL_LINE_POINTER << 15) | (tuple.length << 17)) >>> 0, HEADER_BYTES + 4 * number);
  }
  return page;
}

/** A visibility map that says of the first block alone that all see its rows: then they are not looked for in the table. */
export function visibilityPage(): Buffer {
  const page = newPage(HEADER_BYTES, BLOCK_BYTES, 0);
  page.writeUInt8(3, HEADER_BYTES);
  return page;
}

/** @param pagesPerRange heap pages that one summary stands for */
export function brinPages(heapBlocks: number, pagesPerRange: number): Buffer {
  const rangesPerMapPage = 1360;
  const mapPages = Math.max(1, Math.ceil(heapBlocks / pagesPerRange / rangesPerMapPage));
  const page = newPage(HEADER_BYTES + 16, BLOCK_BYTES - 8, 8);
  [0xa8109cfa, 1, pagesPerRange, mapPages].forEach((value, place) => {
    page.writeUInt32LE(value, HEADER_BYTES + 4 * place);
  });
  page.writeUInt16LE(0xf091, BLOCK_BYTES - 2);
  return page;
}

export interface GinSizes {
  totalPages: number;
  entryPages: number;
  dataPages: number;
  entries: number;
}

export function ginPages({ totalPages, entryPages, dataPages, entries }: GinSizes): Buffer {
  const page = newPage(HEADER_BYTES + 56, BLOCK_BYTES - 8, 8);
  page.writeUInt32LE(NO_BLOCK, HEADER_BYTES);
  page.writeUInt32LE(NO_BLOCK, HEADER_BYTES + 4);
  page.writeUInt32LE(totalPages, HEADER_BYTES + 24);
  page.writeUInt32LE(entryPages, HEADER_BYTES + 28);
  page.writeUInt32LE(dataPages, HEADER_BYTES + 32);
  page.writeBigInt64LE(BigInt(entries), HEADER_BYTES + 40);
  page.writeUInt32LE(2, HEADER_BYTES + 48);
  page.writeUInt32LE(NO_BLOCK, BLOCK_BYTES - 8);
  page.writeUInt16LE(8, BLOCK_BYTES - 2);
  return page;
}
