import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AccountsApp,
  comparable,
  cookieIn,
  createAccountsApp,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
  tokenIn,
} from '../support/accounts.ts';

describe('with verification', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    app = await createAccountsApp();
  });
  afterAll(() => app.close());

  const signUp = (email: string, password = GOOD_PASSWORD) => app.ask('POST', 'sign-up', { body: { email, password } });

  test('202, and no user before the link is opened', async () => {
    const answer = await signUp('ada@example.com');
    expect([answer.statusCode, answer.json()]).toEqual([202, { status: 'check_mail' }]);
    await app.sendMail();
    expect(await app.sql(`select id from aquifer_accounts.users where email_key = 'ada@example.com'`)).toEqual([]);
    const [mail] = await app.mailsTo('ada@example.com');
    expect(mail?.text).toContain('http://localhost:8400/accounts/verify#token=');
  });

  test('the mail’s link makes the user and logs him in', async () => {
    const { user, token } = await app.signUp('grace@example.com');
    expect(user).toMatchObject({ email: 'grace@example.com', emailVerified: true, role: 'user', disabled: false });
    expect((await app.ask('GET', 'me', { token })).json().user.id).toBe(user.id);
  });

  test('the answer and the statements are the same for a known address; only the mail differs', async () => {
    await app.signUp('known@example.com');
    app.statements.length = 0;
    const known = await signUp('Known@Example.com');
    const forKnown = app.statements.splice(0);
    const unknown = await signUp('unknown@example.com');
    expect(comparable(known)).toEqual(comparable(unknown));
    expect(forKnown).toEqual(app.statements);
    expect(forKnown).toContain('accounts.insertSignUp');
    await app.sendMail();
    expect((await app.mailsTo('Known@example.com'))[0]?.template).toBe('account_exists');
    expect((await app.mailsTo('unknown@example.com'))[0]?.template).toBe('verify_address');
    // The password given with a known address is not kept.
    expect(await app.sql(`select id from aquifer_accounts.sign_ups where email_key = 'known@example.com'`)).toEqual([]);
  });

  test('several sign-ups of one address: each link makes the user with its own password', async () => {
    const email = 'twice@example.com';
    await signUp(email, GOOD_PASSWORD);
    await app.sendMail();
    await signUp(email, OTHER_PASSWORD);
    await app.sendMail();
    const [newer, older] = (await app.mailsTo(email)).map((mail) => tokenIn(mail.text));
    const opened = await app.ask('POST', 'verify-email', { body: { token: older } });
    expect(opened.statusCode).toBe(200);
    await app.logIn(email, GOOD_PASSWORD);
    const late = await app.ask('POST', 'verify-email', { body: { token: newer } });
    expect([late.statusCode, late.json().code]).toEqual([409, 'email_taken']);
  });

  test('of 16 who open one link at once, one is let in', async () => {
    await signUp('race@example.com');
    const token = await app.linkTokenFor('race@example.com');
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => app.ask('POST', 'verify-email', { body: { token } })),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(15).fill(400)]);
  });

  test('400 when the link is too old', async () => {
    await signUp('late@example.com');
    const token = await app.linkTokenFor('late@example.com');
    await app.sql(`update aquifer_accounts.sign_ups set expires_at = now() where email_key = 'late@example.com'`);
    const answer = await app.ask('POST', 'verify-email', { body: { token } });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_link']);
  });

  test('opening the page with the link consumes nothing: only POST does', async () => {
    await signUp('scanner@example.com');
    const token = await app.linkTokenFor('scanner@example.com');
    await app.server.fastify.inject({ url: `/v1/accounts/verify-email?token=${token}` });
    expect((await app.ask('POST', 'verify-email', { body: { token } })).statusCode).toBe(200);
  });

  test.each([
    ['an address that is none', { email: 'nobody', password: GOOD_PASSWORD }, 'invalid_email'],
    ['a NUL in the address', { email: 'a\u0000b@example.com', password: GOOD_PASSWORD }, 'invalid_email'],
    ['a NUL in the name', { email: 'n@example.com', password: GOOD_PASSWORD, name: 'A\u0000' }, 'invalid_name'],
    [
      'half a character in the name',
      { email: 'n@example.com', password: GOOD_PASSWORD, name: 'A\ud800' },
      'invalid_name',
    ],
    ['a field of its own', { email: 'n@example.com', password: GOOD_PASSWORD, role: 'operator' }, 'invalid_input'],
    ['an object for an address', { email: { $ne: '' }, password: GOOD_PASSWORD }, 'invalid_input'],
    ['a list for a password', { email: 'n@example.com', password: ['a'] }, 'invalid_input'],
    ['no password', { email: 'n@example.com' }, 'invalid_input'],
    ['a password without end', { email: 'n@example.com', password: 'x'.repeat(257) }, 'invalid_input'],
  ])('400 for %s', async (_what, body, code) => {
    const answer = await app.ask('POST', 'sign-up', { body });
    expect([answer.statusCode, answer.json().code]).toEqual([400, code]);
  });

  test('422 for a password that is refused, with the field it stands in', async () => {
    const answer = await signUp('n@example.com', 'short');
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'password_refused', errors: [{ field: 'password' }] });
  });

  test('the mail repeats nothing that a stranger typed', async () => {
    const name = 'Win money at evil.example';
    await app.ask('POST', 'sign-up', { body: { email: 'victim@example.com', password: GOOD_PASSWORD, name } });
    await app.sendMail();
    const [mail] = await app.mailsTo('victim@example.com');
    expect(`${mail?.subject}${mail?.text}${mail?.html}`).not.toContain('evil');
  });

  test('a forged Host changes no link', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    const body = { email: 'host@example.com', password: GOOD_PASSWORD };
    await app.ask('POST', 'sign-up', { body, headers });
    await app.sendMail();
    const [mail] = await app.mailsTo('host@example.com');
    expect(`${mail?.text}${mail?.html}`).not.toContain('evil');
  });

  test('no secret reaches the log', async () => {
    const log = app.log.join('');
    expect(log).toContain('a mail was sent');
    expect(log).not.toContain(GOOD_PASSWORD);
    for (const { text } of await app.sql<{ text: string }>('select body_text as text from aquifer_accounts.mailbox')) {
      const token = /#token=(\S+)/.exec(text)?.[1];
      if (token) expect(log).not.toContain(token);
    }
  });
});

describe('without verification', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    app = await createAccountsApp({ environment: { REQUIRE_VERIFIED_EMAIL: 'false' } });
  });
  afterAll(() => app.close());

  const body = { email: 'ada@example.com', password: GOOD_PASSWORD };

  test('201 with a session at once, and a mail to verify the address', async () => {
    const answer = await app.ask('POST', 'sign-up', { body });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ status: 'signed_up', session: { current: true } });
    const { token } = answer.json();
    expect((await app.ask('GET', 'me', { token })).json().user).toMatchObject({ emailVerified: false });
    const link = await app.linkTokenFor('ada@example.com');
    const verified = await app.ask('POST', 'verify-email', { body: { token: link } });
    expect(verified.json().user).toMatchObject({ emailVerified: true });
  });

  test('409 when the address is taken', async () => {
    const answer = await app.ask('POST', 'sign-up', { body: { ...body, email: 'ADA@example.com' } });
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'email_taken']);
  });

  test('of 16 sign-ups of one address at once, one makes the user', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        app.ask('POST', 'sign-up', { body: { ...body, email: 'race@example.com' }, ip: `198.51.100.${index}` }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, ...Array(15).fill(409)]);
  });

  test('with the cookie transport the token is in the cookie alone', async () => {
    const answer = await app.ask('POST', 'sign-up', {
      body: { ...body, email: 'cookie@example.com', transport: 'cookie' },
    });
    expect(answer.json().token).toBeUndefined();
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-aquifer_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const cookie = cookieIn(answer) ?? '';
    expect((await app.ask('GET', 'me', { cookie })).statusCode).toBe(200);
  });

  describe('the first link that is opened', () => {
    const signUp = async (email: string) => {
      const answer = await app.ask('POST', 'sign-up', { body: { email, password: GOOD_PASSWORD } });
      return { session: answer.json().token as string, link: await app.linkTokenFor(email) };
    };
    const statusOf = async (token: string) => (await app.ask('GET', 'me', { token })).statusCode;
    const logIn = (email: string) => app.ask('POST', 'log-in', { body: { email, password: GOOD_PASSWORD } });

    test('without a session of the user, ends the sessions and the password of whoever signed up', async () => {
      const { session, link } = await signUp('stranger@example.com');
      const more = (await logIn('stranger@example.com')).json().token;
      const elsewhere = (await signUp('bystander@example.com')).session;
      const answer = await app.ask('POST', 'verify-email', { body: { token: link }, token: elsewhere });
      expect([answer.statusCode, answer.json().needsPassword]).toEqual([200, true]);
      expect([await statusOf(session), await statusOf(more)]).toEqual([401, 401]);
      expect([await statusOf(answer.json().token), await statusOf(elsewhere)]).toEqual([200, 200]);
      expect((await logIn('stranger@example.com')).statusCode).toBe(401);
    });

    test('with a session of the user, keeps that one and the password, and ends the others', async () => {
      const { session, link } = await signUp('owner@example.com');
      const other = (await logIn('owner@example.com')).json().token;
      const answer = await app.ask('POST', 'verify-email', { body: { token: link }, token: session });
      expect([answer.statusCode, answer.json().needsPassword]).toEqual([200, false]);
      expect([await statusOf(session), await statusOf(other)]).toEqual([200, 401]);
      expect((await logIn('owner@example.com')).statusCode).toBe(200);
    });

    test('is not the second one: that leaves sessions and password alone', async () => {
      const { link } = await signUp('twice@example.com');
      await app.ask('POST', 'verify-email/resend', { body: { email: 'twice@example.com' } });
      await app.sql(`update aquifer_accounts.users set email_verified_at = now() where email = 'twice@example.com'`);
      const { token } = (await logIn('twice@example.com')).json();
      const answer = await app.ask('POST', 'verify-email', { body: { token: link } });
      expect([answer.statusCode, answer.json().needsPassword]).toEqual([200, false]);
      expect(await statusOf(token)).toBe(200);
    });

    test('a log-in checked before it opens no session after it', async () => {
      const { link } = await signUp('late@example.com');
      const [row] = await app.sql<{ id: string; version: number }>(
        `select id, password_version as version from aquifer_accounts.users where email = 'late@example.com'`,
      );
      await app.ask('POST', 'verify-email', { body: { token: link } });
      const [after] = await app.sql<{ version: number }>(
        'select password_version as version from aquifer_accounts.users where id = $1',
        [row?.id],
      );
      expect(after?.version).toBe((row?.version ?? 0) + 1);
    });
  });
});
