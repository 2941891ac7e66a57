/**
 * What the database sees of the server under test, asked by a connection of the harness's own. It is a superuser's, so
 * that it is there when the server has taken all others.
 */

import pg from 'pg';
import { FORGOTTEN_PROGRAM, HARNESS_PROGRAM } from './kinds.ts';

export interface ConnectionSample {
  /** Since the run's start. */
  atMs: number;
  /** Running a statement, or in a transaction: nobody else can use them. */
  held: number;
  /** Held, and waiting for a lock. */
  waiting: number;
  /** All that the server has open. */
  open: number;
}

export interface Observer {
  /** Sets the instant that samples are counted from. */
  beginAt(epochMs: number): void;
  /** Safe to call twice. */
  stop(): Promise<ConnectionSample[]>;
}

const EVERY_MS = 250;

const SAMPLE = `
  select
    count(*) filter (where state in ('active', 'idle in transaction', 'idle in transaction (aborted)'))::integer as held,
    count(*) filter (where wait_event_type = 'Lock')::integer as waiting,
    count(*)::integer as open
  from pg_catalog.pg_stat_activity
  where datname = current_database()
    and backend_type = 'client backend'
    and application_name not in ('${HARNESS_PROGRAM}', '${FORGOTTEN_PROGRAM}')`;

export async function startObserver(superuserUrl: string): Promise<Observer> {
  const client = new pg.Client({ connectionString: superuserUrl, application_name: HARNESS_PROGRAM });
  client.on('error', () => undefined);
  await client.connect();
  const samples: ConnectionSample[] = [];
  let startedAt = Number.NaN;
  let asking: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  const ask = async () => {
    const at = Date.now();
    const { rows } = await client.query(SAMPLE);
    if (!Number.isNaN(startedAt)) samples.push({ atMs: at - startedAt, ...rows[0] });
  };
  const timer = setInterval(() => {
    asking ??= ask()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined;
      });
  }, EVERY_MS);
  return {
    beginAt(epochMs) {
      startedAt = epochMs;
    },
    async stop() {
      clearInterval(timer);
      stopping ??= Promise.resolve(asking).then(() => client.end());
      await stopping;
      return samples;
    },
  };
}

const LEFTOVERS = `
  select pg_catalog.pg_terminate_backend(pid)
  from pg_catalog.pg_stat_activity
  where datname = current_database()
    and backend_type = 'client backend'
    and application_name <> '${HARNESS_PROGRAM}'`;

const COUNT_OTHERS = `
  select count(*)::integer as count
  from pg_catalog.pg_stat_activity
  where datname = current_database()
    and backend_type = 'client backend'
    and application_name <> '${HARNESS_PROGRAM}'`;

/**
 * Ends what a server left running in the database when it stopped, so that the next one finds it quiet.
 *
 * @returns how many there were
 */
export async function clearLeftovers(client: pg.Client): Promise<number> {
  const { rowCount } = await client.query(LEFTOVERS);
  for (let round = 0; round < 50; round += 1) {
    const { rows } = await client.query<{ count: number }>(COUNT_OTHERS);
    if (rows[0]?.count === 0) break;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return rowCount ?? 0;
}
