/** A connection to any Postgres for as long as a snapshot takes, opened from a URL that a person typed. */

import { AppError, Client } from '../../database/index.ts';
import { messageOf } from '../../foundation/errors.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens the connection, and ends it when the work has ended.
 *
 * @param text such as `postgres://role@host:5432/database`; the password may come from PGPASSWORD
 * @throws AppError planner_target_invalid for what is no such URL, database_unreachable, and what the work throws
 */
export async function withTarget<Result>(text: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const url = parseTarget(text);
  const client = new Client({
    connectionString: url.href,
    application_name: 'aquifer snapshot',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // What is lost while nothing runs shows itself in the next statement.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined);
    const message = `The database at ${hostOf(url)} cannot be used (${messageOf(error)}).`;
    throw new AppError('overloaded', 'database_unreachable', message, { cause: error });
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function parseTarget(text: string): URL {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return new URL(text);
  // Without the text: it may hold a password.
  const message =
    'Give the database as a URL: postgres://role@host:5432/database (the password may come from PGPASSWORD).';
  throw new AppError('invalid', 'planner_target_invalid', message);
}

/** Host and port alone. */
function hostOf(url: URL): string {
  return url.host || url.searchParams.get('host') || 'local socket';
}
