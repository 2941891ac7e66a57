/**
 * Gives the twin's relations the lengths and figures that they have in production: a hollow file each, and what ANALYZE and VACUUM
 * left in pg_class.
 */

import type { SnapshotRelation } from '../snapshot/snapshot.ts';
import type { TwinRelation } from './catalog.ts';
import { brinPages, btreePages, emptyBtreePages, type GinSizes, ginPages } from './index-pages.ts';
import type { RelationFiles } from './relation-files.ts';
import type { TwinDatabase } from './twin-database.ts';

/** What a relation is to look like; none of it is there yet. */
export interface StatedSize {
  oid: number;
  /** Nothing where it has no file, as a partitioned table. */
  blocks?: number;
  firstPages?: Buffer | undefined;
  isTable?: boolean;
  pages: number;
  tuples: number;
  visible: number;
  frozen: number;
}

export interface SizeWriter {
  write(sizes: readonly StatedSize[]): Promise<void>;
  /** Back to Postgres's own files, which are empty, and with the figures kept; for as long as `work` takes. */
  whileEmpty<Result>(relations: readonly TwinRelation[], work: () => Promise<Result>): Promise<Result>;
  /** Forgets those that are gone, and removes their files. */
  forget(oids: readonly number[]): void;
}

const LARGEST_INTEGER = 2_147_483_647;
const limit = (pages: number) => Math.min(pages, LARGEST_INTEGER);

const UPDATE_18 = `
  update pg_catalog.pg_class c
  set relfilenode = coalesce(s.file::int8::oid, c.relfilenode), relpages = s.pages, reltuples = s.tuples,
    relallvisible = s.visible, relallfrozen = s.frozen
  from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as s (
    oid int8, file int8, pages int, tuples real, visible int, frozen int
  )
  where c.oid = s.oid::oid`;
const UPDATE = UPDATE_18.replace('relallvisible = s.visible, relallfrozen = s.frozen', 'relallvisible = s.visible');
const USE_FILES = `
  update pg_catalog.pg_class c
  set relfilenode = s.file::oid
  from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as s (oid int8, file int8)
  where c.oid = s.oid::oid`;

/** A relation's figures, and the number of its hollow file where it has one. */
type WrittenSize = Omit<StatedSize, 'blocks' | 'firstPages' | 'isTable'> & { file: number | null };

export function createSizeWriter(database: TwinDatabase, files: RelationFiles): SizeWriter {
  const written = new Map<number, WrittenSize>();
  const update = database.engine.versionNumber >= 180_000 ? UPDATE_18 : UPDATE;
  const ask = async (text: string, rows: readonly object[]) => {
    if (rows.length > 0) await database.query(text, [JSON.stringify(rows)]);
  };
  const removeFile = (oid: number) => {
    const file = written.get(oid)?.file;
    if (typeof file === 'number') files.remove(file);
  };
  return {
    async write(sizes) {
      const rows = sizes.map((size) => {
        const { blocks, firstPages, isTable = false, oid, pages, tuples, visible, frozen } = size;
        const figures = { oid, pages: limit(pages), tuples, visible: limit(visible), frozen: limit(frozen) };
        return { ...figures, file: blocks === undefined ? null : files.create(blocks, firstPages, isTable) };
      });
      await ask(update, rows);
      // The files of before have no name in the catalog any more.
      for (const row of rows) {
        removeFile(row.oid);
        written.set(row.oid, row);
      }
    },
    async whileEmpty(relations, work) {
      const sized = relations.flatMap(({ oid, ownFile }) => {
        const row = written.get(oid);
        return row ? [{ row, own: { oid, file: ownFile } }] : [];
      });
      await ask(
        USE_FILES,
        sized.filter(({ row }) => row.file !== null).map(({ own }) => own),
      );
      try {
        return await work();
      } finally {
        // With all figures: before 18, an index that is made tells its table that it is empty.
        await ask(
          update,
          sized.map(({ row }) => row),
        );
      }
    },
    forget(oids) {
      for (const oid of oids) {
        removeFile(oid);
        written.delete(oid);
      }
    },
  };
}

export function relationSize(relation: SnapshotRelation, catalog: TwinRelation): StatedSize {
  const { blocks, pages, tuples, allVisiblePages, allFrozenPages = 0 } = relation.size;
  const isStored = catalog.kind === 'r' || catalog.kind === 'm';
  return {
    oid: catalog.oid,
    ...(isStored ? { blocks, isTable: true } : {}),
    pages,
    tuples,
    visible: allVisiblePages,
    frozen: allFrozenPages,
  };
}

export interface IndexSizing {
  blocks: number;
  height: number;
  pages: number;
  tuples: number;
  heapBlocks: number;
  /** Of a B-tree: tuples with its least and its greatest value. */
  ends?: readonly Buffer[] | undefined;
  /** Of a GIN index. */
  gin?: GinSizes | undefined;
}

/** @param method such as `btree` */
export function indexSize(oid: number, method: string, definition: string, sizing: IndexSizing): StatedSize {
  const { blocks, pages, tuples } = sizing;
  return { oid, blocks, firstPages: firstPages(method, definition, sizing), pages, tuples, visible: 0, frozen: 0 };
}

function firstPages(
  method: string,
  definition: string,
  { blocks, height, heapBlocks, gin, ends }: IndexSizing,
): Buffer | undefined {
  if (method === 'btree') return blocks > 1 ? btreePages(Math.min(height, blocks - 2), ends) : emptyBtreePages();
  if (method === 'brin') {
    const pagesPerRange = Number(/pages_per_range\s*=\s*'?(\d{1,6})/.exec(definition)?.[1] ?? 128);
    return brinPages(heapBlocks, pagesPerRange);
  }
  return method === 'gin' && gin && blocks > 1 ? ginPages(gin) : undefined;
}
