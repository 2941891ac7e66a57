import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ATTEMPT_COOKIE } from '../../../main/accounts/mail-log-in/browser.ts';
import { attempt as countedAttempt, rules } from '../../../main/accounts/throttle.ts';
import { createToken, hashToken } from '../../../main/foundation/tokens.ts';
import {
  type AccountsApp,
  comparable,
  cookieIn,
  createAccountsApp,
  type Response,
  tokenIn,
} from '../../support/accounts.ts';
import { attemptCookieOf, MailReader } from '../../support/mail-log-in.ts';
import { addPasskey, newPerson as newPersonOf, openSession } from '../../support/passkeys.ts';

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

describe('the link', () => {
  test('logs in whoever asked for it, with the assurance of one factor', async () => {
    const { user } = await newPerson();
    const { attempt, token } = await mail.asked(user.email);
    const answer = await mail.byLink({ token, attempt });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ user: { id: user.id }, session: { methods: ['mail'] } });
    expect((await app.ask('GET', 'me', { token: answer.json().token })).statusCode).toBe(200);
  });

  test('in a browser a cookie of this host says that it is the one that asked', async () => {
    const { user } = await newPerson();
    const first = await mail.request(user.email, { transport: 'cookie' });
    expect(first.json()).toEqual({ status: 'check_mail' });
    const [cookie] = first.cookies.filter(({ name }) => name === ATTEMPT_COOKIE);
    expect(cookie).toMatchObject({ path: '/', httpOnly: true, secure: true, sameSite: 'Strict', maxAge: 600 });
    expect(cookie).not.toHaveProperty('domain');
    const token = tokenIn(await mail.mailTo(user.email));
    const answer = await mail.byLink({ token, transport: 'cookie' }, attemptCookieOf(first));
    expect((await app.ask('GET', 'me', { cookie: cookieIn(answer) ?? '' })).statusCode).toBe(200);
    expect(answer.cookies.find(({ name }) => name === ATTEMPT_COOKIE)?.value).toBe('');
  });

  test('elsewhere it is refused in clear words and stays good where it was asked for', async () => {
    const { user } = await newPerson();
    const { attempt, token } = await mail.asked(user.email);
    const stranger = (await mail.request(`other-${randomUUID()}@example.com`, { transport: 'cookie' })) as Response;
    for (const answer of [
      await mail.byLink({ token }),
      await mail.byLink({ token, attempt: createToken() }),
      await mail.byLink({ token }, attemptCookieOf(stranger)),
    ]) {
      expect(answer.statusCode).toBe(403);
      expect(answer.json().code).toBe('other_browser');
    }
    expect((await mail.byLink({ token, attempt })).statusCode).toBe(200);
  });

  test('a newer mail makes the older worthless, and says so to the browser that asked for both', async () => {
    const { user } = await newPerson();
    const first = await mail.request(user.email, { transport: 'cookie' });
    const older = tokenIn(await mail.mailTo(user.email));
    const second = await mail.request(user.email, { transport: 'cookie', headers: attemptCookieOf(first) });
    expect(attemptCookieOf(second)).toEqual(attemptCookieOf(first));
    const newer = tokenIn(await mail.mailTo(user.email));
    expect(newer).not.toBe(older);
    expect((await mail.byLink({ token: older }, attemptCookieOf(first))).json().code).toBe('invalid_link');
    expect((await mail.byLink({ token: newer }, attemptCookieOf(first))).statusCode).toBe(200);
  });

  test('asked for twice before a mail was written: only the newer is sent', async () => {
    const { user } = await newPerson();
    const first = await mail.request(user.email, { transport: 'cookie' });
    await mail.request(user.email, { transport: 'cookie', headers: attemptCookieOf(first) });
    await app.sendMail();
    expect(await app.mailsTo(user.email)).toHaveLength(1);
  });

  test('is too old after ten minutes', async () => {
    const { user } = await newPerson();
    const { attempt, token, code } = await mail.asked(user.email);
    await app.sql('update aquifer_accounts.mail_log_ins set expires_at = now() where user_id = $1', [user.id]);
    expect((await mail.byLink({ token, attempt })).json().code).toBe('invalid_link');
    expect((await mail.byCode({ code, attempt })).json().code).toBe('wrong_code');
    await app.runService('accounts cleanup');
    expect(await app.sql('select from aquifer_accounts.mail_log_ins where user_id = $1', [user.id])).toEqual([]);
  });

  test('of a user who was disabled since opens nothing', async () => {
    const { user } = await newPerson();
    const { attempt, token } = await mail.asked(user.email);
    await app.sql('update aquifer_accounts.users set disabled_at = now() where id = $1', [user.id]);
    expect((await mail.byLink({ token, attempt })).json().code).toBe('invalid_link');
  });

  test('a good one is not counted against its network; a bad one is', async () => {
    const counted = async () => {
      const { key } = countedAttempt(rules.tokenByNetwork, mail.ip);
      const text = 'select attempts as n from aquifer_accounts.throttles where key = $1';
      return (await app.sql<{ n: number }>(text, [key]))[0]?.n ?? 0;
    };
    const before = await counted();
    await mail.byLink({ token: createToken(), attempt: createToken() });
    expect(await counted()).toBe(before + 1);
    const { attempt, token } = await mail.asked((await newPerson()).user.email);
    expect((await mail.byLink({ token, attempt })).statusCode).toBe(200);
    expect(await counted()).toBe(before + 1);
  });
});

describe('the code', () => {
  test('logs in where it was asked for, as the link does', async () => {
    const { user } = await newPerson();
    const { attempt, code } = await mail.asked(user.email);
    expect(code).toMatch(/^\d{6}$/);
    const answer = await mail.byCode({ code, attempt });
    expect(answer.json()).toMatchObject({ user: { id: user.id }, session: { methods: ['mail'] } });
  });

  test('five guesses at one mail, and no more, however many come at once; then the link is still good', async () => {
    const { user } = await newPerson();
    const { attempt, token, code } = await mail.asked(user.email);
    const wrong = code === '000000' ? '111111' : '000000';
    const answers = await Promise.all(Array.from({ length: 12 }, () => mail.byCode({ code: wrong, attempt })));
    expect(new Set(answers.map((answer) => answer.json().code))).toEqual(new Set(['wrong_code']));
    expect((await mail.byCode({ code, attempt })).json().code).toBe('wrong_code');
    expect((await mail.byLink({ token, attempt })).statusCode).toBe(200);
  });

  test('a wrong one is in the trail of whose address it is', async () => {
    const { user } = await newPerson();
    const { attempt, code } = await mail.asked(user.email);
    await mail.byCode({ code: code === '000000' ? '111111' : '000000', attempt });
    await app.runService('audit refusals');
    const noted = await app.sql(
      `select outcome, details ->> 'method' as method from aquifer_accounts.audit_events
       where action = 'log_in.failed' and subject_id = $1`,
      [user.id],
    );
    expect(noted).toEqual([{ outcome: 'refused', method: 'mail' }]);
  });

  test('twenty guesses at one address, over all its mails; the right one clears them', async () => {
    const { user } = await newPerson();
    const guesses = async (n: number) => {
      const { attempt, code } = await mail.asked(user.email, `198.51.100.${n}`);
      const wrong = code === '000000' ? '111111' : '000000';
      const codes = [];
      for (let time = 0; time < 4; time += 1) codes.push((await mail.byCode({ code: wrong, attempt })).json().code);
      return { codes, attempt, code };
    };
    for (let n = 0; n < 4; n += 1) expect((await guesses(n)).codes).toEqual(Array(4).fill('wrong_code'));
    const { attempt, code } = await guesses(10);
    const blocked = await mail.byCode({ code, attempt });
    expect(blocked.statusCode).toBe(429);
    expect(blocked.headers['retry-after']).toBeDefined();
    const { token, attempt: another } = await mail.asked(user.email, '198.51.100.77');
    expect((await mail.byLink({ token, attempt: another })).statusCode).toBe(200);
  });

  test('says the same where nobody has the address, where no mail was asked for, and where it is wrong', async () => {
    const { user } = await newPerson();
    const { attempt, code } = await mail.asked(user.email);
    const { attempt: nobodys } = (await mail.request(`nobody-${randomUUID()}@example.com`)).json();
    await app.sendMail();
    const wrong = code === '000000' ? '111111' : '000000';
    const seen = [];
    for (const body of [
      { code: wrong, attempt },
      { code: wrong, attempt: nobodys },
    ]) {
      app.statements.length = 0;
      seen.push({ answer: comparable(await mail.byCode(body)), statements: [...app.statements] });
    }
    expect(seen[1]).toEqual(seen[0]);
    expect((await mail.byCode({ code, attempt: createToken() })).json().code).toBe('wrong_code');
    expect((await mail.byCode({ code })).json().code).toBe('wrong_code');
  });

  test('of another user’s mail does not open this one', async () => {
    const [ada, bob] = [
      await mail.asked((await newPerson()).user.email),
      await mail.asked((await newPerson('bob')).user.email),
    ];
    const sealed = await app.sql<{ c: Buffer }>(
      'select sealed_code as c from aquifer_accounts.mail_log_ins where browser_hash = $1',
      [hashToken(ada.attempt)],
    );
    // Moved in the database to another row, it opens for nobody: it is sealed for its own.
    await app.sql('update aquifer_accounts.mail_log_ins set sealed_code = $1 where browser_hash = $2', [
      sealed[0]?.c,
      hashToken(bob.attempt),
    ]);
    expect((await mail.byCode({ code: ada.code, attempt: bob.attempt })).json().code).toBe('wrong_code');
  });
});

describe('once', () => {
  test('reg/A7-mail-link-redeemed-once: of 16 at the same moment one logs in', async () => {
    const { user } = await newPerson();
    const { attempt, token } = await mail.asked(user.email);
    const answers = await app.race(
      'select from aquifer_accounts.mail_log_ins where user_id = $1 for update',
      [user.id],
      () => Array.from({ length: 16 }, () => mail.byLink({ token, attempt })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(await app.sql('select from aquifer_accounts.sessions where user_id = $1', [user.id])).toHaveLength(2);
  });

  test('reg/A1-mail-code-redeemed-once: of 16 at the same moment one logs in, and the link is spent with it', async () => {
    const { user } = await newPerson();
    const { attempt, token, code } = await mail.asked(user.email);
    const answers = await app.race(
      'select from aquifer_accounts.mail_log_ins where user_id = $1 for update',
      [user.id],
      () => Array.from({ length: 16 }, () => mail.byCode({ code, attempt })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect((await mail.byLink({ token, attempt })).json().code).toBe('invalid_link');
  });

  test('reg/A7-mail-link-and-code-together: either, not both', async () => {
    const { user } = await newPerson();
    const { attempt, token, code } = await mail.asked(user.email);
    const answers = await app.race(
      'select from aquifer_accounts.mail_log_ins where user_id = $1 for update',
      [user.id],
      () => [
        ...Array.from({ length: 4 }, () => mail.byCode({ code, attempt })),
        ...Array.from({ length: 4 }, () => mail.byLink({ token, attempt })),
      ],
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });
});

describe('reg/A11-proof-of-an-address-that-changed', () => {
  test('reg/A11-mail-link-after-change-of-address: a proof of the old address opens nothing', async () => {
    const { user } = await newPerson();
    const { attempt, token, code } = await mail.asked(user.email);
    await app.sql('update aquifer_accounts.users set email = $2, email_key = $2 where id = $1', [
      user.id,
      `new-${randomUUID()}@example.com`,
    ]);
    expect((await mail.byCode({ code, attempt })).json().code).toBe('wrong_code');
    expect((await mail.byLink({ token, attempt })).json().code).toBe('invalid_link');
  });

  test('reg/A11-mail-link-address-now-anothers: nor does it open the account that has the address now', async () => {
    const { user } = await newPerson();
    const { attempt, token } = await mail.asked(user.email);
    await app.sql('update aquifer_accounts.users set email = $2, email_key = $2 where id = $1', [
      user.id,
      `new-${randomUUID()}@example.com`,
    ]);
    const next = await newPerson();
    await app.sql('update aquifer_accounts.users set email = $2, email_key = $2 where id = $1', [
      next.user.id,
      user.email,
    ]);
    expect((await mail.byLink({ token, attempt })).json().code).toBe('invalid_link');
    expect(await app.sql('select from aquifer_accounts.sessions where user_id = $1', [next.user.id])).toHaveLength(1);
  });
});

test('the second factor is asked for all the same: a mailbox is one', async () => {
  const { user, token: session } = await newPerson();
  await addPasskey(app, session);
  const { attempt, token } = await mail.asked(user.email);
  const answer = (await mail.byLink({ token, attempt })).json();
  expect(answer.token).toBeUndefined();
  expect(answer.secondFactor.methods).toContain('passkey');
});

describe('reg/B3-unverified-account-is-not-inherited', () => {
  test('reg/B3-mail-log-in-wipes-what-a-stranger-set-up: password, passkeys, sessions', async () => {
    const { user, token: session } = await newPerson('victim');
    const stranger = await addPasskey(app, session);
    const own = await openSession(app, user.id);
    await app.sql(
      `update aquifer_accounts.users set email_verified_at = null, password_hash = '$argon2id$a-strangers', name = 'kept' where id = $1`,
      [user.id],
    );
    const { attempt, code } = await mail.asked(user.email);
    const answer = (await mail.byCode({ code, attempt })).json();
    // At once, although a factor was set up: it was not the owner's.
    expect(answer.session.methods).toEqual(['mail']);
    expect(answer.user).toMatchObject({ id: user.id, emailVerified: true });
    expect(answer.needsPassword).toBe(true);
    for (const token of [stranger.token, own]) expect((await app.ask('GET', 'me', { token })).statusCode).toBe(401);
    expect(
      await app.sql(
        `select password_hash as p, second_factors as f,
           (select count(1)::integer from aquifer_accounts.passkeys where user_id = u.id) as k,
           (select count(1)::integer from aquifer_accounts.recovery_codes where user_id = u.id) as r
         from aquifer_accounts.users u where u.id = $1`,
        [user.id],
      ),
    ).toEqual([{ p: null, f: [], k: 0, r: 0 }]);
    const noted = await app.sql(
      `select action from aquifer_accounts.audit_events where subject_id = $1 and action = 'account.claimed'`,
      [user.id],
    );
    expect(noted).toHaveLength(1);
  });

  test('reg/B3-verified-account-keeps-what-it-has: the second mail takes nothing', async () => {
    const { user } = await newPerson();
    await app.sql(`update aquifer_accounts.users set password_hash = '$argon2id$its-own' where id = $1`, [user.id]);
    const { attempt, token } = await mail.asked(user.email);
    const answer = await mail.byLink({ token, attempt });
    expect([answer.statusCode, answer.json().needsPassword]).toEqual([200, false]);
    const [row] = await app.sql<{ p: string }>('select password_hash as p from aquifer_accounts.users where id = $1', [
      user.id,
    ]);
    expect(row?.p).toBe('$argon2id$its-own');
  });
});
