/** A server that cannot start says why in one sentence, ends with 1, and leaves no Postgres behind. */

import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { findFreePort } from '../support/free-port.ts';
import { hasPostgres, runProgram, serverFolder, settingsFor, startServer } from '../support/server-process.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let environment: Record<string, string>;

/** One folder with a cluster that ended well, which each fault is then shown on: making one takes seconds. */
beforeAll(async () => {
  folder = await serverFolder(atEndOfFile);
  environment = await settingsFor(folder);
  const server = await startServer({ folder, environment }, atEndOfFile);
  expect(await server.end('SIGTERM')).toMatchObject({ exitCode: 0 });
});

interface Failure {
  environment?: Record<string, string>;
  folder?: string;
  uid?: number;
}

/** Starts, expects the failure, and returns the sentence. */
async function sentenceOf(failure: Failure): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(['start'], { folder, environment, ...failure });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('Aquifer cannot start.') });
  expect(stdout + stderr).not.toMatch(/^ +at .*:\d+/m);
  expect(stdout + stderr).not.toContain('node:internal');
  expect(await hasPostgres(failure.folder ?? folder)).toBe(false);
  return stderr.replace('Aquifer cannot start.', '').replace(/\s+/g, ' ').trim();
}

async function databaseFor(isEmpty: boolean) {
  const database = await createTestDatabase({ isEmpty });
  onTestFinished(() => database.drop());
  return database;
}

describe('with the embedded Postgres', () => {
  test('a port that is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void holder.close());
    const { port } = holder.address() as AddressInfo;
    expect(await sentenceOf({ environment: { ...environment, PORT: String(port) } })).toBe(
      `Port ${port} on 127.0.0.1 is taken. Stop what listens there, or choose another with PORT, for example PORT=${port + 1}.`,
    );
  });

  test('a data folder of another Postgres', async () => {
    const path = join(folder, 'data', 'cluster', 'PG_VERSION');
    const version = await readFile(path, 'utf8');
    await writeFile(path, '16\n');
    onTestFinished(() => writeFile(path, version));
    const sentence = await sentenceOf({});
    expect(sentence).toMatch(/was made by Postgres 16, and this Aquifer brings Postgres 18/);
    expect(sentence).toContain('AQUIFER_DATA_DIR');
  });

  test('a folder that cannot be written, as an ordinary user', async () => {
    const closed = await serverFolder();
    await mkdir(join(closed, 'data'));
    await chmod(join(closed, 'data'), 0o555);
    const started = sentenceOf({
      folder: closed,
      environment: { ...environment, AQUIFER_DATA_DIR: join(closed, 'data') },
      ...(isRoot ? { uid: NOBODY } : {}),
    });
    expect(await started).toBe(
      `The data folder ${join(closed, 'data')} cannot be written (permission denied): make it writable, or name another folder in AQUIFER_DATA_DIR.`,
    );
  });

  test('a second server in the same folder, which is told of the first', async () => {
    const first = await startServer({ folder, environment });
    const port = String(await findFreePort());
    const { exitCode, stderr } = await runProgram(['start'], { folder, environment: { ...environment, PORT: port } });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining(`Aquifer is already running as process ${first.pid} on ${first.url}`),
    });
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
    expect(await first.end('SIGTERM')).toMatchObject({ exitCode: 0 });
  });
});

describe('with settings that are wrong', () => {
  test('all of them at once', async () => {
    const sentence = await sentenceOf({
      environment: { ...environment, PORT: 'eighty', LOG_LEVEL: 'loud', AQUIFER_POOL_MAX: '2', APP_ACCENT: 'blue' },
    });
    expect(sentence).toMatch(/^4 settings are wrong:/);
    for (const name of ['PORT', 'LOG_LEVEL', 'AQUIFER_POOL_MAX', 'APP_ACCENT']) expect(sentence).toContain(name);
  });

  test('never with a secret in the sentence', async () => {
    const secret = 'mysql://root:tea-for-two@db/app';
    const sentence = await sentenceOf({ environment: { ...environment, DATABASE_URL: secret } });
    expect(sentence).toMatch(/DATABASE_URL must be/);
    expect(sentence).not.toContain('tea-for-two');
  });
});

describe('with a database of the user’s own', () => {
  test('where nobody answers', async () => {
    const url = `postgres://someone:tea-for-two@127.0.0.1:${await findFreePort()}/app`;
    const sentence = await sentenceOf({ environment: { PORT: environment.PORT ?? '', DATABASE_URL: url } });
    expect(sentence).toMatch(/DATABASE_URL/);
    expect(sentence).toMatch(/127\.0\.0\.1:\d+/);
    expect(sentence).not.toContain('tea-for-two');
  });

  test('where somebody takes the connection and never says a word', async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void mute.close());
    const url = `postgres://someone:tea@127.0.0.1:${(mute.address() as AddressInfo).port}/app`;
    const own = { PORT: environment.PORT ?? '', DATABASE_URL: url, AQUIFER_CONNECT_TIMEOUT_MS: '500' };
    expect(await sentenceOf({ environment: own })).toMatch(/DATABASE_URL/);
  });

  test('with the wrong password', async () => {
    const url = new URL((await databaseFor(true)).url);
    url.password = 'tea-for-two';
    const sentence = await sentenceOf({ environment: { PORT: environment.PORT ?? '', DATABASE_URL: url.href } });
    expect(sentence).toMatch(/password/);
    expect(sentence).not.toContain('tea-for-two');
  });

  test('that has too few connections left', async () => {
    const database = await databaseFor(false);
    const client = new pg.Client({ connectionString: database.superuserUrl });
    await client.connect();
    await client.query(`alter database ${database.name} connection limit 5`);
    await client.end();
    const sentence = await sentenceOf({ environment: { PORT: environment.PORT ?? '', DATABASE_URL: database.url } });
    expect(sentence).toBe(
      'The database has 5 connections of 5 left for this server, and a server needs 6: raise the CONNECTION LIMIT of its database.',
    );
  });

  test('that a newer Aquifer has migrated', async () => {
    const { url } = await databaseFor(false);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      `insert into aquifer_database.migrations (version, name, checksum) values (9000, '9000-tomorrow', 'x')`,
    );
    await client.end();
    expect(await sentenceOf({ environment: { PORT: environment.PORT ?? '', DATABASE_URL: url } })).toMatch(
      /migrated by a newer Aquifer \(it has 9000-tomorrow.*Start the newer build/,
    );
  });
});
