import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertSession } from '../../main/accounts/queries/sessions.ts';
import { createId } from '../../main/foundation/tokens.ts';
import {
  type AccountsApp,
  comparable,
  cookieIn,
  createAccountsApp,
  GOOD_PASSWORD,
  OTHER_PASSWORD,
  type Response,
} from '../support/accounts.ts';

describe('log-in', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    app = await createAccountsApp();
  });
  afterAll(() => app.close());

  const guess = (email: string, password = OTHER_PASSWORD, ip = '203.0.113.1') =>
    app.ask('POST', 'log-in', { body: { email, password }, ip });

  test('200 with a token, whatever the case of the address', async () => {
    await app.signUp('ada@example.com');
    const answer = await guess('ADA@Example.com', GOOD_PASSWORD);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      user: { email: 'ada@example.com' },
      session: { current: true, ip: '203.0.113.1' },
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('with the cookie transport the answer has no token, and the cookie’s old session ends', async () => {
    const body = { email: 'ada@example.com', password: GOOD_PASSWORD, transport: 'cookie' };
    const first = cookieIn(await app.ask('POST', 'log-in', { body })) ?? '';
    const second = await app.ask('POST', 'log-in', { body, cookie: first });
    expect(second.json().token).toBeUndefined();
    expect((await app.ask('GET', 'me', { cookie: first })).statusCode).toBe(401);
    expect((await app.ask('GET', 'me', { cookie: cookieIn(second) ?? '' })).statusCode).toBe(200);
  });

  test('401 for a wrong password and for an unknown address: the same answer, the same statements', async () => {
    await app.signUp('same@example.com');
    app.statements.length = 0;
    const known = await guess('same@example.com');
    const forKnown = app.statements.splice(0);
    const unknown = await guess('other@example.com');
    expect(known.statusCode).toBe(401);
    expect(comparable(known)).toEqual(comparable(unknown));
    expect(forKnown).toEqual(app.statements);
  });

  test('an unknown address costs as much time as a known one', async () => {
    await app.signUp('time@example.com');
    const times: Record<string, number[]> = { known: [], unknown: [] };
    for (let round = 0; round < 12; round += 1) {
      for (const [arm, email] of [
        ['known', 'time@example.com'],
        ['unknown', 'nobody@example.com'],
      ] as const) {
        const startedAtMs = performance.now();
        await guess(email, OTHER_PASSWORD, `198.51.100.${round}`);
        times[arm]?.push(performance.now() - startedAtMs);
      }
    }
    const median = (values: number[] = []) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    const [known, unknown] = [median(times.known), median(times.unknown)];
    expect(unknown).toBeGreaterThan(known / 2);
    expect(known).toBeGreaterThan(unknown / 2);
  });

  test('401 for a disabled user with the right password', async () => {
    const { user } = await app.signUp('gone@example.com');
    await app.accounts.disableUser('gone@example.com');
    const answer = await guess('gone@example.com', GOOD_PASSWORD);
    expect([user.disabled, answer.statusCode, answer.json().code]).toEqual([false, 401, 'invalid_credentials']);
  });

  test('401 for an invited user who has set no password', async () => {
    await app.accounts.createUser({ email: 'invited@example.com', role: 'user' });
    expect((await guess('invited@example.com')).statusCode).toBe(401);
  });

  test('403 for an address that was never verified, but only with the right password', async () => {
    await app.accounts.createUser({ email: 'unverified@example.com', password: GOOD_PASSWORD, role: 'user' });
    await app.sql(`update aquifer_accounts.users set email_verified_at = null where email = 'unverified@example.com'`);
    expect((await guess('unverified@example.com')).statusCode).toBe(401);
    const answer = await guess('unverified@example.com', GOOD_PASSWORD);
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'email_not_verified']);
  });

  test('a hash of lower cost is renewed at the next log-in, and the session opens all the same', async () => {
    await app.signUp('cheap@example.com');
    const cheap = await hash(GOOD_PASSWORD, { memoryCost: 8192, timeCost: 1 });
    await app.sql(`update aquifer_accounts.users set password_hash = $1 where email = 'cheap@example.com'`, [cheap]);
    expect((await guess('cheap@example.com', GOOD_PASSWORD)).statusCode).toBe(200);
    const stored = () =>
      app.sql<{ hash: string }>(
        `select password_hash as hash from aquifer_accounts.users where email = 'cheap@example.com'`,
      );
    await expect.poll(async () => (await stored())[0]?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await guess('cheap@example.com', GOOD_PASSWORD)).statusCode).toBe(200);
  });

  test('a password in another form of the same characters is the same password', async () => {
    const composed = 'caf\u00e9 under the seven hills';
    await app.signUp('form@example.com', composed);
    expect((await guess('form@example.com', composed.normalize('NFD'))).statusCode).toBe(200);
  });

  test('a log-in checked before a change of the password waits for it, and then opens no session', async () => {
    const { user } = await app.signUp('race@example.com');
    await app.sql('begin');
    await app.sql('update aquifer_accounts.users set password_version = 2 where id = $1', [user.id]);
    const opening = app.database.query(insertSession, [
      ...([createId(), user.id, Buffer.alloc(32, 7), 1, 1_000, 1_000, null, null, 100] as const),
      [],
      [],
      null,
      ['password'],
      [],
      ...([null, null, null, null, null, createId(), null, '192.0.2.1'] as const),
    ]);
    const first = await Promise.race([opening, new Promise((wake) => setTimeout(wake, 200, 'waits'))]);
    expect(first).toBe('waits');
    await app.sql('commit');
    expect(await opening).toEqual([]);
  });

  test('is four statements where the network is known, and one of them only reads', async () => {
    await app.signUp('brief@example.com');
    await guess('brief@example.com', GOOD_PASSWORD);
    app.statements.length = 0;
    expect((await guess('brief@example.com', GOOD_PASSWORD)).statusCode).toBe(200);
    expect(app.statements).toEqual([
      'accounts.findCredentialsByEmail',
      'accounts.takeAttempts',
      'accounts.insertSession',
      'accounts.insertAuditEvent',
    ]);
  });

  test('a network is remembered with the session, and noted again once a day', async () => {
    const { user } = await app.signUp('home@example.com');
    const seen = () =>
      app.sql<{ network: string; age: number }>(
        `select network, round(extract(epoch from now() - last_seen_at) / 3600)::integer as age
         from aquifer_accounts.known_networks where user_id = $1`,
        [user.id],
      );
    expect(await seen()).toEqual([]);
    await guess('home@example.com', GOOD_PASSWORD);
    expect(await seen()).toEqual([{ network: '203.0.113.1', age: 0 }]);
    const grow = (hours: number) =>
      app.sql(
        `update aquifer_accounts.known_networks set last_seen_at = now() - $2 * interval '1 hour' where user_id = $1`,
        [user.id, hours],
      );
    await grow(23);
    await guess('home@example.com', GOOD_PASSWORD);
    expect(await seen()).toEqual([{ network: '203.0.113.1', age: 23 }]);
    await grow(25);
    await guess('home@example.com', GOOD_PASSWORD);
    expect(await seen()).toEqual([{ network: '203.0.113.1', age: 0 }]);
  });

  test('keeps the newest 100 sessions of a user; the oldest end', async () => {
    const { user, token: oldest } = await app.signUp('many@example.com');
    const { token: other } = await app.signUp('few@example.com');
    const second = await app.logIn('many@example.com');
    const fill = (userId: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, () =>
          app.sql(
            `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at)
             values ($1, $2, $3, now() + interval '1 hour', now() + interval '1 hour')`,
            [createId(), userId, randomBytes(32)],
          ),
        ),
      );
    await fill(user.id, 98);
    expect((await app.ask('GET', 'me', { token: oldest })).statusCode).toBe(200);
    const newest = await app.logIn('many@example.com');
    const statuses = [oldest, second, newest, other].map(
      async (token) => (await app.ask('GET', 'me', { token })).statusCode,
    );
    expect(await Promise.all(statuses)).toEqual([401, 200, 200, 200]);
    const [row] = await app.sql<{ n: number }>(
      'select count(1)::integer as n from aquifer_accounts.sessions where user_id = $1',
      [user.id],
    );
    expect(row?.n).toBe(100);
  });

  test('the token is handed over even where the cookie’s old session cannot be ended', async () => {
    await app.signUp('handed@example.com');
    const body = { email: 'handed@example.com', password: GOOD_PASSWORD, transport: 'cookie' };
    const first = cookieIn(await app.ask('POST', 'log-in', { body })) ?? '';
    await app.sql(`create function aquifer_accounts.refuse() returns trigger language plpgsql as
      $$ begin raise exception 'not now'; end $$`);
    await app.sql(`create trigger refuse before delete on aquifer_accounts.sessions
      for each row execute function aquifer_accounts.refuse()`);
    const second = await app.ask('POST', 'log-in', { body, cookie: first });
    await app.sql('drop function aquifer_accounts.refuse() cascade');
    expect(second.statusCode).toBe(200);
    expect((await app.ask('GET', 'me', { cookie: cookieIn(second) ?? '' })).statusCode).toBe(200);
    expect(app.log.join('')).toContain('the session before this one was not ended');
  });

  test('no password reaches the log', () => {
    expect(app.log.join('')).not.toContain(GOOD_PASSWORD);
    expect(app.log.join('')).not.toContain(OTHER_PASSWORD);
  });
});

describe('guessing', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    // A proof of work would be asked of so many who guess; here it is the counts that are looked at.
    app = await createAccountsApp({ environment: { HASH_QUEUE_MAX: '200', PROOF_OF_WORK_FROM: '0' } });
    for (const name of ['burst', 'even', 'pair', 'wide', 'shared']) {
      const email = `${name}@example.com`;
      await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
    }
  });
  afterAll(() => app.close());

  const guess = (email: string, ip: string, password = OTHER_PASSWORD) =>
    app.ask('POST', 'log-in', { body: { email, password }, ip });
  const guessAtOnce = async (count: number, email: string, ipOf: (index: number) => string) => {
    const answers = await Promise.all(Array.from({ length: count }, (_, index) => guess(email, ipOf(index))));
    const statuses = answers.map(({ statusCode }) => statusCode);
    return {
      tried: statuses.filter((status) => status === 401).length,
      refused: statuses.filter((status) => status === 429).length,
    };
  };

  /** Bursts until one is refused altogether. */
  const guessInBursts = async (count: number, email: string, ipOf: (index: number) => string) => {
    const tried: number[] = [];
    do tried.push((await guessAtOnce(count, email, ipOf)).tried);
    while (tried.at(-1) !== 0);
    return tried.slice(0, -1);
  };

  test('of bursts of 60 guesses at the same moment from one network, exactly 5 are tried', async () => {
    expect(await guessInBursts(60, 'burst@example.com', () => '203.0.113.9')).toEqual([2, 2, 1]);
  });

  test('429 with Retry-After, even for the right password; for an unknown address just the same', async () => {
    await guessInBursts(5, 'nobody@example.com', () => '203.0.113.9');
    const known = await guess('burst@example.com', '203.0.113.9', GOOD_PASSWORD);
    const unknown = await guess('nobody@example.com', '203.0.113.9');
    expect([known.statusCode, known.json().code]).toEqual([429, 'too_many_attempts']);
    expect([unknown.statusCode, unknown.json().detail]).toEqual([429, known.json().detail]);
    expect(Number(known.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(known.headers['retry-after'])).toBeLessThanOrEqual(40);
  });

  test('the pause doubles with every further guess, up to 15 minutes', async () => {
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await app.sql(`update aquifer_accounts.throttles set blocked_until = '-infinity'`);
      await new Promise((wake) => setTimeout(wake, round === 0 ? 1_050 : 0));
      await guess('burst@example.com', '203.0.113.9');
      const [row] = await app.sql<{ seconds: number }>(
        `select round(extract(epoch from max(blocked_until) - now()))::integer as seconds from aquifer_accounts.throttles`,
      );
      waits.push(row?.seconds ?? 0);
    }
    expect(waits.slice(0, 8)).toEqual([60, 120, 240, 480, 900, 900, 900, 900]);
  });

  test('a whole IPv6 /64 is one network, an IPv4 address in IPv6’s clothes is itself', async () => {
    const ipOf = (index: number) => `2001:db8:1:2:${index.toString(16)}::${index}`;
    expect(await guessInBursts(20, 'even@example.com', ipOf)).toEqual([2, 2, 1]);
    expect((await guess('even@example.com', '2001:db8:1:3::1')).statusCode).toBe(401);
    expect(await guessInBursts(5, 'even@example.com', () => '::ffff:203.0.113.77')).toEqual([2, 2, 1]);
    expect((await guess('even@example.com', '203.0.113.77')).statusCode).toBe(429);
  });

  test('a right password starts the count of its account and network anew', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let pair = 0; pair < 2; pair += 1) {
        expect(await guessAtOnce(2, 'pair@example.com', () => '203.0.113.20')).toEqual({ tried: 2, refused: 0 });
      }
      expect((await guess('pair@example.com', '203.0.113.20', GOOD_PASSWORD)).statusCode).toBe(200);
    }
  });

  test('guesses from many networks lock out networks never seen, and not the one where the user is at home', async () => {
    expect((await guess('wide@example.com', '203.0.113.30', GOOD_PASSWORD)).statusCode).toBe(200);
    const result = await guessAtOnce(60, 'wide@example.com', (index) => `198.51.100.${index}`);
    expect(result).toEqual({ tried: 20, refused: 40 });
    expect((await guess('wide@example.com', '203.0.113.31', GOOD_PASSWORD)).statusCode).toBe(429);
    expect((await guess('wide@example.com', '203.0.113.30', GOOD_PASSWORD)).statusCode).toBe(200);
  });

  test('knocking at a closed door does not use up the account’s own budget', async () => {
    await guessInBursts(5, 'shared@example.com', () => '203.0.113.40');
    for (let round = 0; round < 30; round += 1) await guess('shared@example.com', '203.0.113.40');
    await new Promise((wake) => setTimeout(wake, 1_050));
    expect((await guess('shared@example.com', '203.0.113.40')).statusCode).toBe(429);
    expect((await guess('shared@example.com', '203.0.113.41', GOOD_PASSWORD)).statusCode).toBe(200);
  });

  test('a network that is blocked is refused without asking the database', async () => {
    await guess('burst@example.com', '203.0.113.9');
    app.statements.length = 0;
    expect((await guess('burst@example.com', '203.0.113.9')).statusCode).toBe(429);
    expect(app.statements).toEqual([]);
  });
});

describe('a client that knows a right password', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    // 26 places: 6 for a network, and for an account.
    app = await createAccountsApp({ environment: { HASH_THREADS: '2', HASH_QUEUE_MAX: '24' } });
    await app.accounts.createUser({ email: 'ada@example.com', password: GOOD_PASSWORD, role: 'user' });
  });
  afterAll(() => app.close());

  const logInAtOnce = async (count: number, emailOf: (index: number) => string, ipOf: (index: number) => string) => {
    app.statements.length = 0;
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const body = { email: emailOf(index), password: GOOD_PASSWORD };
        return app.ask('POST', 'log-in', { body, ip: ipOf(index) });
      }),
    );
    const of = (status: number) => answers.filter(({ statusCode }) => statusCode === status);
    const looked = app.statements.filter((name) => name === 'accounts.findCredentialsByEmail').length;
    return { of, looked };
  };
  const here = () => '203.0.113.1';

  test('has two places for an account, and is told when to come back; an unknown address is told the same', async () => {
    const known = await logInAtOnce(10, () => 'ada@example.com', here);
    const unknown = await logInAtOnce(10, () => 'nobody@example.com', here);
    expect([known.of(200).length, known.of(429).length, known.looked]).toEqual([2, 8, 2]);
    expect([unknown.of(401).length, unknown.of(429).length, unknown.looked]).toEqual([2, 8, 2]);
    // When to come back is spread a little, so that not all come at once.
    const refusal = (answers: Response[]) => ({ ...answers[0]?.json(), requestId: '', retryAfterSeconds: 0 });
    expect(known.of(429)[0]?.json().retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(refusal(known.of(429))).toMatchObject({ code: 'too_many_attempts' });
    expect(refusal(known.of(429))).toEqual(refusal(unknown.of(429)));
  });

  test('has a quarter of all places for its network, and others log in meanwhile', async () => {
    const flood = logInAtOnce(20, (index) => `nobody${index}@example.com`, here);
    const other = app.ask('POST', 'log-in', {
      body: { email: 'ada@example.com', password: GOOD_PASSWORD },
      ip: '198.51.100.1',
    });
    const { of, looked } = await flood;
    expect([of(401).length, of(503).length]).toEqual([6, 14]);
    expect(of(503)[0]?.json()).toMatchObject({ code: 'hashing_full' });
    expect((await other).statusCode).toBe(200);
    expect(looked).toBe(7);
  });

  test('has a quarter of all places for an account, from however many networks', async () => {
    const { of } = await logInAtOnce(
      20,
      () => 'ada@example.com',
      (index) => `198.51.100.${index}`,
    );
    expect([of(200).length, of(429).length]).toEqual([6, 14]);
  });

  test('gives its places back', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { of } = await logInAtOnce(2, () => 'ada@example.com', here);
      expect(of(200)).toHaveLength(2);
    }
  });
});
