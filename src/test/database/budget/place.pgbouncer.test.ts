import { describe, expect, onTestFinished, test } from 'vitest';
import { takePlace } from '../../../main/database/budget/place.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import { createTestDatabase } from '../../support/database.ts';
import { hasPgBouncer, startPgBouncer } from '../../support/pgbouncer.ts';

describe.skipIf(!hasPgBouncer)('behind PgBouncer', () => {
  test('says what is not known, writes no row and goes by AQUIFER_POOL_MAX alone', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const bouncer = await startPgBouncer(database.url, 2);
    onTestFinished(() => bouncer.stop());
    const said: string[] = [];
    const logger = createLogger({ level: 'silent' });
    logger.info = (_facts: unknown, message?: string) => void said.push(message ?? '');
    const place = await takePlace({ connectionString: bouncer.url, poolMax: 16, isShared: true, logger });
    expect(place).toMatchObject({ connectionString: bouncer.url, lanes: undefined, verdict: { status: 'unknown' } });
    expect(place.serve({} as never)).toBeUndefined();
    expect(said).toEqual([expect.stringMatching(/^A pooler such as PgBouncer stands before the database/)]);
  });
});
