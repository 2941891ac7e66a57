import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../main/database/embedded/index.ts';
import { ask, preparedFolder, startFor } from '../../support/embedded-folder.ts';

describe('a first start', () => {
  let server: EmbeddedPostgres;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aquifer-first-'));
    await chmod(folder, 0o755);
    server = await startEmbeddedPostgres({ dataDir: folder });
  });

  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('gives the application a role that owns its database and is no superuser', async () => {
    const [role] = await ask(
      server.url,
      `select
         current_user as name,
         rolsuper as "isSuperuser",
         pg_has_role(current_user, 'pg_monitor', 'member') as "canMonitor",
         pg_has_role(current_user, 'pg_signal_backend', 'member') as "canSignal",
         pg_get_userbyid(datdba) as owner
       from pg_catalog.pg_roles, pg_catalog.pg_database
       where rolname = current_user and datname = current_database()`,
    );
    expect(role).toEqual({ name: 'aquifer', isSuperuser: false, canMonitor: true, canSignal: true, owner: 'aquifer' });
    const [owner] = await ask(
      server.superuserUrl,
      'select rolsuper from pg_catalog.pg_roles where rolname = current_user',
    );
    expect(owner).toEqual({ rolsuper: true });
  });

  test('has checksums, statement statistics, Unicode and no ear but on the loopback', async () => {
    const [found] = await ask<Record<string, string>>(
      server.url,
      `select
         current_setting('data_checksums') as checksums,
         current_setting('shared_preload_libraries') as preloaded,
         current_setting('listen_addresses') as listens,
         current_setting('server_encoding') as encoding,
         lower('ÄÖ') as lower,
         (select count(*) > 0 from public.pg_stat_statements)::text as counts`,
    );
    expect(found).toEqual({
      checksums: 'on',
      preloaded: 'pg_stat_statements,auto_explain',
      listens: '127.0.0.1',
      encoding: 'UTF8',
      lower: 'äö',
      counts: 'true',
    });
    expect(server.version).toMatch(/^18\./);
  });

  test('keeps the passwords in files of their owner alone, out of the log and out of the statistics', async () => {
    const passwords = [new URL(server.url).password, new URL(server.superuserUrl).password];
    for (const [index, file] of ['application.password', 'superuser.password'].entries()) {
      const path = join(server.dataFolder, file);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await readFile(path, 'utf8')).trim()).toBe(passwords[index]);
    }
    const statements = await ask<{ query: string }>(server.superuserUrl, 'select query from public.pg_stat_statements');
    const day = new Date().toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' });
    const log = await readFile(join(server.dataFolder, 'log', `postgres-${day}.log`), 'utf8');
    for (const password of passwords) {
      expect(statements.filter(({ query }) => query.includes(password))).toEqual([]);
      expect(log).not.toContain(password);
    }
  });
});

describe('a later start', () => {
  test('finds what was written, with the same passwords, and says nothing', async () => {
    const folder = await preparedFolder();
    const first = await startFor(folder);
    await ask(first.url, 'create table public.kept as select 7 as number');
    await first.stop();

    const lines: string[] = [];
    const startedAt = performance.now();
    const second = await startFor(folder, (line) => lines.push(line));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect(await ask(second.url, 'select number from public.kept')).toEqual([{ number: 7 }]);
    expect(lines).toEqual([]);
  });

  test('finishes a first start that ended between the files and the roles', async () => {
    const folder = await preparedFolder();
    const first = await startFor(folder);
    const maintenanceUrl = first.superuserUrl.replace(/aquifer$/, 'postgres');
    await ask(maintenanceUrl, 'drop database aquifer with (force)');
    await ask(maintenanceUrl, 'revoke set on parameter auto_explain.log_analyze from aquifer');
    await first.stop();
    await rm(join(first.dataFolder, 'application.password'));

    const second = await startFor(folder);
    expect(await ask(second.url, 'select current_database() as name')).toEqual([{ name: 'aquifer' }]);
    expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
    const [extension] = await ask(
      second.url,
      "select extname from pg_catalog.pg_extension where extname like 'pg_stat%'",
    );
    expect(extension).toEqual({ extname: 'pg_stat_statements' });
  });

  test("sets a new superuser's password when its file is lost", async () => {
    const folder = await preparedFolder();
    const first = await startFor(folder);
    await ask(first.url, 'create table public.kept as select 7 as number');
    await first.stop();
    await rm(join(first.dataFolder, 'superuser.password'));

    const second = await startFor(folder);
    expect(await ask(second.superuserUrl, 'select number from public.kept')).toEqual([{ number: 7 }]);
  });
});

describe('stopping', () => {
  test('may be asked for twice, and gives the folder back', async () => {
    const folder = await preparedFolder();
    const server = await startFor(folder);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await expect(stat(join(server.dataFolder, 'owner.lock'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(stat(join(server.dataFolder, 'cluster', 'postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is no unexpected exit, and being killed is one', async () => {
    const folder = await preparedFolder();
    const exits: unknown[] = [];
    const first = await startFor(folder);
    first.onUnexpectedExit((exit) => exits.push(exit));
    await first.stop();
    // Long enough for a listener that should not be called.
    await sleep(200);
    expect(exits).toEqual([]);

    const second = await startEmbeddedPostgres({ dataDir: folder });
    const pidFile = await readFile(join(second.dataFolder, 'cluster', 'postmaster.pid'), 'utf8');
    const exit = new Promise((resolve) => second.onUnexpectedExit(resolve));
    process.kill(Number.parseInt(pidFile, 10), 'SIGKILL');
    await expect(exit).resolves.toMatchObject({ signal: 'SIGKILL' });
    await second.stop();
  });
});
