/** Snapshots as files: JSON with one statement, column or index a line where people compare them, gzip where the name ends in .gz. */

import { readFile, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { messageOf } from '../../foundation/errors.ts';
import { findBadDefinition } from './definition-check.ts';
import { badSnapshot } from './errors.ts';
import type { Snapshot } from './snapshot.ts';
import { findFault } from './snapshot-check.ts';

const MAX_FILE_BYTES = 256 * 1024 * 1024;
const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** @returns how many bytes the file has */
export async function writeSnapshotFile(path: string, snapshot: Snapshot): Promise<number> {
  const text = Buffer.from(snapshotText(snapshot));
  const bytes = path.endsWith('.gz') ? await gzipAsync(text) : text;
  // What a database's statistics hold is nobody else's.
  await writeFile(path, bytes, { mode: 0o600 });
  return bytes.length;
}

/** One line for each thing, in an order that does not change, so that a commit's difference can be read. */
export function snapshotText(snapshot: Snapshot): string {
  const members = Object.entries(snapshot).map(([name, value]) => {
    if (!Array.isArray(value) || value.length === 0) return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    return `${JSON.stringify(name)}: [\n${value.map((one) => textOf(one)).join(',\n')}\n]`;
  });
  return `{\n${members.join(',\n')}\n}\n`;
}

function textOf(one: unknown): string {
  const isRelation = typeof one === 'object' && one !== null && 'columns' in one && Array.isArray(one.columns);
  if (!isRelation) return JSON.stringify(one);
  const { columns, ...others } = one as { columns: unknown[] };
  const lines = columns.map((column) => `  ${JSON.stringify(column)}`).join(',\n');
  return `${JSON.stringify(others).slice(0, -1)}, "columns": [\n${lines}\n]}`;
}

/**
 * Reads a file that may come from anywhere. What it says is bounded, and each piece of SQL in it is of its kind.
 *
 * @param maxBytes of the file, and of what is packed in it
 * @throws AppError bad_snapshot
 */
export async function readSnapshotFile(path: string, maxBytes = MAX_FILE_BYTES): Promise<Snapshot> {
  const bytes = await readBounded(path, maxBytes);
  return parseSnapshot(bytes.toString('utf8'));
}

async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw badSnapshot('the file is too large');
    const bytes = await readFile(path);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return isGzip ? await gunzipAsync(bytes, { maxOutputLength: maxBytes }) : bytes;
  } catch (error) {
    throw badSnapshot(`the file cannot be read (${messageOf(error)})`, error);
  }
}

/**
 * The same for a text.
 *
 * @throws AppError bad_snapshot
 */
export async function parseSnapshot(text: string): Promise<Snapshot> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badSnapshot('it is no JSON', error);
  }
  const fault = findFault(value) ?? (await findBadDefinition(value as Snapshot));
  if (fault !== undefined) throw badSnapshot(fault);
  return value as Snapshot;
}
