/**
 * Whether a file of stolen passwords will do: that its lines are hashes in ascending order, and that a password everybody
 * knows is in there. It looks at places spread over the file, so that forty gigabytes take seconds; or at every line.
 */

import { open } from 'node:fs/promises';
import { AppError } from '../../foundation/errors.ts';
import { openBreachedFile } from './breached-file.ts';

export interface BreachedFileReport {
  sizeBytes: number;
  /** Looked at. */
  lines: number;
  /** An estimate from the lines that were looked at; exact where all were. */
  linesInFile: number;
  isInOrder: boolean;
  /** Of a few that every such download has; empty means that something else was downloaded. */
  found: string[];
}

export interface CheckOptions {
  /** Every line in place of some thousand. */
  isFull: boolean;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

const PLACES = 2_000;
const EVERYBODYS = ['123456', 'password', 'qwerty'];
const LINE = /^[0-9A-Fa-f]{40}(?::\d+)?$/;
const PROGRESS_BYTES = 256 * 1024 * 1024;

/** @throws AppError breached_file_unusable */
export async function checkBreachedFile(path: string, options: CheckOptions): Promise<BreachedFileReport> {
  const file = await openBreachedFile(path);
  try {
    const { sizeBytes } = file;
    const found: string[] = [];
    for (const one of EVERYBODYS) if (await file.has(one)) found.push(one);
    const { isFull, signal } = options;
    const looked = isFull ? await readAll(path, sizeBytes, options) : await readPlaces(file, signal);
    return { sizeBytes, found, ...looked };
  } finally {
    await file.close();
  }
}

type Looked = Pick<BreachedFileReport, 'lines' | 'linesInFile' | 'isInOrder'>;

async function readPlaces(file: Awaited<ReturnType<typeof openBreachedFile>>, signal: AbortSignal): Promise<Looked> {
  let before = '';
  let lines = 0;
  let bytes = 0;
  let isInOrder = true;
  let end = 0;
  for (let place = 0; place < PLACES; place += 1) {
    signal.throwIfAborted();
    const offset = Math.floor((file.sizeBytes * place) / PLACES);
    if (offset < end) continue;
    const line = await file.lineAt(offset);
    if (line === null) break;
    isInOrder &&= line.hash > before;
    before = line.hash;
    end = line.nextOffset;
    lines += 1;
    bytes += line.nextOffset - line.offset;
  }
  return { lines, linesInFile: Math.round((file.sizeBytes * lines) / Math.max(1, bytes)), isInOrder };
}

async function readAll(path: string, sizeBytes: number, { onProgress, signal }: CheckOptions): Promise<Looked> {
  const handle = await open(path, 'r');
  let before = '';
  let lines = 0;
  let bytes = 0;
  let told = 0;
  let isInOrder = true;
  for await (const line of handle.readLines({ encoding: 'latin1' })) {
    signal.throwIfAborted();
    if (!LINE.test(line)) {
      throw new AppError(
        'invalid',
        'breached_file_unusable',
        `${path} has no SHA-1 in hexadecimal in line ${lines + 1}.`,
      );
    }
    const hash = line.slice(0, 40).toUpperCase();
    isInOrder &&= hash > before;
    before = hash;
    lines += 1;
    bytes += line.length + 2;
    if (bytes < told + PROGRESS_BYTES) continue;
    told = bytes;
    onProgress(Math.min(1, bytes / sizeBytes));
  }
  return { lines, linesInFile: lines, isInOrder };
}
