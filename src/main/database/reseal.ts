/**
 * Encrypts a column anew, with the key of today. What has it already is left alone, so that a walk that was interrupted goes
 * on where it stopped, and one made twice changes nothing.
 */

import type { Sealer } from '../foundation/sealing.ts';
import type { Database } from './database.ts';
import type { SealedColumn, SealedRow } from './sealed-column.ts';

export interface Resealed {
  readonly column: string;
  /** Looked at. */
  readonly rows: number;
  readonly resealed: number;
  /** With no key that is at hand, or changed by a stranger: left as they are. */
  readonly unreadable: number;
}

const BATCH = 200;

/** @param onBatch told of how far it is, after each batch */
export async function resealColumn(
  database: Pick<Database, 'query' | 'execute'>,
  sealer: Sealer,
  column: SealedColumn,
  { signal, onBatch = () => undefined }: { signal?: AbortSignal; onBatch?: (soFar: Resealed) => void } = {},
): Promise<Resealed> {
  let soFar: Resealed = { column: column.name, rows: 0, resealed: 0, unreadable: 0 };
  let after = column.firstId;
  while (!signal?.aborted) {
    const rows = await database.query(column.read, [after, BATCH]);
    const outcomes = [];
    for (const row of rows) outcomes.push(await resealRow(database, sealer, column, row));
    soFar = {
      column: column.name,
      rows: soFar.rows + rows.length,
      resealed: soFar.resealed + outcomes.filter((one) => one === 'resealed').length,
      unreadable: soFar.unreadable + outcomes.filter((one) => one === 'unreadable').length,
    };
    onBatch(soFar);
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return soFar;
    after = last.id;
  }
  return soFar;
}

async function resealRow(
  database: Pick<Database, 'execute'>,
  sealer: Sealer,
  { replace }: SealedColumn,
  { id, bearer, sealed }: SealedRow,
): Promise<'current' | 'resealed' | 'unreadable'> {
  if (await sealer.isCurrent(sealed)) return 'current';
  const text = await sealer.open(sealed, bearer);
  if (text === null) return 'unreadable';
  // Where somebody wrote another text meanwhile, he wrote it with the key of today.
  await database.execute(replace, [id, sealed, await sealer.seal(text, bearer)]);
  return 'resealed';
}
