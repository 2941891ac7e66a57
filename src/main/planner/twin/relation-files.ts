/**
 * Files that have a relation's true length and hold nothing: the planner asks for the length alone. A new length always is a new
 * file under a new number, which the catalog is then told of: no server has it open, and none has pages of it in memory.
 */

import { chownSync, closeSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BLOCK_BYTES, visibilityPage } from './index-pages.ts';

/** Postgres begins a further file, `name.1`, after this many blocks. */
export const SEGMENT_BLOCKS = 131_072;
/** Far above what Postgres itself has counted to; numbers are object ids, of 32 bits. */
const FIRST_NUMBER = 1_000_000_000;

export interface RelationFiles {
  /**
   * @param isTable then it gets a visibility map too
   * @returns the number of the new file
   */
  create(blocks: number, firstPages: Buffer | undefined, isTable: boolean): number;
  remove(number: number): void;
}

export interface RelationFilesOptions {
  /** Where the database's files are: `base/5`. */
  folder: string;
  owner?: { uid: number; gid: number } | undefined;
  /** Told of each length, by the file's name, where files cannot have holes; then they hold their first pages alone. */
  pretend?: ((file: string, bytes: number) => void) | undefined;
}

export function createRelationFiles({ folder, owner, pretend }: RelationFilesOptions): RelationFiles {
  const segments = new Map<number, number>();
  let next = FIRST_NUMBER;
  const pathOf = (number: number, segment: number) =>
    join(folder, segment === 0 ? `${number}` : `${number}.${segment}`);
  const mapOf = (number: number) => join(folder, `${number}_vm`);
  return {
    create(blocks, firstPages, isTable) {
      const number = next++;
      let left = Math.max(blocks, (firstPages?.length ?? 0) / BLOCK_BYTES);
      let segment = 0;
      do {
        const length = Math.min(left, SEGMENT_BLOCKS);
        const pages = segment === 0 ? firstPages : undefined;
        const path = pathOf(number, segment);
        writeHollow(path, pretend ? (pages?.length ?? 0) : length * BLOCK_BYTES, pages, owner);
        pretend?.(basename(path), length * BLOCK_BYTES);
        left -= length;
        segment += 1;
      } while (left > 0);
      if (isTable) writeHollow(mapOf(number), BLOCK_BYTES, visibilityPage(), owner);
      segments.set(number, segment);
      return number;
    },
    remove(number) {
      for (let segment = 0; segment < (segments.get(number) ?? 0); segment++) {
        rmSync(pathOf(number, segment), { force: true });
      }
      rmSync(mapOf(number), { force: true });
      segments.delete(number);
    },
  };
}

function writeHollow(
  path: string,
  lengthBytes: number,
  firstPages: Buffer | undefined,
  owner: { uid: number; gid: number } | undefined,
): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    if (firstPages) writeSync(file, firstPages);
    ftruncateSync(file, lengthBytes);
  } finally {
    closeSync(file);
  }
  if (owner) chownSync(path, owner.uid, owner.gid);
}

/** Whether holes take no room here: they do on FAT, exFAT and HFS+, and on NTFS unless asked otherwise. */
export function hasSparseFiles(folder: string): boolean {
  const path = join(folder, 'hollow');
  try {
    writeHollow(path, 1 << 24, undefined, undefined);
    return statSync(path).blocks * 512 < 1 << 20;
  } finally {
    rmSync(path, { force: true });
  }
}
