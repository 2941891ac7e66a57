import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccountsApp, BASE_URL, comparable, createAccountsApp, GOOD_PASSWORD } from '../../support/accounts.ts';
import { type SeededUser, seedUser } from '../../support/seeded-user.ts';

let app: AccountsApp;
let number = 0;
let old: string;
let fresh: string;
let user: SeededUser;
let token: string;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.sql('delete from aquifer_accounts.throttles');
  number += 1;
  old = `old${number}@example.com`;
  fresh = `new${number}@example.org`;
  user = await seedUser(app, old);
  token = user.token;
});

const ask = (newEmail: string, by = token) => app.ask('POST', 'email', { token: by, body: { newEmail } });
const confirm = (linkToken: string) => app.ask('POST', 'email/confirm', { body: { token: linkToken } });
const addressNow = async () => (await app.ask('GET', 'me', { token })).json().user?.email;
const logInStatus = async (email: string) =>
  (await app.ask('POST', 'log-in', { body: { email, password: GOOD_PASSWORD } })).statusCode;
const lock = 'select from aquifer_accounts.users where id = $1 for update';
const codes = (answers: { statusCode: number }[]) => answers.map(({ statusCode }) => statusCode).sort();
/** The change made; the secret of the way back. */
async function changed(): Promise<string> {
  await ask(fresh);
  expect((await confirm(await app.linkTokenFor(fresh))).statusCode).toBe(200);
  return app.linkTokenFor(old);
}
const linksIn = (text = '') => text.match(/https?:\/\/\S+/g) ?? [];

describe('a change of address', () => {
  test('waits for the new mailbox; then both the account and the log-in have the new one', async () => {
    const answer = await ask(fresh);
    expect({ status: answer.statusCode, body: answer.json() }).toEqual({ status: 202, body: { status: 'check_mail' } });
    expect(await addressNow()).toBe(old);
    const confirmed = await confirm(await app.linkTokenFor(fresh));
    expect(confirmed.json()).toEqual({ email: fresh, isUndone: false });
    expect(await addressNow()).toBe(fresh);
    expect(await logInStatus(fresh)).toBe(200);
    expect(await logInStatus(old)).toBe(401);
    const trail = await app.sql<{ action: string }>(
      `select action from aquifer_accounts.audit_events where subject_id = $1 and action like 'email%' order by id`,
      [user.id],
    );
    expect(trail.map(({ action }) => action)).toEqual(['email_change.requested', 'email.changed']);
  });

  test('asks for a fresh proof', async () => {
    await app.sql(
      `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 day' where user_id = $1`,
      [user.id],
    );
    expect((await ask(fresh)).json().code).toBe('step_up_required');
  });

  test('answers and does the same for an address that has an account; its owner alone learns of it', async () => {
    const taken = await seedUser(app, `taken${number}@example.com`);
    app.statements.length = 0;
    const unknown = await ask(fresh);
    const work = [...app.statements];
    app.statements.length = 0;
    const known = await ask(taken.email);
    expect(comparable(known)).toEqual(comparable(unknown));
    expect([...app.statements]).toEqual(work);
    await app.sendMail();
    const [mail] = await app.mailsTo(taken.email);
    expect(mail?.template).toBe('email_change_taken');
    expect(mail?.text).not.toContain('#token=');
    expect(mail?.text).not.toContain(old);
  });

  test('a newer one ends the link of the older', async () => {
    await ask(fresh);
    const first = await app.linkTokenFor(fresh);
    await ask(`newer-${fresh}`);
    expect((await confirm(first)).json().code).toBe('invalid_link');
    expect((await confirm(await app.linkTokenFor(`newer-${fresh}`))).statusCode).toBe(200);
  });

  test('a link that is too old changes nothing', async () => {
    await ask(fresh);
    const link = await app.linkTokenFor(fresh);
    await app.sql('update aquifer_accounts.email_changes set expires_at = now() where user_id = $1', [user.id]);
    expect((await confirm(link)).json().code).toBe('invalid_link');
    expect(await addressNow()).toBe(old);
  });

  test('a disabled user’s link changes nothing', async () => {
    await ask(fresh);
    const link = await app.linkTokenFor(fresh);
    await app.sql('update aquifer_accounts.users set disabled_at = now() where id = $1', [user.id]);
    expect((await confirm(link)).json().code).toBe('invalid_link');
  });

  test('an address that got an account meanwhile is refused, and the link stays good for later', async () => {
    await ask(fresh);
    const link = await app.linkTokenFor(fresh);
    const other = await seedUser(app, fresh);
    expect((await confirm(link)).json().code).toBe('email_taken');
    expect(await addressNow()).toBe(old);
    await app.sql('delete from aquifer_accounts.users where id = $1', [other.id]);
    expect((await confirm(link)).statusCode).toBe(200);
  });

  test('links that went to the old address open the account no more', async () => {
    await app.ask('POST', 'password/forgot', { body: { email: old } });
    const reset = await app.linkTokenFor(old);
    await changed();
    const answer = await app.ask('POST', 'password/reset', {
      body: { token: reset, newPassword: 'a b c d e f g h i j' },
    });
    expect(answer.json().code).toBe('invalid_link');
  });

  test('of 8 that are asked for at once, one waits', async () => {
    const asked = Array.from({ length: 8 }, (_, index) => `racing${index}-${fresh}`);
    const answers = await app.race(lock, [user.id], () => asked.map((one) => ask(one)));
    expect(codes(answers)).toEqual(Array(8).fill(202));
    const waiting = await app.sql('select from aquifer_accounts.email_changes where user_id = $1', [user.id]);
    expect(waiting).toHaveLength(1);
  });

  test('of 16 who bring the link at once, one changes the address', async () => {
    await ask(fresh);
    const link = await app.linkTokenFor(fresh);
    const answers = await app.race(lock, [user.id], () => Array.from({ length: 16 }, () => confirm(link)));
    expect(codes(answers)).toEqual([200, ...Array(15).fill(400)]);
    const [kept] = await app.sql('select old_email from aquifer_accounts.email_changes where user_id = $1', [user.id]);
    expect(kept).toEqual({ old_email: old });
  });

  test('neither link is stored as it is', async () => {
    const undo = await changed();
    const rows = await app.sql('select c::text as row from aquifer_accounts.email_changes c');
    expect(JSON.stringify(rows)).not.toContain(undo);
    expect(app.log.join('')).not.toContain(undo);
  });
});

describe('the way back', () => {
  test('goes to the old address: it gets the account back, without sessions and password, and a mail to set one', async () => {
    const undo = await changed();
    const [mail] = await app.mailsTo(old);
    expect(mail?.template).toBe('email_changed');
    expect((await confirm(undo)).json()).toEqual({ email: old, isUndone: true });
    expect((await app.ask('GET', 'me', { token })).statusCode).toBe(401);
    expect(await logInStatus(old)).toBe(401);
    const reset = await app.linkTokenFor(old);
    const newPassword = 'nine amber ladders hum';
    expect((await app.ask('POST', 'password/reset', { body: { token: reset, newPassword } })).statusCode).toBe(204);
    expect(await app.logIn(old, newPassword)).toBeTruthy();
  });

  test('takes away what somebody added since, and leaves what was there before', async () => {
    const passkey = (name: string, at: string) =>
      app.sql(
        `insert into aquifer_accounts.passkeys
           (id, user_id, credential_id, public_key, sign_count, transports, is_backed_up, name, created_at)
         values (gen_random_uuid(), $1, uuid_send(gen_random_uuid()), '\\x00', 0, '{}', false, $2, now() + $3::interval)`,
        [user.id, name, at],
      );
    const key = `insert into aquifer_accounts.api_keys (id, user_id, name, hint, key_hash, scopes, expires_at)
      values (gen_random_uuid(), $1, 'of the thief', 'aq_', uuid_send(gen_random_uuid()), '{}', now() + interval '1 day')`;
    await passkey('the owner’s', '-1 day');
    await app.sql(`update aquifer_accounts.users set second_factors = '{passkey}' where id = $1`, [user.id]);
    // The session is of a time before: it was opened without the passkey.
    await app.sql(`update aquifer_accounts.sessions set methods = '{password,passkey}' where user_id = $1`, [user.id]);
    const undo = await changed();
    await passkey('the thief’s', '1 second');
    await app.sql(key, [user.id]);
    await app.sql(`update aquifer_accounts.users set second_factors = '{passkey,totp}' where id = $1`, [user.id]);
    expect((await confirm(undo)).statusCode).toBe(200);
    const of = (table: string) => app.sql(`select name from aquifer_accounts.${table} where user_id = $1`, [user.id]);
    expect(await of('passkeys')).toEqual([{ name: 'the owner’s' }]);
    expect(await of('api_keys')).toEqual([]);
    const [left] = await app.sql('select second_factors from aquifer_accounts.users where id = $1', [user.id]);
    expect(left).toEqual({ second_factors: ['passkey'] });
  });

  test('is not offered to an address that nobody had confirmed: it never was its owner’s account', async () => {
    await app.sql('update aquifer_accounts.users set email_verified_at = null where id = $1', [user.id]);
    await ask(fresh);
    expect((await confirm(await app.linkTokenFor(fresh))).statusCode).toBe(200);
    await app.sendMail();
    expect(await app.mailsTo(old)).toEqual([]);
  });

  test('is open for seven days', async () => {
    const undo = await changed();
    const age = (days: number) =>
      app.sql(`update aquifer_accounts.email_changes set expires_at = expires_at - $1 * interval '1 day'`, [days]);
    await age(6);
    const [left] = await app.sql<{ good: boolean }>(
      'select expires_at > now() as good from aquifer_accounts.email_changes where user_id = $1',
      [user.id],
    );
    expect(left?.good).toBe(true);
    await age(1);
    expect((await confirm(undo)).json().code).toBe('invalid_link');
    expect(await addressNow()).toBe(fresh);
  });

  test('of 16 who bring the link at once, one takes the change back', async () => {
    const undo = await changed();
    const answers = await app.race(lock, [user.id], () => Array.from({ length: 16 }, () => confirm(undo)));
    expect(codes(answers)).toEqual([200, ...Array(15).fill(400)]);
  });

  test('whoever moved the account on cannot take it back after its first owner has', async () => {
    const undoOfOwner = await changed();
    const third = `third${number}@example.net`;
    await ask(third);
    await confirm(await app.linkTokenFor(third));
    const undoOfThief = await app.linkTokenFor(fresh);
    expect((await confirm(undoOfOwner)).json()).toEqual({ email: old, isUndone: true });
    expect((await confirm(undoOfThief)).json().code).toBe('invalid_link');
    const [row] = await app.sql('select email from aquifer_accounts.users where id = $1', [user.id]);
    expect(row).toEqual({ email: old });
  });

  test('and not by taking a later change back first either', async () => {
    const undoOfOwner = await changed();
    const third = `fourth${number}@example.net`;
    await ask(third);
    await confirm(await app.linkTokenFor(third));
    expect((await confirm(await app.linkTokenFor(fresh))).json()).toEqual({ email: fresh, isUndone: true });
    expect((await confirm(undoOfOwner)).json()).toEqual({ email: old, isUndone: true });
  });

  test('the two links cannot be told apart by whoever guesses', async () => {
    const answers = [await confirm('x'.repeat(43)), await confirm('short')];
    expect(answers.map((answer) => answer.json().code)).toEqual(['invalid_link', 'invalid_link']);
  });
});

describe('reg/C2-mail-links-are-built-from-the-base-url', () => {
  const evil = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'gopher',
    forwarded: 'host=evil.example;proto=gopher',
    origin: BASE_URL,
    referer: 'https://evil.example/',
    'x-original-host': 'evil.example',
    'x-forwarded-server': 'evil.example',
  };
  const send = (path: string, body: unknown, by?: string) =>
    app.ask('POST', path, { body, headers: evil, ...(by === undefined ? {} : { token: by }) });

  test('reg/C2-every-template-by-every-way: whatever the request says its host is', async () => {
    const address = (name: string) => `${name}${number}@example.com`;
    await send('sign-up', { email: address('signing'), password: GOOD_PASSWORD });
    await send('sign-up', { email: old, password: GOOD_PASSWORD });
    await send('verify-email/resend', { email: address('signing') });
    await send('password/forgot', { email: old });
    for (const twice of [1, 2])
      await send('sign-up', { email: address('doubtful'), password: `${GOOD_PASSWORD} ${twice}` });
    await send('verify-email/resend', { email: address('doubtful') });
    await send('log-in/mail', { email: old });
    await send('log-in/mail', { email: address('nobody') });
    await send('email', { newEmail: (await seedUser(app, address('taken'))).email }, token);
    await app.accounts.createUser({ email: address('invited'), role: 'user' });
    await app.sendMail();
    const confirmation = await send('email', { newEmail: fresh }, token);
    expect(confirmation.statusCode).toBe(202);
    await send('email/confirm', { token: await app.linkTokenFor(fresh) });
    await app.sendMail();
    await send('email/confirm', { token: await app.linkTokenFor(old) });
    await app.sendMail();
    await send('password/reset', { token: await app.linkTokenFor(old), newPassword: 'nine amber ladders hum' });
    await app.sendMail();

    const mails = (
      await Promise.all(
        [...['signing', 'invited', 'doubtful', 'nobody', 'taken'].map(address), old, fresh].map((one) =>
          app.mailsTo(one),
        ),
      )
    ).flat();
    expect(new Set(mails.map(({ template }) => template))).toEqual(
      new Set([
        ...['verify_address', 'account_exists', 'password_reset', 'invitation', 'password_changed'],
        ...['email_change', 'email_changed', 'email_change_taken', 'sign_up_again', 'log_in', 'no_account'],
      ]),
    );
    for (const { text, html } of mails) {
      for (const link of [...linksIn(text), ...(html?.match(/href="[^"]*"/g) ?? [])]) {
        expect(link.replace('href="', '')).toMatch(new RegExp(`^${BASE_URL}/accounts/`));
      }
      expect(text + html).not.toContain('evil');
    }
    expect(mails.filter(({ text }) => linksIn(text).length === 0)).toEqual([]);
  });
});
