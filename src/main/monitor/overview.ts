/** The figures of the console's first page. */

import type { Origin } from '../database/index.ts';
import { type Database, statement } from '../database/index.ts';
import type { Overview } from './schema.ts';

const readVersion = statement<[], { version: string }>({
  name: 'monitor.readVersion',
  lane: 'control',
  deadlineMs: 1_000,
  text: `select current_setting('server_version') as version`,
  unindexedBecause: 'it reads no table',
});

export interface OverviewSources {
  database: Database;
  databaseKind: 'embedded' | 'external';
  /** Host and port, never a password. */
  databaseHost: string;
  version: string;
  /** Each must be cheap: an estimate where the table is large. */
  counts: {
    users: (origin: Origin) => Promise<number>;
    sessions: (origin: Origin) => Promise<number>;
    collections: (origin: Origin) => Promise<number>;
  };
}

export async function readOverview(sources: OverviewSources, origin: Origin): Promise<Overview> {
  const { counts, database, databaseHost, databaseKind, version } = sources;
  const [users, sessions, collections, [server]] = await Promise.all([
    counts.users(origin),
    counts.sessions(origin),
    counts.collections(origin),
    database.query(readVersion, [], origin),
  ]);
  return {
    ...{ version, users, sessions, collections },
    uptimeSeconds: Math.round(process.uptime()),
    database: { kind: databaseKind, version: server?.version ?? 'unknown', host: databaseHost },
  };
}
