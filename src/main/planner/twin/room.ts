/**
 * Where files cannot have holes, they would take as much disk as production. The Postgres in this process is told their lengths
 * instead; one beside it has to have the room.
 */

import { statfsSync } from 'node:fs';
import type { Gap, Snapshot } from '../snapshot/snapshot.ts';
import { twinFailed } from './errors.ts';
import { BLOCK_BYTES } from './index-pages.ts';
import { hasSparseFiles } from './relation-files.ts';
import type { TwinOptions } from './twin.ts';
import type { TwinDatabase } from './twin-database.ts';

/** Of what is free. */
const SHARE = 1 / 4;

export interface Fit {
  /** Files are short, and Postgres is told that they are long. */
  isPretended: boolean;
  gap: Gap[];
}

/** @throws AppError twin_failed where there is no room */
export function fitLengths(
  { snapshot, folder, database }: { snapshot: Snapshot; folder: string; database: TwinDatabase },
  options: TwinOptions,
): Fit {
  if (options.hasSparseFiles ?? hasSparseFiles(folder)) return { isPretended: false, gap: [] };
  const said = (sentence: string) => [{ subject: 'files of the twin', sentence }];
  if (database.pretendLength) {
    const sentence = 'This disk has no sparse files: the twin is told how long its files are. Its plans are the same.';
    return { isPretended: true, gap: said(sentence) };
  }
  const blocks = [...snapshot.relations, ...snapshot.indexes].reduce((sum, { size }) => sum + size.blocks, 0);
  const bytes = blocks * BLOCK_BYTES;
  const size = inGigabytes(bytes);
  if (bytes > (options.roomBytes ?? freeBytes(folder) * SHARE)) {
    throw twinFailed(`this disk has no sparse files, and no room for the ${size} GB that its files would take.`);
  }
  return {
    isPretended: false,
    gap: said(`This disk has no sparse files: the twin takes as much room as production, ${size} GB.`),
  };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function inGigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
