/** `aquifer migrate`: brings the database to this build's schema, without starting the server. */

import { migrate } from '../database/index.ts';
import { readConfig } from '../foundation/config.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { withConnectionString } from './database-access.ts';

export async function runMigrate(output: CommandOutput): Promise<number> {
  const config = readConfig(process.env);
  const onProgress = (line: string) => output.progress(line);
  const { applied } = await withConnectionString(config, onProgress, (connectionString) =>
    migrate({ connectionString, onProgress }),
  );
  const words = applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`;
  output.answer([words], { applied });
  return exitCodes.done;
}
