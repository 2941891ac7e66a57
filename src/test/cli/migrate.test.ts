import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { findFreePort } from '../support/free-port.ts';
import { runProgram } from '../support/server-process.ts';

async function emptyDatabase(): Promise<Record<string, string>> {
  const database = await createTestDatabase({ isEmpty: true });
  onTestFinished(() => database.drop());
  return { DATABASE_URL: database.url };
}

test('applies what is missing, and the second time nothing', async () => {
  const environment = await emptyDatabase();
  const first = await runProgram(['migrate'], { environment });
  expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Applied 0001-\S+, .*\.\n$/) });
  expect(first.stderr).toContain('Migrating: 0001-');
  expect(await runProgram(['migrate'], { environment })).toMatchObject({
    exitCode: 0,
    stdout: 'The schema is up to date.\n',
    stderr: '',
  });
});

test('answers a program with one JSON object and nothing else', async () => {
  const environment = await emptyDatabase();
  const first = await runProgram(['migrate', '--json'], { environment });
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(first.stdout).applied.length).toBeGreaterThan(1);
  const second = await runProgram(['migrate', '--json'], { environment });
  expect(JSON.parse(second.stdout)).toEqual({ applied: [] });
});

test('two at once take turns: each migration is applied by one of them', async () => {
  const environment = await emptyDatabase();
  const both = await Promise.all([1, 2].map(() => runProgram(['migrate', '--json'], { environment })));
  expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const applied: string[] = both.flatMap(({ stdout }) => JSON.parse(stdout).applied);
  expect(applied.length).toBeGreaterThan(1);
  expect(new Set(applied).size).toBe(applied.length);
});

test('a database that nobody answers for is one sentence without the password', async () => {
  const environment = { DATABASE_URL: `postgres://someone:tea-for-two@localhost:${await findFreePort()}/app` };
  const { exitCode, stderr } = await runProgram(['migrate'], { environment });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^The database at localhost:\d+ cannot be used \(.*ECONNREFUSED.*\): check DATABASE_URL\.\n$/);
  expect(stderr).not.toContain('tea-for-two');
});
