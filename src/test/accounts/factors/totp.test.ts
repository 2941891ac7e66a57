import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp, tokenIn } from '../../support/accounts.ts';
import {
  answerChallenge,
  challengesFor,
  codeOf,
  forgetSteps,
  setUpTotp,
  signUpWithTotp,
} from '../../support/second-factor.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

const begin = (token: string) => app.ask('POST', 'factors/totp', { token });
const confirm = (token: string, code: string) => app.ask('POST', 'factors/totp/confirm', { token, body: { code } });
const factors = async (token: string) => (await app.ask('GET', 'factors', { token })).json();
/** Of several mails, the one with a link there. */
async function linkTo(where: AccountsApp, email: string, page: string): Promise<string> {
  await where.sendMail();
  const mail = (await where.mailsTo(email)).find(({ text }) => text.includes(page));
  return tokenIn(mail?.text ?? '');
}
const grow = (interval: string) =>
  app.sql('update aquifer_accounts.sessions set authenticated_at = authenticated_at - $1::interval', [interval]);

describe('setting an authenticator app up', () => {
  test('shows the secret once, keeps it encrypted for this user and factor, and counts for nothing before its code', async () => {
    const { token, user } = await app.signUp('begin@example.com');
    const begun = await begin(token);
    const { secret, uri, expiresAt } = begun.json();
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);
    expect(new Date(expiresAt).getTime()).toBeGreaterThan(Date.now());
    const [row] = await app.sql<{ secret: Buffer; text: string }>(
      'select f.secret, f::text as text from aquifer_accounts.totp_factors f where user_id = $1',
      [user.id],
    );
    expect(row?.secret.toString('latin1')).not.toContain(secret);
    expect(app.log.join('')).not.toContain(secret);
    expect(await app.logIn('begin@example.com')).toEqual(expect.any(String));
    expect(await factors(token)).toMatchObject({ totp: null, recoveryCodes: null, hasPassword: true });
  });

  test('confirmed, the session has proven it under a new token; all others end; its owner is told', async () => {
    const { token } = await app.signUp('confirm@example.com');
    const other = await app.logIn('confirm@example.com');
    const { secret } = (await begin(token)).json();
    const done = await confirm(token, codeOf(secret));
    expect(done.statusCode).toBe(200);
    expect(done.json().session).toMatchObject({ acr: 'aal2', methods: ['mail', 'totp'] });
    expect(done.json().recoveryCodes).toHaveLength(10);
    expect((await app.ask('GET', 'me', { token: other })).statusCode).toBe(401);
    expect((await begin(token)).json().code).toBe('step_up_required');
    expect(done.json().token).not.toBe(token);
    expect(await factors(done.json().token)).toMatchObject({ totp: { addedAt: expect.any(String) } });
    await app.sendMail();
    const subjects = (await app.mailsTo('confirm@example.com')).map(({ subject }) => subject);
    expect(subjects).toContain('A second factor was added to Aquifer');
  });

  test('what was good before a new password does not finish a set-up that was begun before it', async () => {
    const { user, token } = await app.signUp('begun@example.com');
    const { secret } = (await app.ask('POST', 'factors/totp', { token })).json();
    await app.sql(
      `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 hour' where user_id = $1`,
      [user.id],
    );
    expect((await confirm(token, codeOf(secret))).json().code).toBe('step_up_required');
  });

  test('a wrong code confirms nothing; after twenty it begins anew; one that is too old does, too', async () => {
    const { token } = await app.signUp('tries@example.com');
    expect((await confirm(token, '123456')).json().code).toBe('nothing_to_confirm');
    const { secret } = (await begin(token)).json();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect((await confirm(token, codeOf(secret, -20 - attempt))).json().code).toBe('wrong_second_factor');
    }
    expect((await confirm(token, codeOf(secret))).json().code).toBe('nothing_to_confirm');
    const second = (await begin(token)).json().secret;
    expect((await confirm(token, codeOf(secret))).json().code).toBe('wrong_second_factor');
    await app.sql('update aquifer_accounts.totp_factors set expires_at = now() where confirmed_at is null');
    expect((await confirm(token, codeOf(second))).json().code).toBe('nothing_to_confirm');
  });

  test('of two who confirm at the same moment one succeeds, and there is one set of recovery codes', async () => {
    const { token, user } = await app.signUp('twice@example.com');
    const { secret } = (await begin(token)).json();
    const lock = 'select from aquifer_accounts.users where id = $1 for update';
    const code = codeOf(secret);
    const answers = await app.race(lock, [user.id], () => Array.from({ length: 8 }, () => confirm(token, code)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    const [row] = await app.sql<{ n: number }>(
      'select count(1)::integer as n from aquifer_accounts.recovery_codes where user_id = $1',
      [user.id],
    );
    expect(row?.n).toBe(10);
  });

  test('another one takes the place of the first, whose codes are worth nothing then', async () => {
    const owner = await signUpWithTotp(app, 'replace@example.com');
    const second = await setUpTotp(app, owner.token);
    const [one, other] = await challengesFor(app, owner.email, 2);
    const old = await answerChallenge(app, { challenge: one, code: codeOf(owner.secret) });
    expect(old.json().code).toBe('wrong_second_factor');
    expect((await answerChallenge(app, { challenge: other, code: codeOf(second.secret) })).statusCode).toBe(200);
  });

  test('asks for a fresh proof, as removing it does', async () => {
    const owner = await signUpWithTotp(app, 'stale@example.com');
    await grow('16 minutes');
    for (const answer of [await begin(owner.token), await app.ask('DELETE', 'factors/totp', { token: owner.token })]) {
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'step_up_required']);
    }
  });
});

describe('removing it', () => {
  test('makes the password enough again; recovery codes, waiting log-ins and other sessions end; its owner is told', async () => {
    const owner = await signUpWithTotp(app, 'remove@example.com');
    const [used, waiting] = await challengesFor(app, owner.email, 2);
    await forgetSteps(app);
    const other = (await answerChallenge(app, { challenge: used, code: codeOf(owner.secret) })).json().token;
    expect((await app.ask('DELETE', 'factors/totp', { token: owner.token })).statusCode).toBe(204);
    expect((await app.ask('GET', 'me', { token: other })).statusCode).toBe(401);
    expect(await factors(owner.token)).toMatchObject({ totp: null, recoveryCodes: null });
    const late = await answerChallenge(app, { challenge: waiting, recoveryCode: owner.recoveryCodes[0] });
    expect(late.json().code).toBe('invalid_challenge');
    expect(await app.logIn(owner.email)).toEqual(expect.any(String));
    const again = await app.ask('DELETE', 'factors/totp', { token: owner.token });
    expect([again.statusCode, again.json().code]).toEqual([404, 'factor_not_found']);
    await app.sendMail();
    const subjects = (await app.mailsTo(owner.email)).map(({ subject }) => subject);
    expect(subjects).toContain('A second factor was removed from Aquifer');
  });

  test('the last one of somebody whose role asks for one stays', async () => {
    const owner = await signUpWithTotp(app, 'needed@example.com');
    await app.sql('update aquifer_accounts.users set second_factor_due_at = now() + $2::interval where id = $1', [
      owner.userId,
      '3 days',
    ]);
    expect(await factors(owner.token)).toMatchObject({ isRequired: true, dueAt: expect.any(String) });
    const refused = await app.ask('DELETE', 'factors/totp', { token: owner.token });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'last_factor_needed']);
    expect((await factors(owner.token)).totp).not.toBeNull();
  });
});

describe('a link in a mail', () => {
  test('that sets a new password takes no factor away', async () => {
    const owner = await signUpWithTotp(app, 'reset@example.com');
    await app.ask('POST', 'password/forgot', { body: { email: owner.email } });
    const token = await linkTo(app, owner.email, '/accounts/reset-password#');
    const newPassword = 'nine amber ladders hum';
    const reset = await app.ask('POST', 'password/reset', { body: { token, newPassword } });
    expect([reset.statusCode, reset.headers['set-cookie']]).toEqual([204, undefined]);
    const half = await app.ask('POST', 'log-in', { body: { email: owner.email, password: newPassword } });
    expect(Object.keys(half.json())).toEqual(['secondFactor']);
  });

  test('that proves an address for the first time inherits no factor of who was there before', async () => {
    const open = await createAccountsApp({ environment: { REQUIRE_VERIFIED_EMAIL: 'false' } });
    try {
      for (const [email, path] of [
        ['victim@example.com', 'verify-email'],
        ['second@example.com', 'password/reset'],
      ] as const) {
        const body = { email, password: 'seven green kettles sing' };
        const { token: stranger } = (await open.ask('POST', 'sign-up', { body })).json();
        await setUpTotp(open, stranger);
        if (path === 'password/reset') await open.ask('POST', 'password/forgot', { body: { email } });
        const page = path === 'verify-email' ? '/accounts/verify#' : '/accounts/reset-password#';
        const token = await linkTo(open, email, page);
        const newPassword = 'nine amber ladders hum';
        const claimed = await open.ask('POST', path, {
          body: path === 'verify-email' ? { token } : { token, newPassword },
        });
        expect(claimed.statusCode).toBeLessThan(300);
        if (path === 'password/reset') expect(await open.logIn(email, newPassword)).toEqual(expect.any(String));
        else expect((await open.ask('GET', 'factors', { token: claimed.json().token })).json().totp).toBeNull();
        const left = await open.sql<object>(
          `select from aquifer_accounts.totp_factors f join aquifer_accounts.users u on u.id = f.user_id where u.email = $1`,
          [email],
        );
        expect(left).toEqual([]);
      }
    } finally {
      await open.close();
    }
  });
});
