/**
 * The database for a command: the one of DATABASE_URL, the embedded one of a server that runs, or, where none runs, the
 * embedded one started for as long as the command takes.
 */

import { resolve } from 'node:path';
import { startEmbeddedPostgres } from '../database/embedded/index.ts';
import { findRunningPostgres } from '../database/embedded/running.ts';
import type { Config } from '../foundation/config.ts';

export async function withConnectionString<Result>(
  config: Config,
  onProgress: (line: string) => void,
  work: (connectionString: string) => Promise<Result>,
): Promise<Result> {
  if (config.databaseUrl) return work(config.databaseUrl);
  const dataDir = resolve(config.dataDir);
  const running = await findRunningPostgres(dataDir);
  if (running) return work(running);
  const embedded = await startEmbeddedPostgres({ dataDir, onProgress });
  try {
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}
