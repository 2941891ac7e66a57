/**
 * Takes parallel workers from a session and gives them back. Postgres lets one statement take several cores; a report may do
 * that on a quiet server, and not while log-ins wait for a core. Sent before the holder's first statement and outside of any
 * transaction, without waiting for the answer: what comes behind it is sent when it is done.
 */

import type { Connection } from '../connections.ts';

/** For a session that begins without them. */
export const SERIAL_SQL = 'set max_parallel_workers_per_gather = 0;';

const SET = 'set max_parallel_workers_per_gather = 0';
const RESET = 'reset max_parallel_workers_per_gather';

/** Does nothing behind a pooler, where the session may be another's by the next statement. */
export function setSerial(connection: Connection, isSerial: boolean): void {
  if (connection.isPooled || connection.isBroken) return;
  connection.isSerial = isSerial;
  connection.client.query(isSerial ? SET : RESET).catch(() => {
    // It is not known how its session plans now.
    connection.isBroken = true;
  });
}
