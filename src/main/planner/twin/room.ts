/**
 * Where files cannot have holes, a twin takes as much disk as production. If there is no room for that, all files are made shorter
 * by one factor, and a page costs so much more: rows and most costs stay what they are, those of the smallest tables do not.
 */

import { statfsSync } from 'node:fs';
import type { Gap, Snapshot } from '../snapshot/snapshot.ts';
import { BLOCK_BYTES } from './index-pages.ts';
import { hasSparseFiles } from './relation-files.ts';
import type { TwinOptions } from './twin.ts';

/** Of what is free. */
const SHARE = 1 / 4;

export interface Fit {
  /** Of all lengths; 1 where they are production's. */
  scale: number;
  gap: Gap[];
}

export function fitLengths(snapshot: Snapshot, folder: string, options: TwinOptions): Fit {
  if (options.hasSparseFiles ?? hasSparseFiles(folder)) return { scale: 1, gap: [] };
  const blocks = [...snapshot.relations, ...snapshot.indexes].reduce((sum, { size }) => sum + size.blocks, 0);
  const bytes = blocks * BLOCK_BYTES;
  const roomBytes = options.roomBytes ?? freeBytes(folder) * SHARE;
  const subject = 'files of the twin';
  const isRoom = bytes <= roomBytes;
  const sentence = isRoom
    ? `This disk has no sparse files: the twin takes as much room as production, ${inGigabytes(bytes)} GB.`
    : 'This disk has no sparse files and no room for the lengths of production: every file of the twin is shorter by one ' +
      'factor, and what the smallest tables cost is too much.';
  return { scale: isRoom ? 1 : roomBytes / bytes, gap: [{ subject, sentence }] };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function inGigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
