/** The commands on the embedded Postgres: beside a server that runs, and where none does. */

import { beforeAll, expect, test } from 'vitest';
import { call, must, PASSWORD } from '../support/api-session.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import {
  hasPostgres,
  runProgram,
  type ServerProcess,
  serverFolder,
  settingsFor,
  startServer,
} from '../support/server-process.ts';

let folder: string;
let environment: Record<string, string>;
let server: ServerProcess;

beforeAll(async () => {
  folder = await serverFolder(atEndOfFile);
  environment = await settingsFor(folder);
});

const run = (words: string[], input = '') => runProgram(words, { folder, environment, input });

const logIn = (email: string) =>
  call(server.url, 'POST', '/v1/accounts/log-in', { body: { email, password: PASSWORD } });

test('where no server runs, a command starts Postgres, says so, and stops it again', { timeout: 60_000 }, async () => {
  const first = await run(['migrate']);
  expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Applied 0001-') });
  expect(first.stderr).toContain('Creating the database');
  expect(await hasPostgres(folder)).toBe(false);

  expect(await run(['user', 'create', '--email', 'olga@example.com', '--operator'], PASSWORD)).toMatchObject({
    exitCode: 0,
  });
  const doctor = await run(['doctor', '--json']);
  expect(doctor).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(doctor.stdout)).toMatchObject({ healthy: true });
  expect(await hasPostgres(folder)).toBe(false);
});

test('beside a server, commands use its Postgres and leave it alone', { timeout: 60_000 }, async () => {
  server = await startServer({ folder, environment }, atEndOfFile);
  // The command above has made an operator: nobody is offered to become the first.
  expect(server.setupLink).toBeUndefined();
  const { token } = (await logIn('olga@example.com')).body as { token: string };

  expect(await run(['migrate'])).toMatchObject({ exitCode: 0, stdout: 'The schema is up to date.\n', stderr: '' });
  expect(await run(['user', 'create', '--email', 'ursula@example.com'], PASSWORD)).toMatchObject({ exitCode: 0 });
  expect((await logIn('ursula@example.com')).status).toBe(200);
  expect(await run(['user', 'disable', 'ursula@example.com'])).toMatchObject({ exitCode: 0 });
  expect((await logIn('ursula@example.com')).status).toBe(401);
  expect(await run(['doctor'])).toMatchObject({ exitCode: 0 });

  const { user } = await must<{ user: { role: string } }>(server.url, 'GET', '/v1/accounts/me', { token });
  expect(user.role).toBe('operator');
  expect(await hasPostgres(folder)).toBe(true);
});

test('start --json writes JSON lines alone, and the link for the first operator nowhere among them', async () => {
  expect(await server.end('SIGTERM')).toMatchObject({ exitCode: 0 });
  const own = await serverFolder();
  const settings = await settingsFor(own);
  const running = runProgram(['start', '--json'], {
    folder: own,
    environment: settings,
    endWhen: /"event":"listening"/,
  });
  const { exitCode, stdout, stderr } = await running;
  expect(exitCode).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual({
    event: 'listening',
    url: `http://localhost:${settings.PORT}`,
    database: { kind: 'embedded', host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
  });
  expect(stdout).not.toContain('#token=');
  expect(stderr).toMatch(/^First operator, open once: http\S+#token=\S+\n$/);
});
