/** The accounts feature for a command: its own small pool on the database, migrated, and put away afterwards. */

import { type Accounts, createAccounts } from '../accounts/index.ts';
import { createDatabase, MIN_CONNECTIONS, migrate } from '../database/index.ts';
import { systemClock } from '../foundation/clock.ts';
import { readConfig } from '../foundation/config.ts';
import { createLogger } from '../foundation/logger.ts';
import type { CommandOutput } from './command-output.ts';
import { withConnectionString } from './database-access.ts';

export async function withAccounts<Result>(
  output: CommandOutput,
  work: (accounts: Accounts) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(process.env);
  const onProgress = (line: string) => output.progress(line);
  return withConnectionString(config, onProgress, async (connectionString) => {
    await migrate({ connectionString, onProgress });
    const logger = createLogger({ level: 'silent' });
    const database = createDatabase({ connectionString, maxConnections: MIN_CONNECTIONS, logger });
    const accounts = createAccounts({ config, database, logger, clock: systemClock });
    try {
      return await work(accounts);
    } finally {
      await accounts.stop();
      await database.close();
    }
  });
}
