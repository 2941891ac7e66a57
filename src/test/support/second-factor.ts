/** Second factors in tests: an app set up, its codes, and log-ins that wait for one. */

import { generateSync } from 'otplib';
import { createToken, hashToken } from '../../main/foundation/tokens.ts';
import { type AccountsApp, GOOD_PASSWORD, type Response } from './accounts.ts';

export interface TotpOwner {
  readonly email: string;
  readonly userId: string;
  readonly secret: string;
  readonly recoveryCodes: string[];
  /** Of the session that set it up. */
  readonly token: string;
}

/** The code of this step, or of one so many steps later. */
export function codeOf(secret: string, stepsAhead = 0): string {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + stepsAhead * 30 });
}

/** As if no code had been taken yet: tests are quicker than steps are. */
export async function forgetSteps(app: AccountsApp): Promise<void> {
  await app.sql('update aquifer_accounts.totp_factors set last_step = 0');
}

/** A user who signs up and sets an authenticator app up. */
export async function signUpWithTotp(app: AccountsApp, email: string): Promise<TotpOwner> {
  const { user, token } = await app.signUp(email);
  return { email, userId: user.id, ...(await setUpTotp(app, token)) };
}

export async function setUpTotp(
  app: AccountsApp,
  token: string,
): Promise<{ secret: string; recoveryCodes: string[]; token: string }> {
  const begun = await app.ask('POST', 'factors/totp', { token });
  if (begun.statusCode !== 200) throw new Error(`the set-up answered ${begun.body}`);
  const { secret } = begun.json<{ secret: string }>();
  const confirmed = await app.ask('POST', 'factors/totp/confirm', { token, body: { code: codeOf(secret) } });
  if (confirmed.statusCode !== 200) throw new Error(`the confirmation answered ${confirmed.body}`);
  const answer = confirmed.json<{ recoveryCodes?: string[]; token: string }>();
  await forgetSteps(app);
  return { secret, recoveryCodes: answer.recoveryCodes ?? [], token: answer.token };
}

/** Logs in with the password and returns the challenge; fails where there is none. */
export async function challengeFor(app: AccountsApp, email: string, transport = 'bearer'): Promise<string> {
  const body = { email, password: GOOD_PASSWORD, transport };
  const answer = await app.ask('POST', 'log-in', { body });
  const challenge = answer.json().secondFactor?.challenge;
  if (challenge === undefined) throw new Error(`no second factor was asked for: ${answer.body}`);
  return challenge;
}

export function answerChallenge(app: AccountsApp, body: Record<string, unknown>): Promise<Response> {
  return app.ask('POST', 'log-in/second-factor', { body });
}

/** As so many log-ins with the right password leave them, without the hashing. */
export async function challengesFor(app: AccountsApp, email: string, count: number): Promise<string[]> {
  const challenges = Array.from({ length: count }, createToken);
  await app.sql(
    `insert into aquifer_accounts.log_in_challenges (token_hash, user_id, password_version, methods, transport, expires_at)
     select h.hash, u.id, u.password_version, '{password}', 'bearer', now() + interval '10 minutes'
     from aquifer_accounts.users u, unnest($2::bytea[]) as h (hash)
     where u.email = $1`,
    [email, challenges.map(hashToken)],
  );
  return challenges;
}
