import { Pool as DriverPool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, createLogger, Pool, type PoolOptions, statement } from '../../main/database/index.ts';
import { timeoutsSql } from '../../main/database/server-timeouts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let target: TestDatabase;
beforeAll(async () => {
  target = await createTestDatabase({ isEmpty: true });
});
afterAll(async () => target.drop());

const NAMES = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'];
const READ = `select name, setting from pg_catalog.pg_settings where name = any($1)`;

async function settingsOf(options: PoolOptions, Given: typeof DriverPool | typeof Pool = Pool): Promise<string[]> {
  const pool = new Given({ connectionString: target.url, ...options });
  try {
    const { rows } = await pool.query<{ name: string; setting: string }>(READ, [NAMES]);
    const byName = new Map(rows.map(({ name, setting }) => [name, setting]));
    // Before 17 there is no fourth.
    return NAMES.map((name) => byName.get(name)).filter((setting) => setting !== undefined);
  } finally {
    await pool.end();
  }
}

/** The server's own, but for what is given here; as many as it has. */
async function ownBut(...changed: (string | undefined)[]): Promise<string[]> {
  return (await settingsOf({}, DriverPool)).map((own, index) => changed[index] ?? own);
}

describe('the server’s own time-outs', () => {
  test('are not touched by a drop-in that does not ask', async () => {
    expect(await settingsOf({})).toEqual(await ownBut());
    expect(await settingsOf({ serverTimeouts: false, statement_timeout: 7_000 })).toEqual(await ownBut('7000'));
  });

  test('are those of a server of ours by `true`, and single ones by name', async () => {
    expect(await settingsOf({ serverTimeouts: true })).toEqual(await ownBut('120000', '60000', '60000', '180000'));
    expect(await settingsOf({ serverTimeouts: { lockMs: 500 } })).toEqual(await ownBut(undefined, '500'));
  });

  test('give way to what the program said in the driver’s words', async () => {
    const settings = await settingsOf({ serverTimeouts: true, statement_timeout: 7_000, lock_timeout: 1_000 });
    expect(settings).toEqual(await ownBut('7000', '1000', '60000', '180000'));
  });

  test('end what they are there for', async () => {
    const pool = new Pool({ connectionString: target.url, serverTimeouts: { statementMs: 100 } });
    await expect(pool.query('select pg_sleep(5)')).rejects.toMatchObject({ code: '57014', severity: 'ERROR' });
    await pool.end();
  });

  test('are whole numbers of milliseconds, or said to be wrong at once', () => {
    expect(() => new Pool({ serverTimeouts: { lockMs: 1.5 } })).toThrow('serverTimeouts.lockMs is 1.5');
    expect(() => timeoutsSql({ statementMs: -1 })).toThrow(RangeError);
    expect(timeoutsSql({})).toBe('');
  });

  test('are those of the server itself, in UTC', async () => {
    const read = statement<[string[]], { name: string; setting: string }>({
      ...{ name: 'test.readTimeouts', lane: 'control', deadlineMs: 2_000 },
      text: `${READ} or name = 'TimeZone' order by name`,
    });
    const logger = createLogger({ level: 'silent' });
    const database = createDatabase({ connectionString: target.url, maxConnections: 5, logger });
    const rows = await database.query(read, [NAMES]);
    const byName = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    expect(byName).toMatchObject({ statement_timeout: '120000', lock_timeout: '60000', TimeZone: 'UTC' });
    await database.close(500);
  });
});
