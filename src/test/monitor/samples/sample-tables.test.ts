import { randomInt } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../../main/database/index.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { RollUp } from '../../../main/monitor/samples/roll-up.ts';
import { type SampleBlock, StepTotals } from '../../../main/monitor/samples/sample-block.ts';
import { SampleTables } from '../../../main/monitor/samples/sample-tables.ts';
import { TIERS } from '../../../main/monitor/samples/tiers.ts';
import { createTestDatabase } from '../../support/database.ts';
import { atEndOfFile } from '../../support/end-of-file.ts';

let database: Database;

beforeAll(async () => {
  const created = await createTestDatabase();
  atEndOfFile(() => created.drop());
  database = createDatabase({
    ...{ connectionString: created.url, maxConnections: 6, logger: createLogger({ level: 'silent' }) },
  });
  atEndOfFile(() => database.close());
});

const NOW_MS = Date.UTC(2026, 10, 23, 12, 30, 20);
const MINUTE_MS = 60_000;

function minute(name: string, startMs: number, scopes: Record<string, (number | undefined)[]>): SampleBlock {
  const { blockMs, stepMs } = TIERS.tenSeconds;
  const totals = new StepTotals({ startMs, stepMs, steps: blockMs / stepMs });
  for (const [scope, values] of Object.entries(scopes)) {
    values.forEach((value, step) => {
      if (value !== undefined) totals.add(scope, startMs + step * stepMs, value);
    });
  }
  return totals.toBlock(name);
}

test('what was written is read again', async () => {
  const tables = new SampleTables({ database, source: 1 });
  const startMs = NOW_MS - 20_000 - 2 * MINUTE_MS;
  await tables.write([minute('pool.inUse', startMs, { bulk: [1, 2, undefined, 4, 5, 6], control: [0, 0, 0, 0, 0, 0] })], NOW_MS);
  const [block] = await tables.read({ tier: 'tenSeconds', name: 'pool.inUse', fromMs: startMs, toMs: NOW_MS });
  expect([...(block?.series.keys() ?? [])]).toEqual(['bulk', 'control']);
  expect([...(block?.series.get('bulk')?.mean ?? [])]).toEqual([1, 2, Number.NaN, 4, 5, 6]);
});
