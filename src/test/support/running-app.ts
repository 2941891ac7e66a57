/** A whole server in the test's own process, on a database of its own, with an operator and a user logged in. */

import { type App, type AppOptions, startApp } from '../../main/app.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { becomeOperator, must, PASSWORD } from './api-session.ts';
import { createTestDatabase } from './database.ts';
import { atEndOfFile } from './end-of-file.ts';

export interface RunningApp {
  app: App;
  url: string;
  databaseUrl: string;
  /** Session tokens. */
  operator: string;
  user: string;
}

export const OPERATOR_EMAIL = 'operator@example.com';
export const USER_EMAIL = 'ursula@example.com';

/** Call it in `beforeAll`; it is stopped after all tests of the file. */
export async function runApp(
  environment: Record<string, string> = {},
  options: Pick<AppOptions, 'routes'> = {},
): Promise<RunningApp> {
  const database = await createTestDatabase();
  atEndOfFile(() => database.drop());
  const app = await startApp({
    environment: { DATABASE_URL: database.url, PORT: '0', HASH_THREADS: '1', ...environment },
    logger: createLogger({ level: 'silent' }),
    ...options,
  });
  atEndOfFile(() => app.stop());
  const { url } = app;
  const operator = await becomeOperator(url, app.setupLink ?? undefined);
  const person = { email: USER_EMAIL, password: PASSWORD };
  await must(url, 'POST', '/v1/accounts/users', { token: operator, body: { ...person, role: 'user' } });
  const { token } = await must<{ token: string }>(url, 'POST', '/v1/accounts/log-in', { body: person });
  return { app, url, databaseUrl: database.url, operator, user: token };
}
