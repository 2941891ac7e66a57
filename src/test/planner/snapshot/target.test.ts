import { expect, onTestFinished, test } from 'vitest';
import type { AppError } from '../../../main/foundation/errors.ts';
import { withTarget } from '../../../main/planner/snapshot/target.ts';
import { createTestDatabase } from '../../support/database.ts';
import { findFreePort } from '../../support/free-port.ts';

const refusalOf = (text: string): Promise<AppError> =>
  withTarget(text, () => Promise.reject(new Error('it was opened'))).catch((error) => error);

test.each(['', 'shop', 'mysql://tea-for-two@localhost/x', 'postgres://[tea-for-two', '-c tea-for-two'])(
  '“%s” is no database, and is not repeated',
  async (text) => {
    const refusal = await refusalOf(text);
    expect(refusal).toMatchObject({ code: 'planner_target_invalid', kind: 'invalid' });
    expect(refusal.message).not.toContain('tea-for-two');
  },
);

test('a database that nobody answers for is one sentence without the password', async () => {
  const refusal = await refusalOf(`postgres://someone:tea-for-two@localhost:${await findFreePort()}/app`);
  expect(refusal).toMatchObject({ code: 'database_unreachable' });
  expect(refusal.message).toMatch(/^The database at localhost:\d+ cannot be used \(.*ECONNREFUSED.*\)\.$/);
  expect(refusal.message).not.toContain('tea-for-two');
});

test('the connection ends with the work, also with one that fails', async () => {
  const ground = await createTestDatabase({ isEmpty: true });
  onTestFinished(() => ground.drop());
  const name = await withTarget(ground.url, async (client) => {
    const { rows } = await client.query(`select current_setting('application_name') as name`);
    return rows[0].name;
  });
  expect(name).toBe('aquifer snapshot');
  await expect(withTarget(ground.url, () => Promise.reject(new Error('no more')))).rejects.toThrow('no more');
  await withTarget(ground.url, async (client) => {
    const others = `select from pg_stat_activity
      where datname = current_database() and application_name = 'aquifer snapshot' and pid <> pg_backend_pid()`;
    await expect.poll(async () => (await client.query(others)).rowCount).toBe(0);
  });
});
