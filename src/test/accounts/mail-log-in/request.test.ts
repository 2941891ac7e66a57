import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashToken } from '../../../main/foundation/tokens.ts';
import { type AccountsApp, comparable, createAccountsApp } from '../../support/accounts.ts';
import { MailReader } from '../../support/mail-log-in.ts';
import { newPerson as newPersonOf } from '../../support/passkeys.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

let mail: MailReader;
beforeEach(() => {
  mail = new MailReader(app);
});

const newPerson = (name?: string) => newPersonOf(app, name);

describe('asking for a mail', () => {
  test('202, the same answer and statements whatever is known of the address', async () => {
    const { user } = await newPerson();
    const nobody = `nobody-${randomUUID()}@example.com`;
    const disabled = await newPerson();
    await app.sql('update aquifer_accounts.users set disabled_at = now() where id = $1', [disabled.user.id]);
    const seen = [];
    for (const email of [user.email, nobody, disabled.user.email]) {
      app.statements.length = 0;
      const answer = await mail.request(email);
      const body = answer.body.replace(/"attempt":"[^"]{43}"/, '"attempt":""');
      seen.push({ ...(comparable(answer) as object), body, statements: [...app.statements] });
    }
    expect(seen[0]).toMatchObject({ status: 202, body: '{"status":"check_mail","attempt":""}' });
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    await app.sendMail();
    expect((await app.mailsTo(nobody)).map(({ template }) => template)).toEqual(['no_account']);
    expect((await app.mailsTo(nobody))[0]?.text).not.toContain('#token');
    expect(await app.mailsTo(disabled.user.email)).toEqual([]);
  });

  test('the link is built from the configured address, whatever the request says of its host', async () => {
    const { user } = await newPerson();
    await mail.request(user.email, { headers: { 'x-forwarded-host': 'evil.example', host: 'evil.example' } });
    await app.sendMail();
    const [sent] = await app.mailsTo(user.email);
    expect(sent?.text).toContain('http://localhost:8400/accounts/log-in/mail#token=');
    expect(sent?.text).not.toContain('evil');
  });

  test('neither the link, the code nor the browser’s secret can be read in the database', async () => {
    const { user } = await newPerson();
    const { attempt, token, code } = await mail.asked(user.email);
    const rows = await app.sql<{ row: string }>(
      'select m::text as row from aquifer_accounts.mail_log_ins m where m.user_id = $1',
      [user.id],
    );
    expect(rows).toHaveLength(1);
    for (const secret of [attempt, token, Buffer.from(code).toString('hex'), hashToken(code).toString('hex')]) {
      expect(rows[0]?.row).not.toContain(secret);
    }
  });

  test('429 after five mails to one address from one network', async () => {
    const { user } = await newPerson();
    const answers = [];
    for (let time = 0; time < 6; time += 1)
      answers.push((await mail.request(user.email, { ip: '203.0.113.9' })).statusCode);
    expect(answers).toEqual([202, 202, 202, 202, 202, 429]);
  });
});
