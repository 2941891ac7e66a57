/**
 * A snapshot cut into parts, so that of two an hour apart only what changed is kept twice: each table with its statistics, all
 * types and views, all indexes, the settings; and apart from these the sizes and counters, which always change.
 */

import type { Snapshot, SnapshotIndex, SnapshotRelation } from './snapshot.ts';

interface Figures {
  relations: Pick<SnapshotRelation, 'size' | 'toastBlocks' | 'counters'>[];
  indexes: Pick<SnapshotIndex, 'size' | 'scans' | 'height'>[];
}

type Head = Omit<Snapshot, 'relations' | 'indexes' | 'objects' | 'takenAt'>;

/** To become a JSON text each: what changes, sizes, types and views, indexes, then a table each. */
export function cutSnapshot(snapshot: Snapshot): unknown[] {
  const { indexes, objects, relations, takenAt, ...head } = snapshot;
  const figures: Figures = {
    relations: relations.map(({ counters, size, toastBlocks }) => ({
      size,
      toastBlocks,
      ...(counters && { counters }),
    })),
    indexes: indexes.map(({ height, scans, size }) => ({
      size,
      ...(scans !== undefined && { scans }),
      ...(height !== undefined && { height }),
    })),
  };
  return [
    ...[{ takenAt }, head, figures, objects],
    indexes.map(({ height: _height, scans: _scans, size: _size, ...index }) => index),
    ...relations.map(({ counters: _counters, size: _size, toastBlocks: _toastBlocks, ...relation }) => relation),
  ];
}

/** The other way round. */
export function joinSnapshot(parts: readonly unknown[]): Snapshot {
  const [moment, head, figures, objects, indexes, ...relations] = parts as [
    ...[{ takenAt: string }, Head, Figures, Snapshot['objects'], SnapshotIndex[]],
    ...SnapshotRelation[],
  ];
  return {
    ...head,
    ...moment,
    objects,
    relations: relations.map((relation, place) => ({ ...relation, ...figures.relations[place] })),
    indexes: indexes.map((index, place) => ({ ...index, ...figures.indexes[place] })),
  };
}
