/** Folders for tests that start an embedded Postgres of their own, and what such tests ask of it. */

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, onTestFinished } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../main/database/embedded/index.ts';

/** A folder that Postgres's user may enter, deleted when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-embedded-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

let prepared: Promise<string> | undefined;

afterAll(async () => {
  if (prepared) await rm(await prepared, { recursive: true, force: true });
});

/** A temporary folder with a cluster that has been started and stopped: a copy, since making one takes a second. */
export async function preparedFolder(): Promise<string> {
  prepared ??= prepareFolder();
  const folder = await temporaryFolder();
  await promisify(execFile)('cp', ['-a', `${await prepared}/.`, folder]);
  return folder;
}

async function prepareFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-prepared-'));
  await chmod(folder, 0o755);
  await (await startEmbeddedPostgres({ dataDir: folder })).stop();
  return folder;
}

/** Starts one that is stopped when the test has ended, if the test has not stopped it. */
export async function startFor(dataDir: string, onProgress?: (line: string) => void): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, onProgress });
  onTestFinished(() => server.stop());
  return server;
}

export async function ask<Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
