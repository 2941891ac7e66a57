/**
 * Opens one connection, finds out whether a pooler stands between us and Postgres, and sets what a session of ours has.
 */

import { Client, type ClientConfig } from 'pg';

export interface OpenedConnection {
  readonly client: Client;
  /** The backend's own process id, also behind a pooler (where it may change with every transaction). */
  readonly pid: number;
  /** A pooler is in between: no prepared statements by name, no session settings, no pipelining. */
  readonly isPooled: boolean;
}

/** @param onLost called when the socket dies, whoever holds it */
export type Opener = (onLost: (client: Client, error: Error) => void) => Promise<OpenedConnection>;

export interface OpenerOptions {
  clientConfig: ClientConfig;
  /** A subclass of `pg`'s, such as one that listens to its own queries. */
  createClient?: (config: ClientConfig) => Client;
  /** Run once on each connection that is ours alone. */
  sessionSql: string;
  /** The user's own first words to a new connection. */
  prepare?: (client: Client) => unknown;
}

const PROBE_TIMEOUT_MS = 1_000;
const OPEN_TIMEOUT_MS = 10_000;
/** How long the server may take to say goodbye. */
const GOODBYE_MS = 1_000;

export function createOpener({ clientConfig, createClient, sessionSql, prepare }: OpenerOptions): Opener {
  return async function open(onLost) {
    const client = createClient?.(clientConfig) ?? new Client(clientConfig);
    // Without a listener, a socket that dies while idle would end the process.
    client.on('error', (error) => onLost(client, error));
    // The driver's own time limit ends with the greeting; a server can fall silent after that, and a pooler keep us waiting.
    const timeoutMs = clientConfig.connectionTimeoutMillis || OPEN_TIMEOUT_MS;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('Connection terminated due to connection timeout')), timeoutMs);
    });
    const greeting = greet(client);
    try {
      return await Promise.race([greeting, tooLate]);
    } catch (error) {
      greeting.catch(() => undefined);
      cut(client);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  async function greet(client: Client): Promise<OpenedConnection> {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    const { processID } = client as Client & { processID?: number };
    // A pooler answers the greeting itself, under a number of its own.
    const isPooled = pid !== processID;
    if (!isPooled && sessionSql !== '') await client.query(sessionSql);
    await prepare?.(client);
    return { client, pid, isPooled };
  }
}

/** Closes it politely; where the other side does not answer, without it. Resolves when it is closed. */
export async function closeClient(client: Client): Promise<void> {
  const timer = setTimeout(() => cut(client), GOODBYE_MS);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** What `pg`'s types leave out. The native client has no socket of its own to cut. */
function cut(client: Client): void {
  const { connection } = client as Client & { connection?: { stream?: { destroy(): void } } };
  if (connection?.stream) connection.stream.destroy();
  else void client.end().catch(() => undefined);
}

/** Asks for a sign of life; false after a second without, and from a server that has become a standby. */
export async function isStillThere(client: Client): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_TIMEOUT_MS);
  });
  const answered = client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby').then(
    ({ rows }) => rows[0]?.standby !== true,
    () => false,
  );
  const isThere = await Promise.race([answered, silence]);
  clearTimeout(timer);
  return isThere;
}
