/** A guarded database with our tables for the tests of the kept figures, and minutes of figures to put into it. */

import { createDatabase, createLogger, type Database } from '../../main/database/index.ts';
import { type SampleBlock, StepTotals } from '../../main/monitor/samples/sample-block.ts';
import { TIERS } from '../../main/monitor/samples/tiers.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { atEndOfFile } from './end-of-file.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Call it in `beforeAll`; it is dropped after all tests of the file. */
export async function openSampleDatabase(): Promise<{ database: Database; target: TestDatabase }> {
  const target = await createTestDatabase();
  atEndOfFile(() => target.drop());
  const logger = createLogger({ level: 'silent' });
  const database = createDatabase({ connectionString: target.url, maxConnections: 6, logger });
  atEndOfFile(() => database.close(100));
  return { database, target };
}

/** A minute of ten-second steps; undefined where nothing was measured. */
export function minuteOf(
  name: string,
  startMs: number,
  scopes: Readonly<Record<string, readonly (number | undefined)[]>>,
): SampleBlock {
  const { blockMs, stepMs } = TIERS.tenSeconds;
  const totals = new StepTotals({ startMs, stepMs, steps: blockMs / stepMs });
  for (const [scope, values] of Object.entries(scopes)) {
    for (const [step, value] of values.entries()) {
      if (value !== undefined) totals.add(scope, startMs + step * stepMs, value);
    }
  }
  return totals.toBlock(name);
}

/** As many minutes of one scope as there are values, the same value all through each. */
export function minutesOf(name: string, startMs: number, values: readonly number[], scope = ''): SampleBlock[] {
  return values.map((value, minute) =>
    minuteOf(name, startMs + minute * MINUTE_MS, { [scope]: [value, value, value, value, value, value] }),
  );
}
