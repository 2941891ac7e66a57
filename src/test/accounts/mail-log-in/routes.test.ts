import { expect, onTestFinished, test } from 'vitest';
import { createMailLogInRoutes } from '../../../main/accounts/mail-log-in/routes.ts';
import { readConfig } from '../../../main/foundation/config.ts';
import { createAccountsApp } from '../../support/accounts.ts';

test('with MAIL_LOG_IN=false there is no such route, and pages are told so', async () => {
  const app = await createAccountsApp({ environment: { MAIL_LOG_IN: 'false' } });
  onTestFinished(() => app.close());
  for (const path of ['log-in/mail', 'log-in/mail/link', 'log-in/mail/code']) {
    expect((await app.ask('POST', path, { body: { email: 'ada@example.com' } })).json().code).toBe('route_not_found');
  }
  expect((await app.ask('GET', 'settings')).json()).toMatchObject({ mailLogIn: false, passkeys: true });
});

test('it is there unless it is switched off', () => {
  expect(readConfig({}).mailLogIn).toBe(true);
  expect(createMailLogInRoutes({ config: readConfig({ MAIL_LOG_IN: 'false' }) } as never)).toEqual([]);
});
