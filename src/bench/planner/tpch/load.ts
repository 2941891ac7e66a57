/** Makes TPC-H's tables in a database and fills them by COPY. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import * as rows from './rows.ts';
import { FOREIGN_KEYS, TABLES } from './tables.ts';

/** Lines sent at once: one by one they would cost more than they weigh. */
const CHUNK_LENGTH = 1 << 16;

const makers: Readonly<Record<rows.TableName, (scale: rows.Scale) => Generator<string>>> = {
  region: rows.regionRows,
  nation: rows.nationRows,
  supplier: rows.supplierRows,
  part: rows.partRows,
  partsupp: rows.partsuppRows,
  customer: rows.customerRows,
  orders: rows.orderRows,
  lineitem: rows.lineitemRows,
};

/** Tables, rows, keys, then `vacuum analyze`, so that statistics and the visibility map are those of a database at rest. */
export async function loadTpch(client: Client, scale: rows.Scale, onTable: (table: string) => void = () => undefined) {
  for (const [table, columns] of Object.entries(TABLES)) {
    onTable(table);
    await client.query(`create table ${table} (${columns})`);
    const stream = client.query(copyFrom(`copy ${table} from stdin`));
    await pipeline(Readable.from(chunked(makers[table as rows.TableName](scale))), stream);
  }
  for (const key of FOREIGN_KEYS) await client.query(key);
  await client.query('vacuum analyze');
}

function* chunked(lines: Generator<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
