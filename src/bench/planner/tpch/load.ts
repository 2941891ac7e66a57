/** Loads TPC-H into a database: tables, rows by COPY, keys, ANALYZE. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { rowsOf } from './rows.ts';
import { ADD_FOREIGN_KEYS, ADD_KEYS, CREATE_TABLES, TABLES } from './schema.ts';

export interface LoadOptions {
  scaleFactor: number;
  seed?: number;
  withForeignKeys?: boolean;
  onProgress?: (line: string) => void;
}

const CHUNK_CHARS = 256 * 1024;

/** Rows as they come are a call each; a stream of them in pieces of a quarter of a megabyte is several times as fast. */
function* inPieces(rows: Iterable<string>): Generator<Buffer> {
  let piece = '';
  for (const row of rows) {
    piece += row;
    if (piece.length < CHUNK_CHARS) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  if (piece !== '') yield Buffer.from(piece);
}

/** @param client connected to an empty database; the tables go into the first schema of its search path */
export async function loadTpch(client: Client, options: LoadOptions): Promise<void> {
  const { scaleFactor, seed = 1, withForeignKeys = true, onProgress = () => undefined } = options;
  await client.query(CREATE_TABLES);
  for (const table of TABLES) {
    onProgress(`loading ${table}`);
    const into = client.query(copyFrom(`copy ${table} from stdin`));
    await pipeline(Readable.from(inPieces(rowsOf(table, scaleFactor, seed)), { objectMode: false }), into);
  }
  onProgress('adding keys');
  await client.query(ADD_KEYS);
  if (withForeignKeys) await client.query(ADD_FOREIGN_KEYS);
  onProgress('analysing');
  await client.query('vacuum (analyze)');
}
