import { beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../../main/app.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { call, must, PASSWORD } from '../support/api-session.ts';
import { createTestDatabase } from '../support/database.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { runProgram } from '../support/server-process.ts';

let app: App;
let environment: Record<string, string>;

beforeAll(async () => {
  const database = await createTestDatabase();
  atEndOfFile(() => database.drop());
  environment = { DATABASE_URL: database.url, HASH_THREADS: '1' };
  const logger = createLogger({ level: 'silent' });
  app = await startApp({ environment: { ...environment, PORT: '0' }, logger });
  atEndOfFile(() => app.stop());
});

const create = (words: readonly string[], input: string) =>
  runProgram(['user', 'create', ...words], { environment, input });

const logIn = (email: string, password = PASSWORD) =>
  call(app.url, 'POST', '/v1/accounts/log-in', { body: { email, password } });

beforeAll(async () => {
  await create(['--email', 'olga@example.com', '--operator'], PASSWORD);
});

describe('user disable', () => {
  test('ends the sessions at once and keeps him out', async () => {
    await create(['--email', 'dora@example.com'], PASSWORD);
    const { token } = (await logIn('dora@example.com')).body as { token: string };
    await must(app.url, 'GET', '/v1/accounts/me', { token });

    const { exitCode, stdout } = await runProgram(['user', 'disable', 'Dora@example.com'], { environment });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'Disabled dora@example.com; its sessions have ended.\n',
    });
    expect((await call(app.url, 'GET', '/v1/accounts/me', { token })).status).toBe(401);
    expect((await logIn('dora@example.com')).status).toBe(401);
    const again = await runProgram(['user', 'disable', 'dora@example.com', '--json'], { environment });
    expect(JSON.parse(again.stdout)).toMatchObject({ user: { disabled: true } });
  });

  test.each([
    ['nobody@example.com', 'user_not_found', 1],
    ['nobody', 'invalid_email', 2],
    ['olga@example.com', 'last_operator', 1],
  ])('refuses %s with %s', async (address, code, exitCode) => {
    const answer = await runProgram(['user', 'disable', address, '--json'], { environment });
    expect(answer).toMatchObject({ exitCode, stderr: '' });
    expect(JSON.parse(answer.stdout).error.code).toBe(code);
  });
});
