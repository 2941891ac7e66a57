/**
 * One connection beside the pool, for the rare statement that may run for an hour and in no transaction, such as
 * `create index concurrently`: in no lane it would have a place, and no deadline of ours may end it.
 */

import { Client, type ClientConfig } from 'pg';
import { translateDatabaseError } from './sql-state.ts';

export class LoneConnection {
  readonly #client: Client;
  readonly pid: number;

  constructor(client: Client, pid: number) {
    this.#client = client;
    this.pid = pid;
  }

  /** @throws AppError what Postgres said, translated; its own error is the cause */
  async run(text: string): Promise<void> {
    try {
      // The extended protocol refuses a text with a second statement in it.
      await this.#client.query({ text, values: [], queryMode: 'extended' } as { text: string; values: unknown[] });
    } catch (error) {
      throw translateDatabaseError(error, 'alone');
    }
  }

  async end(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

/** @throws AppError database_unavailable */
export async function openAlone(config: ClientConfig, applicationName: string): Promise<LoneConnection> {
  const client = new Client({ ...config, application_name: applicationName });
  // What is lost while nothing runs shows itself in the next statement.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
    return new LoneConnection(client, rows[0]?.pid ?? 0);
  } catch (error) {
    void client.end().catch(() => undefined);
    throw translateDatabaseError(error, 'alone');
  }
}
