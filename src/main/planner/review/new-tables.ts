/**
 * Tables that a migration makes have no statistics yet. So that their plans are those of a table in use and not of an empty one, each is
 * assumed to have as many rows as the largest table that it refers to, and it says so.
 */

import type { Snapshot, SnapshotColumn, SnapshotIndex, SnapshotRelation } from '../snapshot/snapshot.ts';
import type { Twin } from '../twin/twin.ts';
import { nameOf, rowsIn } from './subject.ts';
import { rowWords } from './words.ts';

const ASSUMED_ROWS = 100_000;
const PAGE_BYTES = 8_192;
const ROW_BYTES = 28;
const KEY_BYTES = 16;
const UNKNOWN_WIDTH_BYTES = 32;
/** A B-tree's pages are filled to nine tenths when it is made. */
const FILLED = 0.9;

/**
 * @param before the schema that the migrations found
 * @returns what was assumed, as sentences
 */
export async function assumeNewTables(twin: Twin, before: Snapshot): Promise<string[]> {
  const { snapshot } = twin;
  const known = new Map(before.relations.map((one) => [nameOf(one), one]));
  const isNew = (relation: SnapshotRelation) => !known.has(nameOf(relation)) && relation.kind === 'table';
  const rows = new Map<string, number>();
  const sentences = newColumns(snapshot, known);
  for (const relation of snapshot.relations.filter(isNew)) {
    const { count, from } = assumedRows(relation, snapshot, rows);
    rows.set(nameOf(relation), count);
    sentences.push(
      `${nameOf(relation)} is new: it is assumed to have ${rowWords(count)}${from === undefined ? '' : `, as ${from} has`}, and nothing is known of what they hold.`,
    );
  }
  if (rows.size === 0) return sentences;
  const sized = (relation: SnapshotRelation) => {
    const count = rows.get(nameOf(relation));
    return count === undefined ? relation : { ...relation, size: sizeOf(relation, count) };
  };
  const sizedIndex = (index: SnapshotIndex) => {
    const count = rows.get(nameOf(index.table));
    return count === undefined ? index : { ...index, ...indexSizeOf(index, count) };
  };
  await twin.restate({
    ...snapshot,
    relations: snapshot.relations.map(sized),
    indexes: snapshot.indexes.map(sizedIndex),
  });
  return sentences;
}

function assumedRows(
  { constraints }: SnapshotRelation,
  { relations }: Snapshot,
  assumed: ReadonlyMap<string, number>,
): { count: number; from: string | undefined } {
  const referred = constraints.flatMap(({ references }) => {
    const found = references && relations.find((one) => nameOf(one) === nameOf(references));
    return found ? [{ from: nameOf(found), count: assumed.get(nameOf(found)) ?? rowsIn(found) }] : [];
  });
  const [largest] = referred.sort((a, b) => b.count - a.count);
  return largest && largest.count > 0 ? largest : { count: ASSUMED_ROWS, from: undefined };
}

function newColumns({ relations }: Snapshot, known: ReadonlyMap<string, SnapshotRelation>): string[] {
  return relations.flatMap((relation) => {
    const before = known.get(nameOf(relation));
    if (!before) return [];
    const names = relation.columns.filter(({ name }) => !before.columns.some((one) => one.name === name));
    if (names.length === 0) return [];
    const list = names.map(({ name }) => name).join(', ');
    return [
      `${list} of ${nameOf(relation)} ${names.length === 1 ? 'is' : 'are'} new: nothing is known of what is in it.`,
    ];
  });
}

function sizeOf({ columns }: SnapshotRelation, count: number): SnapshotRelation['size'] {
  const bytes = columns.reduce((sum, column) => sum + widthOf(column), ROW_BYTES);
  const blocks = Math.max(1, Math.ceil((count * bytes) / PAGE_BYTES));
  return { blocks, pages: blocks, tuples: count, allVisiblePages: blocks };
}

function indexSizeOf({ keys, method }: SnapshotIndex, count: number): Pick<SnapshotIndex, 'size' | 'height'> {
  const blocks = Math.max(2, Math.ceil((count * (KEY_BYTES + 8 * keys.length)) / PAGE_BYTES / FILLED) + 1);
  const size = { blocks, pages: blocks, tuples: count };
  return method === 'btree' ? { size, height: blocks > 60_000 ? 3 : blocks > 250 ? 2 : blocks > 2 ? 1 : 0 } : { size };
}

const WIDTHS: Readonly<Record<string, number>> = {
  ...{ boolean: 1, smallint: 2, integer: 4, real: 4, date: 4, bigint: 8, 'double precision': 8, uuid: 16 },
  ...{ 'timestamp with time zone': 8, 'timestamp without time zone': 8 },
};

function widthOf({ type }: SnapshotColumn): number {
  return WIDTHS[type] ?? UNKNOWN_WIDTH_BYTES;
}
