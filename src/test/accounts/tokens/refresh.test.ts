import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AccountsApp,
  createAccountsApp,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
  type Response,
} from '../../support/accounts.ts';

let app: AccountsApp;
let email: string;
let user: { id: string };
beforeAll(async () => {
  app = await createAccountsApp();
  email = 'ada@example.com';
  user = await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.sql('delete from aquifer_accounts.throttles');
});

interface Pair {
  accessToken: string;
  refreshToken: string;
  accessExpiresAt: string;
  session: { id: string; expiresAt: string };
}

async function openPair(): Promise<Pair> {
  const answer = await app.ask('POST', 'log-in', { body: { email, password: GOOD_PASSWORD, transport: 'tokens' } });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

const refresh = (refreshToken: unknown, ip?: string): Promise<Response> =>
  app.ask('POST', 'tokens/refresh', { body: { refreshToken }, ...(ip === undefined ? {} : { ip }) });
const me = (token: string) => app.ask('GET', 'me', { token });
const status = async (answer: Promise<Response>) => (await answer).statusCode;
/** As if it had been renewed so long ago. */
const ageRenewal = (sessionId: string, interval: string) =>
  app.sql(`update aquifer_accounts.sessions set refreshed_at = refreshed_at - $2::interval where id = $1`, [
    sessionId,
    interval,
  ]);
const countSessions = async (id: string) =>
  (await app.sql<{ n: number }>('select count(*)::int as n from aquifer_accounts.sessions where id = $1', [id]))[0]?.n;

describe('a log-in with the transport tokens', () => {
  test('answers a pair, sets no cookie, and the access token opens what a session opens', async () => {
    const answer = await app.ask('POST', 'log-in', { body: { email, password: GOOD_PASSWORD, transport: 'tokens' } });
    const pair = answer.json();
    expect(answer.cookies).toEqual([]);
    expect(pair.token).toBeUndefined();
    expect(pair.refreshToken).toMatch(/^aqr_[A-Za-z0-9_-]{86}$/);
    const leftMs = Date.parse(pair.accessExpiresAt) - Date.now();
    expect(leftMs).toBeGreaterThan(14 * 60_000);
    expect(leftMs).toBeLessThanOrEqual(15 * 60_000 + 2_000);
    expect(await status(me(pair.accessToken))).toBe(200);
  });

  test('neither secret is stored', async () => {
    const { accessToken, refreshToken } = await openPair();
    const rows = await app.sql('select s::text as row from aquifer_accounts.sessions s');
    const text = JSON.stringify(rows) + app.log.join('');
    for (const secret of [accessToken, refreshToken, refreshToken.slice(4, 47), refreshToken.slice(47)]) {
      expect(text).not.toContain(secret);
    }
  });

  test('the access token is over when its time is, the refresh token is not', async () => {
    const { accessToken, refreshToken, session } = await openPair();
    await app.sql(`update aquifer_accounts.sessions set access_ends_at = now() where id = $1`, [session.id]);
    expect(await status(me(accessToken))).toBe(401);
    const next: Pair = (await refresh(refreshToken)).json();
    expect(await status(me(next.accessToken))).toBe(200);
    // Nor does the grace of a rotation bring one back that was over.
    expect(await status(me(accessToken))).toBe(401);
  });
});

describe('renewing', () => {
  test('gives new secrets for the same session; the access token before holds for requests under way', async () => {
    const first = await openPair();
    const answer = await refresh(first.refreshToken);
    expect(answer.statusCode).toBe(200);
    const next: Pair = answer.json();
    expect(next.session.id).toBe(first.session.id);
    expect(new Set([next.accessToken, next.refreshToken, first.accessToken, first.refreshToken]).size).toBe(4);
    expect(await status(me(next.accessToken))).toBe(200);
    expect(await status(me(first.accessToken))).toBe(200);
    expect(await status(refresh(next.refreshToken))).toBe(200);
  });

  test('a lost answer can be asked for again within 10 seconds, and is the same', async () => {
    const first = await openPair();
    const [one, two]: Pair[] = [(await refresh(first.refreshToken)).json(), (await refresh(first.refreshToken)).json()];
    expect(two).toMatchObject({ accessToken: one?.accessToken, refreshToken: one?.refreshToken });
  });

  test('the end of the session’s life stays where it is, and nothing is renewed past it', async () => {
    const first = await openPair();
    const ends = `select lifetime_ends_at::text as at from aquifer_accounts.sessions where id = $1`;
    const [before] = await app.sql(ends, [first.session.id]);
    const next: Pair = (await refresh(first.refreshToken)).json();
    expect(await app.sql(ends, [first.session.id])).toEqual([before]);
    await app.sql(
      `update aquifer_accounts.sessions
       set lifetime_ends_at = now() + interval '1 minute', expires_at = now() + interval '1 minute' where id = $1`,
      [first.session.id],
    );
    const last: Pair = (await refresh(next.refreshToken)).json();
    expect(Date.parse(last.accessExpiresAt) - Date.now()).toBeLessThanOrEqual(62_000);
    await app.sql(`update aquifer_accounts.sessions set expires_at = now(), lifetime_ends_at = now() where id = $1`, [
      first.session.id,
    ]);
    expect(await status(refresh(last.refreshToken))).toBe(401);
  });

  test('a session unused for the idle time is over for the refresh token too', async () => {
    const { refreshToken, session } = await openPair();
    await app.sql(`update aquifer_accounts.sessions set expires_at = now() where id = $1`, [session.id]);
    expect(await status(refresh(refreshToken))).toBe(401);
  });

  test('a session with one token for all its life has none to renew', async () => {
    const token = await app.logIn(email);
    expect(await status(refresh(token))).toBe(401);
    expect(await status(refresh(`aqr_${token}${token}`))).toBe(401);
    expect(await status(me(token))).toBe(200);
  });
});

describe('a refresh token that comes again', () => {
  test('ends the session, says so by mail and in the trail, and once', async () => {
    const first = await openPair();
    const next: Pair = (await refresh(first.refreshToken)).json();
    await ageRenewal(first.session.id, '11 seconds');
    const answer = await refresh(first.refreshToken, '203.0.113.9');
    expect({ status: answer.statusCode, code: answer.json().code }).toEqual({
      status: 401,
      code: 'invalid_refresh_token',
    });
    expect(await status(me(next.accessToken))).toBe(401);
    expect(await status(refresh(next.refreshToken))).toBe(401);
    expect(await status(refresh(first.refreshToken))).toBe(401);
    await app.sendMail();
    const told = (await app.mailsTo(email)).filter(({ template }) => template === 'token_reused');
    expect(told).toHaveLength(1);
    expect(told[0]?.text).toContain('203.0.113.9');
    const trail = await app.sql<{ details: { endedSession: string } }>(
      `select details from aquifer_accounts.audit_events where action = 'refresh_token.reused' and subject_id = $1`,
      [user.id],
    );
    expect(trail.map(({ details }) => details.endedSession)).toEqual([first.session.id]);
  });

  test('one from several renewals ago is known as a copy too', async () => {
    const first = await openPair();
    let latest = first;
    for (let renewal = 0; renewal < 3; renewal += 1) latest = (await refresh(latest.refreshToken)).json();
    // Not even the interval for lost answers: that is for the last one alone.
    expect(await status(refresh(first.refreshToken))).toBe(401);
    expect(await countSessions(first.session.id)).toBe(0);
  });

  test('another family’s secret ends nobody else’s session', async () => {
    const [mine, other] = [await openPair(), await openPair()];
    const mixed = mine.refreshToken.slice(0, 47) + other.refreshToken.slice(47);
    expect(await status(refresh(mixed))).toBe(401);
    expect(await countSessions(mine.session.id)).toBe(0);
    expect(await status(refresh(other.refreshToken))).toBe(200);
  });
});

describe('what must not happen', () => {
  test('reg/A9-refresh-rotation-is-atomic: of 16 renewals at once there is one successor', async () => {
    const first = await openPair();
    const lock = 'select from aquifer_accounts.sessions where id = $1 for update';
    const answers = await app.race(lock, [first.session.id], () =>
      Array.from({ length: 16 }, () => refresh(first.refreshToken)),
    );
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    const successors = new Set(answers.map((answer) => (answer.json() as Pair).refreshToken));
    expect(successors.size).toBe(1);
    const [successor] = successors;
    expect(await status(refresh(successor))).toBe(200);
  });

  test('reg/A9-reuse-ends-the-family-once: of 16 copies at once one ends it, and one mail goes', async () => {
    const first = await openPair();
    await refresh(first.refreshToken);
    await ageRenewal(first.session.id, '11 seconds');
    await app.sql('delete from aquifer_accounts.mail_requests');
    const lock = 'select from aquifer_accounts.sessions where id = $1 for update';
    const answers = await app.race(lock, [first.session.id], () =>
      Array.from({ length: 16 }, () => refresh(first.refreshToken)),
    );
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([401]));
    const mails = await app.sql(
      `select id from aquifer_accounts.mail_requests where details ->> 'kind' = 'token_reused'`,
    );
    expect(mails).toHaveLength(1);
  });

  test('reg/D1-logged-out-is-over: neither token of the pair is worth anything after log-out', async () => {
    const { accessToken, refreshToken } = await openPair();
    expect(await status(app.ask('POST', 'log-out', { token: accessToken }))).toBe(204);
    expect(await status(me(accessToken))).toBe(401);
    expect(await status(refresh(refreshToken))).toBe(401);
  });

  test('reg/D1-an-access-token-that-is-over-still-logs-out: its refresh token ends with it', async () => {
    const { accessToken, refreshToken, session } = await openPair();
    await app.sql('update aquifer_accounts.sessions set access_ends_at = now() where id = $1', [session.id]);
    await app.ask('POST', 'log-out', { token: accessToken });
    expect(await status(refresh(refreshToken))).toBe(401);
  });

  test.each([
    ['cut off at its end', (token: string) => token.slice(0, -1)],
    ['without its last secret', (token: string) => token.slice(0, 47)],
    ['with something behind it', (token: string) => `${token}A`],
    ['without its prefix', (token: string) => token.slice(4)],
    ['with another prefix', (token: string) => `aqx_${token.slice(4)}`],
    ['in another case', (token: string) => `aqr_${token.slice(4).toUpperCase()}`],
  ])('reg/D8-truncated-token-is-refused: %s', async (_name, change) => {
    const { refreshToken, session } = await openPair();
    expect(await status(refresh(change(refreshToken)))).toBe(401);
    // Nor does it count as a copy: whoever guesses must not end sessions.
    if (change(refreshToken).length !== refreshToken.length) expect(await countSessions(session.id)).toBe(1);
  });

  test('reg/D8-truncated-access-token-is-refused', async () => {
    const { accessToken } = await openPair();
    for (const wrong of [accessToken.slice(0, -1), `${accessToken}A`, accessToken.slice(1)]) {
      expect(await status(me(wrong))).toBe(401);
    }
    expect(await status(me(accessToken))).toBe(200);
  });

  test('reg/D9-a-disabled-user-is-not-renewed: even where a session outlived the disabling', async () => {
    const { refreshToken, session } = await openPair();
    await app.sql('update aquifer_accounts.users set disabled_at = now() where id = $1', [user.id]);
    expect(await status(refresh(refreshToken))).toBe(401);
    expect(await countSessions(session.id)).toBe(1);
    await app.sql('update aquifer_accounts.users set disabled_at = null where id = $1', [user.id]);
  });

  test('reg/D9-nothing-of-the-client-restarts-a-session: what a session is comes from its row alone', async () => {
    const { refreshToken } = await openPair();
    for (const extra of [{ transport: 'cookie' }, { methods: ['totp'] }, { userId: user.id }, { sessionId: user.id }]) {
      const answer = await app.ask('POST', 'tokens/refresh', { body: { refreshToken, ...extra } });
      expect({ status: answer.statusCode, code: answer.json().code }).toEqual({ status: 400, code: 'invalid_input' });
    }
    expect(await status(refresh(refreshToken))).toBe(200);
  });

  test.each([{ a: 1 }, ['x'], 7, null, true])('a refresh token that is no text: %j', async (value) => {
    expect(await status(refresh(value))).toBe(400);
  });
});

describe('a changed password', () => {
  test('replaces both secrets of the session in hand, and ends the others', async () => {
    const [mine, other] = [await openPair(), await openPair()];
    const body = { currentPassword: GOOD_PASSWORD, newPassword: OTHER_PASSWORD };
    const answer = await app.ask('POST', 'password/change', { token: mine.accessToken, body });
    expect(answer.statusCode).toBe(200);
    const renewed: Pair = answer.json();
    expect(await status(me(mine.accessToken))).toBe(401);
    expect(await status(refresh(mine.refreshToken))).toBe(401);
    expect(await status(refresh(other.refreshToken))).toBe(401);
    // The old one is nobody's now, and no copy of anything: it must not end the session.
    expect(await status(me(renewed.accessToken))).toBe(200);
    expect(await status(refresh(renewed.refreshToken))).toBe(200);
    const back = { currentPassword: OTHER_PASSWORD, newPassword: GOOD_PASSWORD };
    await app.ask('POST', 'password/change', { token: renewed.accessToken, body: back });
  });
});
