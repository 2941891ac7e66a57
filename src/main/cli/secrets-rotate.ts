/**
 * `aquifer secrets rotate`: encrypts all secrets in the database anew with AQUIFER_SECRET_KEY. The servers may run meanwhile,
 * as long as each has both keys. It may be interrupted, and begun again: what is done stays done.
 */

import { accountsSealedPlaces } from '../accounts/sealed-places.ts';
import { type Resealed, resealColumn } from '../database/reseal.ts';
import { sealedColumn } from '../database/sealed-column.ts';
import { createSealer } from '../foundation/sealing.ts';
import { monitorSealedPlaces } from '../monitor/sealed-places.ts';
import { type CommandOutput, exitCodes } from './command-output.ts';
import { withDatabase } from './with-database.ts';

const columns = [...accountsSealedPlaces, ...monitorSealedPlaces].map(sealedColumn);
/** What is read to see whether there is a key at all; it goes nowhere. */
const PROBE = 'probe';

export async function runSecretsRotate(output: CommandOutput): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await withDatabase(output, async ({ database, keys }) => {
      const sealer = createSealer(keys.secretKey, keys.previousKeys);
      await sealer.seal(PROBE, PROBE);
      const done: Resealed[] = [];
      for (const column of columns) {
        if (interruption.signal.aborted) break;
        const onBatch = ({ rows }: Resealed) => output.progress(`${column.name}: ${rows} looked at`);
        done.push(await resealColumn(database, sealer, column, { signal: interruption.signal, onBatch }));
      }
      return tell(output, done, interruption.signal.aborted);
    });
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function tell(output: CommandOutput, done: readonly Resealed[], isInterrupted: boolean): number {
  const resealed = done.reduce((sum, one) => sum + one.resealed, 0);
  const unreadable = done.reduce((sum, one) => sum + one.unreadable, 0);
  output.answer([...done.map(lineOf), lastLine(resealed, unreadable, isInterrupted)], {
    ...{ isComplete: !isInterrupted, resealed, unreadable },
    columns: done,
  });
  if (isInterrupted) return exitCodes.failed;
  return unreadable === 0 ? exitCodes.done : exitCodes.unhealthy;
}

function lineOf({ column, rows, resealed, unreadable }: Resealed): string {
  const rest = unreadable === 0 ? '' : `, ${unreadable} cannot be opened`;
  return `${column}: ${rows} looked at, ${resealed} encrypted anew${rest}`;
}

function lastLine(resealed: number, unreadable: number, isInterrupted: boolean): string {
  if (isInterrupted) return 'Interrupted. Run it again: what is done stays done.';
  if (unreadable > 0) {
    return `${unreadable} cannot be opened with any key at hand: set AQUIFER_SECRET_KEY_PREVIOUS to the key they were encrypted with.`;
  }
  if (resealed === 0)
    return 'Everything is encrypted with AQUIFER_SECRET_KEY already. Unset AQUIFER_SECRET_KEY_PREVIOUS.';
  return 'Everything is encrypted with AQUIFER_SECRET_KEY. Restart the servers without AQUIFER_SECRET_KEY_PREVIOUS.';
}
