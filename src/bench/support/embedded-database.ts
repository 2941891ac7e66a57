/** A fresh embedded Postgres with its ordinary, durable settings, in a folder that goes with it. */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../main/database/embedded/index.ts';

export async function withEmbeddedDatabase<Result>(
  work: (database: EmbeddedPostgres) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-bench-'));
  // Started as root, Postgres runs as another user, who must get through: what he cannot reach would be left elsewhere.
  await chmod(folder, 0o711);
  const database = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  try {
    return await work(database);
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
