import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, expect, test, vi } from 'vitest';
import { type App, startApp } from '../../main/app.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { must, PASSWORD } from '../support/api-session.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { runProgram } from '../support/server-process.ts';

let testDatabase: TestDatabase;
let environment: Record<string, string>;
let app: App;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  atEndOfFile(() => testDatabase.drop());
  environment = {
    ...{ DATABASE_URL: testDatabase.url, HASH_THREADS: '1', AQUIFER_SECRET_KEY: 'a key of these tests' },
  };
  const logger = createLogger({ level: 'silent' });
  app = await startApp({ environment: { ...environment, PORT: '0' }, logger });
  const token = /#token=(\S+)$/.exec(app.setupLink ?? '')?.[1];
  const body = { token, email: 'olga@example.com', password: PASSWORD };
  const { token: operator } = await must<{ token: string }>(app.url, 'POST', '/v1/accounts/first-operator', { body });
  // Of another feature: it is noted where all of it passes.
  const collection = { name: 'notes', fields: [] };
  await must(app.url, 'POST', '/v1/data/collections', { token: operator, body: collection });
  await must(app.url, 'DELETE', '/v1/data/collections/notes', { token: operator });
  const state = () =>
    must<{ unsealed: number; sealed: { seq: number } }>(app.url, 'GET', '/v1/accounts/audit/state', {
      token: operator,
    });
  await vi.waitFor(async () => expect((await state()).unsealed).toBe(0), { timeout: 15_000, interval: 100 });
  await app.stop();
});

const audit = (words: string[]) => runProgram(['audit', ...words], { environment });

async function tamper(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: testDatabase.superuserUrl });
  await client.connect();
  await client.query(`set session_replication_role = replica; ${text}`);
  await client.end();
}

test('a trail that nobody touched is whole; what was changed is named, with 3', { timeout: 60_000 }, async () => {
  const whole = await audit(['verify', '--json']);
  expect(whole).toMatchObject({ exitCode: 0, stderr: '' });
  const report = JSON.parse(whole.stdout);
  expect(report).toMatchObject({ isIntact: true, unsealed: 0, faults: [], unsigned: 0 });
  expect(report.signed).toBe(report.links);
  const again = await audit(['verify', '--expect', report.head]);
  expect(again.stdout).toBe(`The audit trail is whole: ${report.links} links.\nThe last link: ${report.head}\n`);
  const wrong = await audit(['verify', '--expect', 'yesterday']);
  expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
  await tamper(`update aquifer_accounts.audit_events set subject_id = 'another' where action = 'data.changed'`);
  const changed = await audit(['verify']);
  expect(changed.exitCode).toBe(3);
  expect(changed.stdout).toMatch(/^The audit trail is not as it was written:\n {2}link \d+ is not what was sealed/);
});

test('the export is lines on standard output, or a file that is whole', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-audit-'));
  atEndOfFile(() => rm(folder, { recursive: true, force: true }));
  const { exitCode, stdout } = await audit(['export']);
  const actions = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).action);
  expect(exitCode).toBe(0);
  expect(actions).toEqual(
    expect.arrayContaining(['first_operator.created', 'log_in.succeeded', 'data.changed', 'audit_trail.exported']),
  );
  const file = join(folder, 'trail.ndjson');
  const told = await audit(['export', '--output', file, '--to', '2020-01-01', '--json']);
  expect({ ...told, stdout: JSON.parse(told.stdout) }).toMatchObject({ exitCode: 0, stdout: { events: 0, file } });
  expect(await readFile(file, 'utf8')).toBe('');
  expect((await audit(['export', '--from', 'yesterday'])).exitCode).toBe(2);
  expect((await audit(['export', '--json'])).exitCode).toBe(2);
});
