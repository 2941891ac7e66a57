/** The database for a command, with a small pool of its own, migrated, and put away afterwards. */

import { createDatabase, type Database, MIN_CONNECTIONS, migrate } from '../database/index.ts';
import { type Config, readConfig } from '../foundation/config.ts';
import { createLogger, type Logger } from '../foundation/logger.ts';
import { type SecretKeys, secretKeysOf } from '../foundation/secret-keys.ts';
import type { CommandOutput } from './command-output.ts';
import { withConnectionString } from './database-access.ts';

export interface CommandDatabase {
  readonly config: Config;
  readonly database: Database;
  readonly keys: SecretKeys;
  readonly logger: Logger;
}

export async function withDatabase<Result>(
  output: CommandOutput,
  work: (parts: CommandDatabase) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(process.env);
  const onProgress = (line: string) => output.progress(line);
  return withConnectionString(config, onProgress, async (connectionString) => {
    await migrate({ connectionString, onProgress });
    const logger = createLogger({ level: 'silent' });
    const database = createDatabase({ connectionString, maxConnections: MIN_CONNECTIONS, logger });
    try {
      return await work({ config, database, keys: secretKeysOf(config, connectionString), logger });
    } finally {
      await database.close();
    }
  });
}
