/** A session of some other program, whose statement nobody waits for, and which can be ended from outside. */

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface OtherSession {
  runUnawaited(text: string): void;
  /** Resolves when the server is working on it. */
  hasBegun(): Promise<void>;
  /** Ends the connection and with it what runs; safe to call twice. */
  end(): Promise<void>;
}

const LOOKS = 40;
const LOOK_EVERY_MS = 25;

export async function openSession(databaseUrl: string, program: string): Promise<OtherSession> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: program });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  const pid = rows[0]?.pid;
  const withSecond = async <Result>(work: (second: pg.Client) => Promise<Result>) => {
    const second = new pg.Client({ connectionString: databaseUrl, application_name: program });
    await second.connect();
    return work(second).finally(() => second.end());
  };
  let ending: Promise<void> | undefined;
  return {
    runUnawaited(text) {
      client.query(text).catch(() => undefined);
    },
    hasBegun: () =>
      withSecond(async (second) => {
        for (let look = 0; look < LOOKS; look += 1) {
          const seen = await second.query(
            "select 1 from pg_catalog.pg_stat_activity where pid = $1 and state = 'active'",
            [pid],
          );
          if (seen.rows.length > 0) return;
          await sleep(LOOK_EVERY_MS);
        }
      }),
    end() {
      ending ??= withSecond((second) => second.query('select pg_catalog.pg_terminate_backend($1)', [pid]))
        .then(() => client.end())
        .catch(() => undefined);
      return ending;
    },
  };
}
