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
      ...([createId(), user.id, Buffer.alloc(32, 7), 1, 1_000, 1_000, null, null] as const),
    ]);
    const first = await Promise.race([opening, new Promise((wake) => setTimeout(wake, 200, 'waits'))]);
    expect(first).toBe('waits');
    await app.sql('commit');
    expect(await opening).toEqual([]);
  });

  test('no password reaches the log', () => {
    expect(app.log.join('')).not.toContain(GOOD_PASSWORD);
    expect(app.log.join('')).not.toContain(OTHER_PASSWORD);
  });
});

describe('guessing', () => {
  let app: AccountsApp;
  beforeAll(async () => {
    app = await createAccountsApp({ environment: { HASH_QUEUE_MAX: '200' } });
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

  test('of 60 guesses at the same moment from one network, exactly 5 are tried', async () => {
    expect(await guessAtOnce(60, 'burst@example.com', () => '203.0.113.9')).toEqual({ tried: 5, refused: 55 });
  });

  test('429 with Retry-After, even for the right password; for an unknown address just the same', async () => {
    await guessAtOnce(5, 'nobody@example.com', () => '203.0.113.9');
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
    expect(await guessAtOnce(20, 'even@example.com', ipOf)).toEqual({ tried: 5, refused: 15 });
    expect((await guess('even@example.com', '2001:db8:1:3::1')).statusCode).toBe(401);
    expect(await guessAtOnce(5, 'even@example.com', () => '::ffff:203.0.113.77')).toEqual({ tried: 5, refused: 0 });
    expect((await guess('even@example.com', '203.0.113.77')).statusCode).toBe(429);
  });

  test('a right password starts the count of its account and network anew', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await guessAtOnce(4, 'pair@example.com', () => '203.0.113.20')).toEqual({ tried: 4, refused: 0 });
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
    await guessAtOnce(5, 'shared@example.com', () => '203.0.113.40');
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
