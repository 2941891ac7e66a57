/** A snapshot as if its tables had so many times the rows: for databases that are too large to be built here. */

import type { Snapshot } from '../../main/planner/snapshot/snapshot.ts';

/** Sizes and counts grow; what statistics say of values stays, but counts of different values that were near the rows'. */
export function enlarge(snapshot: Snapshot, factor: number): Snapshot {
  const grow = (count: number) => (count > 0 ? Math.round(count * factor) : count);
  const sizeOf = <Size extends { blocks: number; pages: number; tuples: number }>(size: Size): Size => ({
    ...size,
    ...{ blocks: grow(size.blocks), pages: grow(size.pages), tuples: grow(size.tuples) },
  });
  return {
    ...snapshot,
    relations: snapshot.relations.map((relation) => ({
      ...relation,
      toastBlocks: grow(relation.toastBlocks),
      size: { ...sizeOf(relation.size), allVisiblePages: grow(relation.size.allVisiblePages) },
    })),
    indexes: snapshot.indexes.map((index) => ({ ...index, size: sizeOf(index.size) })),
  };
}

export function totalBytes({ indexes, relations }: Snapshot): number {
  const blocks = [...relations, ...indexes].reduce((sum, { size }) => sum + size.blocks, 0);
  return blocks * 8_192;
}
