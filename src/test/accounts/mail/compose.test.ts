import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeLetter } from '../../../main/accounts/mail/compose.ts';
import type { MailRequestRow } from '../../../main/accounts/queries/mail.ts';
import type { Database } from '../../../main/database/index.ts';
import { createSealer } from '../../../main/foundation/sealing.ts';
import { type AccountsApp, BASE_URL, createAccountsApp } from '../../support/accounts.ts';
import { seedUser } from '../../support/seeded-user.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

/** Runs `meanwhile` when the address was looked up and no link is made yet. */
function compose(template: MailRequestRow['template'], email: string, meanwhile: () => Promise<unknown>) {
  const { database } = app;
  const query: Database['query'] = async (statement, ...given) => {
    const rows = await database.query(statement, ...given);
    if (statement.name === 'accounts.findUserByEmail') await meanwhile();
    return rows;
  };
  const desk = {
    database: { query, execute: database.execute.bind(database) } as Database,
    sender: { appName: 'Aquifer', baseUrl: BASE_URL },
    sealer: createSealer('a key for tests'),
    signal: AbortSignal.timeout(10_000),
  } as unknown as Parameters<typeof composeLetter>[0];
  const request = { template, email, emailKey: email, createdAt: new Date(), requestedFrom: null, details: null };
  return composeLetter(desk, { ...request, signUpId: null, mailLogInId: null } as unknown as MailRequestRow);
}

test.each(['password_reset', 'verification', 'invitation'] as const)(
  'a mail for %s to an address that was changed while it was written has no link, and there is none',
  async (template) => {
    const old = `${template.replace('_', '-')}@example.com`;
    const { id } = await seedUser(app, old);
    if (template === 'verification') {
      await app.sql('update aquifer_accounts.users set email_verified_at = null where id = $1', [id]);
    }
    if (template === 'invitation') {
      await app.sql('update aquifer_accounts.users set password_hash = null where id = $1', [id]);
    }
    const move = `update aquifer_accounts.users set email = 'new-' || $2::text, email_key = 'new-' || $2::text where id = $1`;
    expect(await compose(template, old, () => app.sql(move, [id, old]))).toBeNull();
    expect(await app.sql('select from aquifer_accounts.one_time_tokens where user_id = $1', [id])).toEqual([]);
    const letter = await compose(template, `new-${old}`, async () => undefined);
    expect(letter?.text).toContain('#token=');
  },
);
