import { beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../../main/app.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { call, PASSWORD } from '../support/api-session.ts';
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

describe('user create', () => {
  test('makes an operator who can log in, with the password from standard input', async () => {
    const words = ['--email', 'Olga@example.com', '--name', 'Olga', '--operator', '--json'];
    const { exitCode, stdout, stderr } = await create(words, `${PASSWORD}\n`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { user } = JSON.parse(stdout);
    expect(user).toMatchObject({ email: 'Olga@example.com', name: 'Olga', role: 'operator', emailVerified: true });
    const { status, body } = await logIn('olga@example.com');
    expect({ status, body }).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  });

  test('makes a plain user, and says so in words', async () => {
    const { exitCode, stdout } = await create(['--email', 'ursula@example.com'], PASSWORD);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Made the user ursula@example.com.\n' });
    expect((await logIn('ursula@example.com')).status).toBe(200);
  });

  test('takes a password with spaces at its ends as it is', async () => {
    const password = `  ${PASSWORD}  `;
    expect(await create(['--email', 'spaces@example.com'], `${password}\r\n`)).toMatchObject({ exitCode: 0 });
    expect((await logIn('spaces@example.com', password)).status).toBe(200);
    expect((await logIn('spaces@example.com')).status).toBe(401);
  });

  test('refuses a weak password with 2, and names the field', async () => {
    const spoken = await create(['--email', 'weak@example.com'], 'password');
    expect(spoken).toMatchObject({ exitCode: 2, stdout: '' });
    expect(spoken.stderr).toMatch(/^The password .*\npassword .*\n$/);
    const told = await create(['--email', 'weak@example.com', '--json'], 'password');
    expect(told).toMatchObject({ exitCode: 2, stderr: '' });
    expect(JSON.parse(told.stdout)).toMatchObject({
      error: { code: 'password_refused', fields: [{ field: 'password', message: expect.any(String) }] },
    });
    expect((await logIn('weak@example.com', 'password')).status).toBe(401);
  });

  test.each([
    ['no password at all', 'someone@example.com', '', 'password_missing', 2],
    ['an address that is none', 'someone', PASSWORD, 'invalid_email', 2],
    ['an address that is taken', 'OLGA@example.com', PASSWORD, 'email_taken', 1],
  ])('%s', async (_name, email, input, code, exitCode) => {
    const answer = await create(['--email', email, '--json'], input);
    expect(answer).toMatchObject({ exitCode, stderr: '' });
    expect(JSON.parse(answer.stdout).error.code).toBe(code);
  });
});
