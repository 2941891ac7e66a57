/**
 * Reads that would wait for whoever holds a table for himself. They are told which tables to leave out; where one waited all the
 * same, because a lock came in between, it is ended after its lock time-out and asked again, the last time without all that locks.
 */

import { readBlockedTables } from './catalog-queries.ts';
import { isTimeout, type ReadRows, readApart } from './connection.ts';

/** Calls `read` with the tables to leave out, and whether to leave out all of them. */
export type LockFreeRead = <Result>(
  read: (blocked: readonly number[], isCareful: boolean) => Promise<Result>,
) => Promise<Result>;

const ATTEMPTS = 2;

export function createLockFreeRead(query: ReadRows): LockFreeRead {
  return async (read) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const blocked = (await query(readBlockedTables, [])).map(({ oid }) => oid);
      try {
        return await readApart(query, () => read(blocked, false));
      } catch (error) {
        if (!isTimeout(error)) throw error;
      }
    }
    return readApart(query, () => read([], true));
  };
}
