import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRecoveryCode, hashRecoveryCode, RECOVERY_CODES } from '../../../main/accounts/factors/recovery-codes.ts';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { answerChallenge, challengesFor, setUpTotp, signUpWithTotp } from '../../support/second-factor.ts';

describe('a recovery code', () => {
  test('has seven groups of four, 140 bits, and no letter that is taken for another', () => {
    const codes = Array.from({ length: 200 }, createRecoveryCode);
    expect(new Set(codes).size).toBe(200);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32);
  });

  test('is known however it is typed', () => {
    const code = '0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV';
    const hash = hashRecoveryCode(code);
    for (const typed of [
      code.toLowerCase(),
      code.replaceAll('-', ' '),
      ` ${code.replaceAll('-', '')}\n`,
      code.replace('01', 'oI'),
    ])
      expect(hashRecoveryCode(typed)).toEqual(hash);
    for (const typed of ['', code.slice(1), `${code}0`, code.replace('A', 'U'), code.replace('A', 'Ä')])
      expect(hashRecoveryCode(typed)).toBeNull();
  });
});

describe('recovery codes of a user', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    app = await createAccountsApp();
  });
  afterAll(() => app.close());

  const factors = async (token: string) => (await app.ask('GET', 'factors', { token })).json();

  test('come with the first factor, ten of them, and are nowhere in the database', async () => {
    const { token, recoveryCodes } = await signUpWithTotp(app, 'ten@example.com');
    expect(recoveryCodes).toHaveLength(RECOVERY_CODES);
    expect((await factors(token)).recoveryCodes).toMatchObject({ left: 10, total: 10 });
    const rows = await app.sql<{ text: string }>('select r::text as text from aquifer_accounts.recovery_codes r');
    for (const code of recoveryCodes) {
      expect(JSON.stringify(rows)).not.toContain(code);
      expect(app.log.join('')).not.toContain(code);
    }
  });

  test('are not given again while some are left', async () => {
    const { token } = await signUpWithTotp(app, 'again@example.com');
    const second = await setUpTotp(app, token);
    expect(second.recoveryCodes).toEqual([]);
    expect((await factors(second.token)).recoveryCodes).toMatchObject({ left: 10, total: 10 });
  });

  test('reg/A3-recovery-code-is-consumed: each works once, the count goes down, its owner is told, and the factor stays', async () => {
    const owner = await signUpWithTotp(app, 'once@example.com');
    const [code = ''] = owner.recoveryCodes;
    const [first, second, third] = await challengesFor(app, owner.email, 3);
    const used = await answerChallenge(app, { challenge: first, recoveryCode: code });
    expect(used.statusCode).toBe(200);
    const again = await answerChallenge(app, { challenge: second, recoveryCode: code });
    expect([again.statusCode, again.json().code]).toEqual([422, 'wrong_second_factor']);
    const other = await answerChallenge(app, { challenge: third, recoveryCode: owner.recoveryCodes[1] });
    expect(other.statusCode).toBe(200);
    const now = await factors(used.json().token);
    expect(now).toMatchObject({ totp: { addedAt: expect.any(String) }, recoveryCodes: { left: 8, total: 10 } });
    await app.sendMail();
    const subjects = (await app.mailsTo(owner.email)).map(({ subject }) => subject);
    expect(subjects.filter((one) => one === 'A recovery code was used for Aquifer')).toHaveLength(2);
    const noted = await app.sql<{ left: number }>(
      `select (details->>'left')::integer as left from aquifer_accounts.audit_events
       where action = 'recovery_code.used' and subject_id = $1 order by id`,
      [owner.userId],
    );
    expect(noted.map(({ left }) => left)).toEqual([9, 8]);
  });

  test('reg/A4-recovery-code-raced: of 16 log-ins with the same code at the same moment one succeeds', async () => {
    const owner = await signUpWithTotp(app, 'raced@example.com');
    const challenges = await challengesFor(app, owner.email, 16);
    const [code] = owner.recoveryCodes;
    const lock = 'select from aquifer_accounts.recovery_codes where user_id = $1 for update';
    const answers = await app.race(lock, [owner.userId], () =>
      challenges.map((challenge) => answerChallenge(app, { challenge, recoveryCode: code })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    await app.sql('delete from aquifer_accounts.throttles');
    // In a session's fresh proof, too.
    const steps = await app.race(lock, [owner.userId], () =>
      Array.from({ length: 16 }, () =>
        app.ask('POST', 'step-up', {
          token: answers.find((one) => one.statusCode === 200)?.json().token,
          body: { recoveryCode: owner.recoveryCodes[1] },
        }),
      ),
    );
    expect(steps.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    const [row] = await app.sql<{ left: number }>(
      'select count(1)::integer as left from aquifer_accounts.recovery_codes where user_id = $1 and used_at is null',
      [owner.userId],
    );
    expect(row?.left).toBe(8);
  });

  test('of another user are worth nothing', async () => {
    const [one, other] = [await signUpWithTotp(app, 'one@example.com'), await signUpWithTotp(app, 'other@example.com')];
    const [challenge] = await challengesFor(app, one.email, 1);
    const answer = await answerChallenge(app, { challenge, recoveryCode: other.recoveryCodes[0] });
    expect(answer.json().code).toBe('wrong_second_factor');
    expect((await factors(other.token)).recoveryCodes.left).toBe(10);
  });

  test('renewed, the ones before are worth nothing; a fresh proof is asked for', async () => {
    const owner = await signUpWithTotp(app, 'renewed@example.com');
    await app.sql(`update aquifer_accounts.sessions set authenticated_at = now() - interval '16 minutes'`);
    const refused = await app.ask('POST', 'factors/recovery-codes', { token: owner.token });
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'step_up_required']);
    await app.sql('update aquifer_accounts.sessions set authenticated_at = now()');
    const renewed = await app.ask('POST', 'factors/recovery-codes', { token: owner.token });
    expect(renewed.json().codes).toHaveLength(10);
    const [first, second] = await challengesFor(app, owner.email, 2);
    const old = await answerChallenge(app, { challenge: first, recoveryCode: owner.recoveryCodes[0] });
    expect(old.json().code).toBe('wrong_second_factor');
    expect((await answerChallenge(app, { challenge: second, recoveryCode: renewed.json().codes[9] })).statusCode).toBe(
      200,
    );
  });

  test('are for those who have a factor', async () => {
    const { token } = await app.signUp('none@example.com');
    const answer = await app.ask('POST', 'factors/recovery-codes', { token });
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'no_factor_yet']);
    expect((await factors(token)).recoveryCodes).toBeNull();
    expect(await app.logIn('none@example.com')).toEqual(expect.any(String));
  });

  test('with the last one used they are no longer offered', async () => {
    const owner = await signUpWithTotp(app, 'last@example.com');
    await app.sql(
      `update aquifer_accounts.recovery_codes set used_at = now() where user_id = $1
       and code_hash <> (
         select code_hash from aquifer_accounts.recovery_codes where user_id = $1 order by code_hash limit 1
       )`,
      [owner.userId],
    );
    const challenges = await challengesFor(app, owner.email, 10);
    for (const [index, challenge] of challenges.entries()) {
      await app.sql('delete from aquifer_accounts.throttles');
      await answerChallenge(app, { challenge, recoveryCode: owner.recoveryCodes[index] });
    }
    const answer = await app.ask('POST', 'log-in', {
      body: { email: owner.email, password: 'seven green kettles sing' },
    });
    expect(answer.json().secondFactor.methods).toEqual(['totp']);
  });
});
