import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDeviceCookies, DEVICE_COOKIE } from '../../../main/accounts/protection/device-cookie.ts';
import { attempt, rules } from '../../../main/accounts/throttle.ts';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD, OTHER_PASSWORD } from '../../support/accounts.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
  await app.signUp('ada@example.com');
  await app.signUp('bob@example.com');
});
afterAll(() => app.close());

const ask = (
  email: string,
  { device, password = GOOD_PASSWORD, ip = '198.51.100.1', transport = 'cookie' }: Ask = {},
) =>
  app.ask('POST', 'log-in', {
    ...{ body: { email, password, transport }, ip },
    ...(device === undefined ? {} : { headers: { cookie: `${DEVICE_COOKIE}=${device}` } }),
  });

interface Ask {
  device?: string;
  password?: string;
  ip?: string;
  transport?: 'cookie' | 'bearer';
}

type Answer = Awaited<ReturnType<typeof ask>>;
const deviceIn = (answer: Answer) => answer.cookies.find(({ name }) => name === DEVICE_COOKIE);

/** As twenty and more wrong guesses from all over the world leave it. */
async function lock(email: string, rule: (typeof rules)['passwordByAccount'] = rules.passwordByAccount) {
  await app.sql(
    `insert into aquifer_accounts.throttles
       (key, attempts, max_attempts, window_ms, pause_ms, pause_max_ms, counted_since, blocked_until, expires_at)
     values ($1, 30, 20, 86400000, 30000, 3600000, now(), now() + interval '1 hour', now() + interval '1 day')
     on conflict (key) do update set blocked_until = excluded.blocked_until`,
    [attempt(rule, email).key],
  );
}

describe('the cookie', () => {
  test('comes with a log-in by cookie, locked to this host, and not with one by bearer', async () => {
    const cookie = deviceIn(await ask('ada@example.com'));
    expect(cookie).toMatchObject({ path: '/', httpOnly: true, secure: true, sameSite: 'Lax', maxAge: 180 * 86_400 });
    expect(cookie?.domain).toBeUndefined();
    expect(deviceIn(await ask('ada@example.com', { transport: 'bearer' }))).toBeUndefined();
  });

  test('serves up to five accounts of one browser, and forgets the oldest', async () => {
    const devices = createDeviceCookies(async () => Buffer.alloc(32, 7));
    const jar: Record<string, string> = {};
    const reply = { setCookie: (name: string, value: string) => (jar[name] = value) } as never;
    for (const email of ['a', 'b', 'c', 'd', 'e', 'f', 'f']) await devices.remember({ cookies: jar }, reply, email);
    const known = await Promise.all(['a', 'b', 'f', 'g'].map((email) => devices.find({ cookies: jar }, email)));
    expect(known.map((id) => id !== null)).toEqual([false, true, true, false]);
    expect(new Set(known.filter((id) => id !== null)).size).toBe(1);
  });

  test('ends after half a year, and is none where anything in it was changed', async () => {
    const devices = createDeviceCookies(async () => Buffer.alloc(32, 7));
    const others = createDeviceCookies(async () => Buffer.alloc(32, 8));
    const jar: Record<string, string> = {};
    await devices.remember(
      { cookies: jar },
      { setCookie: (name: string, value: string) => (jar[name] = value) } as never,
      'a',
    );
    const value = jar[DEVICE_COOKIE] ?? '';
    const [id = '', mark = ''] = value.split('.');
    const [day = '', tag = ''] = mark.split('-');
    const swap = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    const changed = [
      ...[
        `${swap(id)}.${mark}`,
        `${id}.${day}-${swap(tag)}`,
        `${id}.${Number(day) - 1}-${tag}`,
        `${id}.${mark.slice(1)}`,
      ],
      ...['', id, '.', `${id}.${'x'.repeat(4_000)}`, Array(99).fill(value).join('.')],
    ];
    for (const one of changed) expect(await devices.find({ cookies: { [DEVICE_COOKIE]: one } }, 'a'), one).toBeNull();
    expect(await others.find({ cookies: jar }, 'a')).toBeNull();
    expect(await devices.find({ cookies: jar }, 'a')).toBe(id);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 181 * 86_400_000 });
    expect(await devices.find({ cookies: jar }, 'a')).toBeNull();
    vi.useRealTimers();
  });
});

describe('an account that is guessed at from many networks', () => {
  let device: string;
  beforeEach(async () => {
    device = deviceIn(await ask('ada@example.com', { ip: '192.0.2.1' }))?.value ?? '';
    await lock('ada@example.com');
  });

  test('stays open to its owner where he has been, by network or by device, and to nobody else', async () => {
    const stranger = await ask('ada@example.com', { ip: '198.51.100.50' });
    expect(stranger.json()).toMatchObject({ status: 429, code: 'too_many_attempts' });
    expect((await ask('ada@example.com', { ip: '192.0.2.1' })).statusCode).toBe(200);
    expect((await ask('ada@example.com', { ip: '198.51.100.51', device })).statusCode).toBe(200);
    const ofBob = deviceIn(await ask('bob@example.com'))?.value ?? '';
    expect((await ask('ada@example.com', { ip: '198.51.100.52', device: ofBob })).statusCode).toBe(429);
  });

  test('the device has a budget of its own, which does not reach beyond it', async () => {
    const guess = () => ask('ada@example.com', { ip: '198.51.100.60', device, password: OTHER_PASSWORD });
    const codes: string[] = [];
    for (let count = 0; count < 6; count += 1) codes.push((await guess()).json().code);
    expect(codes).toEqual([...Array(5).fill('invalid_credentials'), 'too_many_attempts']);
    expect((await ask('ada@example.com', { ip: '198.51.100.60', device })).statusCode).toBe(429);
    expect((await ask('ada@example.com', { ip: '192.0.2.1' })).statusCode).toBe(200);
  });

  test('a link by mail is the way out for an owner at a new place', async () => {
    const ip = '198.51.100.70';
    await app.ask('POST', 'password/forgot', { body: { email: 'ada@example.com' }, ip });
    const token = await app.linkTokenFor('ada@example.com');
    const reset = await app.ask('POST', 'password/reset', { body: { token, newPassword: GOOD_PASSWORD }, ip });
    expect(reset.statusCode).toBe(204);
    expect((await ask('ada@example.com', { ip })).statusCode).toBe(200);
  });
});

test('reg/E3-only-what-a-route-knows-of-can-be-part-of-a-count', async () => {
  const body = { email: 'bob@example.com', password: OTHER_PASSWORD };
  for (const more of [{ deviceId: 'a' }, { network: '1.2.3.4' }, { ip: '1.2.3.4' }, { username: 'x' }]) {
    const answer = await app.ask('POST', 'log-in', { body: { ...body, ...more } });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_input' });
  }
  const spellings = ['bob@example.com', 'BOB@example.com', ' bob@EXAMPLE.com ', 'bob@example.com', 'Bob@Example.Com'];
  const codes: string[] = [];
  for (const email of [...spellings, 'bob@example.com']) {
    codes.push((await ask(email, { password: OTHER_PASSWORD, ip: '198.51.100.80' })).json().code);
  }
  expect(codes).toEqual([...Array(5).fill('invalid_credentials'), 'too_many_attempts']);
});

test('reg/E1-guesses-from-one-ipv6-network-share-a-count', async () => {
  const codes: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    const ip = `2001:db8:7:1:${count}::${count}`;
    codes.push((await ask('bob@example.com', { password: OTHER_PASSWORD, ip })).json().code);
  }
  expect(codes).toEqual([...Array(5).fill('invalid_credentials'), 'too_many_attempts']);
});
