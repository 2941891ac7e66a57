/** A fresh embedded Postgres with its ordinary, durable settings, in a folder that goes with it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../main/database/embedded/index.ts';

export async function withEmbeddedDatabase<Result>(
  work: (database: EmbeddedPostgres) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-bench-'));
  const database = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  try {
    return await work(database);
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
