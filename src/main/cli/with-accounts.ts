/** The accounts feature for a command, on its own small pool. */

import { type Accounts, createAccounts } from '../accounts/index.ts';
import { systemClock } from '../foundation/clock.ts';
import type { CommandOutput } from './command-output.ts';
import { withDatabase } from './with-database.ts';

export async function withAccounts<Result>(
  output: CommandOutput,
  work: (accounts: Accounts) => Promise<Result>,
): Promise<Result> {
  return withDatabase(output, async ({ config, database, keys, logger }) => {
    const accounts = createAccounts({ ...keys, config, database, logger, clock: systemClock });
    try {
      return await work(accounts);
    } finally {
      await accounts.stop();
    }
  });
}
