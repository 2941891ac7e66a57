/** The connections of the server's own pool: how each is opened, and what a session of ours has from its first word on. */

import type { Client, ClientConfig } from 'pg';
import type { Logger } from '../foundation/logger.ts';
import { requestCancel } from './cancel.ts';
import { type Connection, Connections } from './connections.ts';
import { SERIAL_SQL } from './limit/serial-session.ts';
import { createOpener } from './opener.ts';
import type { RunnerOptions } from './running-query.ts';
import { SERVER_TIMEOUTS, timeoutsSql } from './server-timeouts.ts';
import { watched } from './watched-client.ts';

/** Stand behind our own deadlines, should this process hang: no statement of ours may take longer. */
const SESSION_SQL = `set timezone = 'UTC';\n${timeoutsSql(SERVER_TIMEOUTS)}`;

export interface ServerConnectionsOptions {
  runner: RunnerOptions;
  maxConnections: number;
  idleTimeoutMs: number;
  /** Sessions begin without parallel workers, for a pool that knows when to give them back. */
  opensSerial: boolean;
  logger: Logger;
  onOpened: (connection: Connection) => void;
  onClosed: (connection: Connection) => void;
}

export function createServerConnections(given: ServerConnectionsOptions): Connections {
  const { runner, opensSerial, onOpened, ...options } = given;
  const { clientConfig, tracker, wheel, nowMs } = runner;
  const WatchedClient = watched();
  const createClient = (config: ClientConfig) => new WatchedClient(config);
  const sessionSql = opensSerial ? `${SERIAL_SQL}\n${SESSION_SQL}` : SESSION_SQL;
  return new Connections({
    ...options,
    ...{ tracker, wheel, nowMs, opensSerial, followsDemand: true },
    open: createOpener({ clientConfig, createClient, sessionSql }),
    onOpened: (connection) => {
      Object.assign(connection.client, { isPooled: connection.isPooled });
      onOpened(connection);
    },
    cancel: (client: Client) => requestCancel(clientConfig, client),
  });
}
