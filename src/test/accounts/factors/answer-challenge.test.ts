/** The second half of a log-in, and everything that must not be possible there. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashToken } from '../../../main/foundation/tokens.ts';
import { type AccountsApp, cookieIn, createAccountsApp, GOOD_PASSWORD } from '../../support/accounts.ts';
import {
  answerChallenge,
  challengeFor,
  challengesFor,
  codeOf,
  forgetSteps,
  signUpWithTotp,
  type TotpOwner,
} from '../../support/second-factor.ts';

let app: AccountsApp;
let ada: TotpOwner;
beforeAll(async () => {
  app = await createAccountsApp();
  ada = await signUpWithTotp(app, 'ada@example.com');
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.sql('delete from aquifer_accounts.throttles');
  await forgetSteps(app);
});

const sessions = async () =>
  (
    await app.sql<{ n: number }>('select count(1)::integer as n from aquifer_accounts.sessions where user_id = $1', [
      ada.userId,
    ])
  )[0]?.n;
const answer = (body: Record<string, unknown>) => answerChallenge(app, body);
const waiting = async () => (await challengesFor(app, ada.email, 1))[0] ?? '';
const codesOf = (answers: { json(): { code?: string } }[]) => answers.map((one) => one.json().code);
/** Of none of the steps that are near. */
const wrongCode = () => {
  const near = [-2, -1, 0, 1, 2].map((steps) => codeOf(ada.secret, steps));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((one) => !near.includes(one)) ?? '';
};

describe('a log-in with a second factor', () => {
  test('that is wrong is in the trail of its user: somebody has the first', async () => {
    await answer({ challenge: await waiting(), code: wrongCode() });
    await app.runService('audit refusals');
    const noted = await app.sql(
      `select outcome, details ->> 'method' as method from aquifer_accounts.audit_events
       where action = 'log_in.failed' and subject_id = $1`,
      [ada.userId],
    );
    expect(noted).toEqual([{ outcome: 'refused', method: 'totp' }]);
  });

  test('reg/D5-no-session-before-the-factor: the password alone gives a challenge, which opens nothing', async () => {
    const before = await sessions();
    for (const transport of ['bearer', 'cookie']) {
      const body = { email: ada.email, password: GOOD_PASSWORD, transport };
      const half = await app.ask('POST', 'log-in', { body });
      expect(half.statusCode).toBe(200);
      expect(Object.keys(half.json())).toEqual(['secondFactor']);
      expect(half.headers['set-cookie']).toBeUndefined();
      const { challenge, methods, expiresAt } = half.json().secondFactor;
      expect(methods).toEqual(['totp', 'recovery_code']);
      expect(new Date(expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(600_000);
      expect((await app.ask('GET', 'me', { token: challenge })).statusCode).toBe(401);
      expect((await app.ask('GET', 'me', { cookie: challenge })).statusCode).toBe(401);
      expect((await app.ask('POST', 'sessions/rotate', { token: challenge })).statusCode).toBe(401);
    }
    expect(await sessions()).toBe(before);
    const [row] = await app.sql<{ text: string }>('select c::text as text from aquifer_accounts.log_in_challenges c');
    expect(row?.text).not.toContain((await challengeFor(app, ada.email)).slice(0, 20));
  });

  test('reg/D5-no-session-before-the-factor: the statement that opens sessions refuses it too', async () => {
    const { insertSession } = await import('../../../main/accounts/queries/sessions.ts');
    const { openSession } = await import('../../../main/accounts/open-session.ts');
    const query = app.database.query.bind(app.database);
    const open = (methods: ('password' | 'totp')[]) =>
      openSession(
        query,
        { config: app.config, places: { find: () => null } } as never,
        { context: { ip: '203.0.113.9', userAgent: null } } as never,
        { userId: ada.userId, passwordVersion: 1, methods },
      );
    expect(insertSession.text).toContain('second_factors');
    expect(await open(['password'])).toBeNull();
    expect(await open(['password', 'totp'])).not.toBeNull();
  });

  test('the code completes it, in the transport that was asked for, with both methods', async () => {
    const bearer = await answer({ challenge: await challengeFor(app, ada.email), code: codeOf(ada.secret) });
    expect([bearer.statusCode, bearer.json().session.acr]).toEqual([200, 'aal2']);
    expect(bearer.json().session.methods).toEqual(['password', 'totp']);
    expect((await app.ask('GET', 'me', { token: bearer.json().token })).json().user.email).toBe(ada.email);
    await forgetSteps(app);
    const challenge = await challengeFor(app, ada.email, 'cookie');
    const cookie = await answer({ challenge, code: codeOf(ada.secret) });
    expect(cookie.json().token).toBeUndefined();
    expect((await app.ask('GET', 'me', { cookie: cookieIn(cookie) ?? '' })).statusCode).toBe(200);
  });

  test('a secret whose key is not at hand lets nobody in, and is told to the log', async () => {
    await app.sql(`update aquifer_accounts.totp_factors set secret = secret || '\\x00'::bytea where user_id = $1`, [
      ada.userId,
    ]);
    const refused = await answer({ challenge: await waiting(), code: codeOf(ada.secret) });
    await app.sql(
      `update aquifer_accounts.totp_factors set secret = substring(secret for length(secret) - 1) where user_id = $1`,
      [ada.userId],
    );
    expect(refused.json().code).toBe('wrong_second_factor');
    expect(app.log.join('')).toContain('its key is not AQUIFER_SECRET_KEY');
  });

  test('a password changed, or a user disabled, in between opens nothing', async () => {
    const challenge = await waiting();
    await app.sql('update aquifer_accounts.users set password_version = password_version + 1 where id = $1', [
      ada.userId,
    ]);
    expect((await answer({ challenge, code: codeOf(ada.secret) })).json().code).toBe('invalid_credentials');
    await forgetSteps(app);
    const second = await waiting();
    await app.sql('update aquifer_accounts.users set disabled_at = now() where id = $1', [ada.userId]);
    expect((await answer({ challenge: second, code: codeOf(ada.secret) })).json().code).toBe('invalid_challenge');
    await app.sql('update aquifer_accounts.users set disabled_at = null where id = $1', [ada.userId]);
  });

  test('takes one factor, of the right shape', async () => {
    const challenge = await waiting();
    for (const body of [
      { challenge },
      { challenge, code: 123456 },
      { challenge, code: ['123456'] },
      { challenge, code: { $ne: '' } },
      { challenge, code: '12345' },
      { challenge, rememberDevice: true, transport: 'cookie' },
    ])
      expect((await answer(body)).statusCode).toBe(400);
    expect((await answer({ challenge, rememberDevice: true })).json().code).toBe('wrong_second_factor');
    expect((await answer({ challenge, code: codeOf(ada.secret) })).statusCode).toBe(200);
  });
});

describe('a challenge', () => {
  test('reg/A10-one-session-a-challenge: of 16 right answers at the same moment one opens a session; it ends with it', async () => {
    const before = (await sessions()) ?? 0;
    const [challenge = ''] = await challengesFor(app, ada.email, 1);
    const lock = 'select from aquifer_accounts.log_in_challenges for update';
    const answers = await app.race(lock, [], () =>
      ada.recoveryCodes
        .slice(0, 4)
        .flatMap((recoveryCode) => Array.from({ length: 4 }, () => answer({ challenge, recoveryCode }))),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(await sessions()).toBe(before + 1);
    const late = await answer({ challenge, code: codeOf(ada.secret) });
    expect([late.statusCode, late.json().code]).toEqual([400, 'invalid_challenge']);
  });

  test('reg/A10-expired-challenge: one that is too old opens nothing, and the code is not used up by it', async () => {
    const challenge = await waiting();
    await app.sql('update aquifer_accounts.log_in_challenges set expires_at = now() where token_hash = $1', [
      hashToken(challenge),
    ]);
    expect((await answer({ challenge, code: codeOf(ada.secret) })).json().code).toBe('invalid_challenge');
    expect((await answer({ challenge: await waiting(), code: codeOf(ada.secret) })).statusCode).toBe(200);
  });

  test('reg/A10-extra-tries: of 16 wrong answers at the same moment five are looked at; a sixth, right one is too late', async () => {
    const [challenge = ''] = await challengesFor(app, ada.email, 1);
    const code = wrongCode();
    const lock = 'select from aquifer_accounts.log_in_challenges for update';
    const answers = await app.race(lock, [], () => Array.from({ length: 16 }, () => answer({ challenge, code })));
    expect(codesOf(answers).filter((one) => one === 'wrong_second_factor')).toHaveLength(5);
    expect(codesOf(answers).filter((one) => one === 'invalid_challenge')).toHaveLength(11);
    expect((await answer({ challenge, code: codeOf(ada.secret) })).json().code).toBe('invalid_challenge');
  });

  test('that nobody issued is refused, whatever it looks like', async () => {
    for (const challenge of ['x', 'A'.repeat(43), 'é'.repeat(43), `${'A'.repeat(42)}\u0000`]) {
      const refused = await answer({ challenge, code: '123456' });
      expect([refused.statusCode, refused.json().code]).toEqual([400, 'invalid_challenge']);
    }
  });
});

describe('a code', () => {
  test('reg/A5-code-accepted-once: of 16 log-ins at the same moment with one code one succeeds, and none after it', async () => {
    const challenges = await challengesFor(app, ada.email, 17);
    const code = codeOf(ada.secret);
    const lock = 'select from aquifer_accounts.totp_factors where user_id = $1 for update';
    const answers = await app.race(lock, [ada.userId], () =>
      challenges.slice(1).map((challenge) => answer({ challenge, code })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    await app.sql('delete from aquifer_accounts.throttles');
    expect((await answer({ challenge: challenges[0], code })).json().code).toBe('wrong_second_factor');
  });

  test('reg/A5-code-accepted-once: nor one of a step before the last that was taken', async () => {
    const [first, second] = await challengesFor(app, ada.email, 2);
    expect((await answer({ challenge: first, code: codeOf(ada.secret, 1) })).statusCode).toBe(200);
    expect((await answer({ challenge: second, code: codeOf(ada.secret) })).json().code).toBe('wrong_second_factor');
  });

  test('while it is set up is good for no log-in', async () => {
    const begun = await app.ask('POST', 'factors/totp', {
      token: (await answer({ challenge: await waiting(), code: codeOf(ada.secret) })).json().token,
    });
    await forgetSteps(app);
    const pending = begun.json().secret;
    const refused = await answer({ challenge: await waiting(), code: codeOf(pending) });
    expect(refused.json().code).toBe('wrong_second_factor');
  });
});

describe('guessing', () => {
  // Each with a user of its own: a lock is remembered for a second.
  beforeEach(async () => {
    ada = await signUpWithTotp(app, `${randomUUID()}@example.com`);
  });

  test('reg/E5-guessing-is-bounded: ten wrong ones over many challenges and all kinds lock the factors, the right one too', async () => {
    const challenges = await challengesFor(app, ada.email, 4);
    const wrong = ['0'.repeat(28), wrongCode()];
    const answers = [];
    for (let guess = 0; guess < 12; guess += 1) {
      const challenge = challenges[guess % 4];
      const body = guess % 2 === 0 ? { recoveryCode: wrong[0] } : { code: wrong[1] };
      answers.push(await answer({ challenge, ...body }));
    }
    expect(codesOf(answers)).toEqual([...Array(10).fill('wrong_second_factor'), ...Array(2).fill('too_many_attempts')]);
    const right = await answer({ challenge: await waiting(), code: codeOf(ada.secret) });
    expect([right.statusCode, right.json().code]).toEqual([429, 'too_many_attempts']);
    const retryAfterSeconds = Number(right.headers['retry-after']);
    expect(retryAfterSeconds).toBeGreaterThan(840);
    expect(retryAfterSeconds).toBeLessThanOrEqual(900 * 1.25 + 1);
  });

  test('reg/E5-guessing-is-bounded: a burst at the same moment gets no more, and its owner is told once', async () => {
    const count = async () => {
      await app.sendMail();
      return (await app.mailsTo(ada.email)).filter(({ subject }) => subject === 'Second factor locked for Aquifer')
        .length;
    };
    const before = await count();
    const challenges = await challengesFor(app, ada.email, 24);
    const answers = await Promise.all(challenges.map((challenge) => answer({ challenge, code: wrongCode() })));
    expect(codesOf(answers).filter((one) => one === 'wrong_second_factor')).toHaveLength(10);
    expect(codesOf(answers).filter((one) => one === 'too_many_attempts')).toHaveLength(14);
    expect(await count()).toBe(before + 1);
  });

  test('reg/E6-own-counter: wrong codes lock no password, wrong passwords lock no factor, and only the first opens the second', async () => {
    for (const challenge of await challengesFor(app, ada.email, 10)) await answer({ challenge, code: wrongCode() });
    expect(await challengeFor(app, ada.email)).toHaveLength(43);
    await app.sql('delete from aquifer_accounts.throttles');
    const challenge = await waiting();
    for (let guess = 0; guess < 6; guess += 1) {
      await app.ask('POST', 'log-in', { body: { email: ada.email, password: `wrong ${guess}` }, ip: '198.51.100.7' });
    }
    expect((await answer({ challenge, code: codeOf(ada.secret) })).statusCode).toBe(200);
    // Who does not have the password cannot reach the counter.
    for (let guess = 0; guess < 12; guess += 1) await answer({ challenge: 'A'.repeat(43), code: wrongCode() });
    await forgetSteps(app);
    expect((await answer({ challenge: await waiting(), code: codeOf(ada.secret) })).statusCode).toBe(200);
  });

  test('reg/E6-every-way-counts: a fresh proof in a session counts under the same counter', async () => {
    const { token } = (await answer({ challenge: await waiting(), code: codeOf(ada.secret) })).json();
    for (let guess = 0; guess < 10; guess += 1)
      await app.ask('POST', 'step-up', { token, body: { code: wrongCode() } });
    await forgetSteps(app);
    expect((await answer({ challenge: await waiting(), code: codeOf(ada.secret) })).statusCode).toBe(429);
    const proof = await app.ask('POST', 'step-up', { token, body: { code: codeOf(ada.secret) } });
    expect([proof.statusCode, proof.json().code]).toEqual([429, 'too_many_attempts']);
  });

  test('a right one clears the count', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (const challenge of await challengesFor(app, ada.email, 9)) await answer({ challenge, code: wrongCode() });
      await forgetSteps(app);
      expect((await answer({ challenge: await waiting(), code: codeOf(ada.secret) })).statusCode).toBe(200);
    }
  });
});
