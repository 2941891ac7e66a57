/** Postgres ended, killed, restarted and made read-only under load; backends ended at random for a while. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../main/database/embedded/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { preparedFolder } from '../support/embedded-folder.ts';
import { StormLoad } from '../support/storm-load.ts';

/** A minute and more where somebody asks for it. */
const STORM_MS = Number(process.env.AQUIFER_STORM_SECONDS ?? 8) * 1_000;

describe('backends that are ended at random, under load', () => {
  test(
    'everyone has an answer or an error in time, and nothing is lost',
    async () => {
      const target = await createTestDatabase({ isEmpty: true });
      const load = new StormLoad(target.url);
      await load.start();
      const admin = new pg.Client({ connectionString: target.superuserUrl });
      await admin.connect();
      let ended = 0;
      for (const untilMs = performance.now() + STORM_MS; performance.now() < untilMs; await sleep(40)) {
        const { rowCount } = await admin.query(`
        select pg_terminate_backend(pid)
        from (
          select pid from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
          order by random()
          limit 1 + (random() * 2)::int
        ) as chosen`);
        ended += rowCount ?? 0;
      }
      await load.calm();
      await load.settle();
      expect(ended).toBeGreaterThan(STORM_MS / 100);
      expect(load.count('answered')).toBeGreaterThan(100);
      expect(load.count('database_unavailable')).toBeGreaterThan(0);
      await load.close();
      const { rows } = await admin.query(
        'select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      expect(rows).toEqual([{ n: 0 }]);
      await admin.end();
      await target.drop();
    },
    STORM_MS + 40_000,
  );
});

describe('the whole server, under load', () => {
  const start = async (dataDir: string, port?: number) => startEmbeddedPostgres({ dataDir, port });
  const ends: [string, (server: EmbeddedPostgres) => Promise<void>][] = [
    ['restarted', (server) => server.stop()],
    [
      'killed',
      async (server) => {
        const gone = new Promise<void>((resolve) => server.onUnexpectedExit(() => resolve()));
        const pidFile = await readFile(join(server.dataFolder, 'cluster', 'postmaster.pid'), 'utf8');
        process.kill(Number.parseInt(pidFile, 10), 'SIGKILL');
        await gone;
        await server.stop();
      },
    ],
  ];
  test.each(ends)(
    '%s: refused at once while it is away, served when it is back, and no stampede',
    async (how, end) => {
      const folder = await preparedFolder();
      const first = await start(folder);
      const load = new StormLoad(first.url);
      await load.start();
      await sleep(500);
      await end(first);
      const away = load.count('answered');
      await sleep(500);
      expect(load.count('answered')).toBe(away);
      const backAtMs = performance.now();
      const second = await start(folder, first.port);
      await load.calm();
      await sleep(300);
      await load.settle({ hasCrashed: how === 'killed' });
      expect(load.count('database_unavailable')).toBeGreaterThan(0);
      expect(load.openings.mostInASecond(backAtMs)).toBeLessThanOrEqual(load.connectionsMax);
      await load.close();
      await second.stop();
    },
    60_000,
  );

  test('made read-only: writes are refused for what it is, reads go on, and writes return', async () => {
    const server = await start(await preparedFolder());
    const load = new StormLoad(server.url);
    await load.start();
    const admin = new pg.Client({ connectionString: server.superuserUrl });
    await admin.connect();
    const setReadOnly = async (value: string) => {
      await admin.query(`alter system set default_transaction_read_only = ${value}`);
      await admin.query('select pg_reload_conf()');
      await admin.query('set default_transaction_read_only = off');
    };
    await sleep(300);
    await setReadOnly('on');
    await sleep(700);
    const [refused, answered] = [load.count('database_read_only'), load.count('answered')];
    expect(refused).toBeGreaterThan(0);
    await sleep(200);
    expect(load.count('answered'), 'reads go on').toBeGreaterThan(answered);
    await setReadOnly('off');
    await sleep(300);
    const after = load.count('database_read_only');
    await sleep(300);
    expect(load.count('database_read_only')).toBe(after);
    await load.settle();
    await load.close();
    await admin.end();
    await server.stop();
  }, 60_000);
});
