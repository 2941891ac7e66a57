/** What is done to the database itself in a drought: the forgotten session of `lock`. The reports come with the load. */

import pg from 'pg';
import { FORGOTTEN_PROGRAM, FORGOTTEN_STATEMENT, type Kind } from './kinds.ts';

export interface Storm {
  /** At the drought's first instant. */
  begin(): Promise<void>;
  /** At its last; safe to call twice, and without a beginning. */
  end(): Promise<void>;
}

const nothing: Storm = { begin: async () => undefined, end: async () => undefined };

/** Connects beforehand, so that the lock is held within milliseconds of the drought's beginning. */
export async function prepareStorm(kind: Kind, databaseUrl: string): Promise<Storm> {
  return kind === 'lock' ? prepareForgottenSession(databaseUrl, FORGOTTEN_STATEMENT) : nothing;
}

/** A session as someone leaves it in a terminal: in a transaction that holds a lock, running nothing. */
export async function prepareForgottenSession(databaseUrl: string, statement: string): Promise<Storm> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: FORGOTTEN_PROGRAM });
  client.on('error', () => undefined);
  await client.connect();
  // Postgres's own default is never; the embedded one would end it at 60 s, in the middle of a long storm.
  await client.query('set idle_in_transaction_session_timeout = 0');
  let ending: Promise<void> | undefined;
  return {
    async begin() {
      await client.query('begin');
      await client.query(statement);
    },
    end() {
      // Ending the connection rolls back; it may have been ended by an operator's hand before.
      ending ??= client.end().catch(() => undefined);
      return ending;
    },
  };
}
