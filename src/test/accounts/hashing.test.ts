import { randomUUID } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPasswordHasher, isOutdated, type PasswordHasher } from '../../main/accounts/hashing/index.ts';
import { systemClock } from '../../main/foundation/clock.ts';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD, OTHER_PASSWORD } from '../support/accounts.ts';

describe('the hasher', () => {
  let hasher: PasswordHasher;
  beforeEach(() => {
    hasher = createPasswordHasher({ threads: 1, queueMax: 3, clock: systemClock });
  });
  afterEach(() => hasher.stop());

  const hash = (password: string, origin = {}) => hasher.withPlace(origin, {}, (place) => place.hash(password));
  const verifyWith = (password: string, stored: string | null) =>
    hasher.withPlace({}, {}, (place) => place.verify(password, stored));

  test('makes argon2id hashes of the stated cost that others can verify', async () => {
    const stored = await hash(GOOD_PASSWORD);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verify(stored, GOOD_PASSWORD)).toBe(true);
    expect([await verifyWith(GOOD_PASSWORD, stored), await verifyWith(OTHER_PASSWORD, stored)]).toEqual([true, false]);
    expect([await hash('a'), await hash('a')].every((one, _, all) => all.indexOf(one) === all.lastIndexOf(one))).toBe(
      true,
    );
  });

  test('verifies against nothing at the same cost, and says no', async () => {
    const stored = await hash(GOOD_PASSWORD);
    const time = async (against: string | null) => {
      const startedAtMs = performance.now();
      await verifyWith(OTHER_PASSWORD, against);
      return performance.now() - startedAtMs;
    };
    expect(await verifyWith('', null)).toBe(false);
    // Hashing comes last at the processor, so that a busy moment can make either slow; without hashing no moment would do.
    await vi.waitFor(
      async () => {
        const known = Math.min(await time(stored), await time(stored), await time(stored));
        const unknown = Math.min(await time(null), await time(null), await time(null));
        expect(unknown).toBeGreaterThan(known / 2);
      },
      { timeout: 8_000 },
    );
  });

  test('503 for those beyond its places, at once and with a time to come back', async () => {
    const startedAtMs = performance.now();
    const results = Array.from({ length: 10 }, () => hash(GOOD_PASSWORD).catch((error: unknown) => error));
    const refusedFirst = await Promise.race(results.slice(4));
    expect(performance.now() - startedAtMs).toBeLessThan(30);
    expect(refusedFirst).toMatchObject({ code: 'hashing_full', kind: 'overloaded', retryAfterSeconds: 1 });
    const settled = await Promise.all(results);
    expect(settled.filter((one) => typeof one === 'string')).toHaveLength(4);
    expect(typeof (await hash(GOOD_PASSWORD))).toBe('string');
  });

  test('says what everybody would be refused with while all places are taken, and never while one is free', async () => {
    const three = [hash('one'), hash('two'), hash('three')];
    expect(hasher.refusal()).toBeNull();
    const fourth = hash('four');
    expect(hasher.refusal()).toMatchObject({ code: 'hashing_full', kind: 'overloaded', retryAfterSeconds: 1 });
    await Promise.race([...three, fourth]);
    expect(hasher.refusal()).toBeNull();
    await Promise.all([...three, fourth]);
  });

  test('refuses nobody at large for the places of one network', async () => {
    const claim = { network: '203.0.113.1' };
    const ofOne = Array.from({ length: 4 }, () =>
      hasher.withPlace({}, claim, (place) => place.hash(GOOD_PASSWORD)).catch((error: unknown) => error),
    );
    expect(hasher.refusal()).toBeNull();
    expect((await Promise.all(ofOne)).filter((one) => typeof one === 'string')).toHaveLength(2);
  });

  test('who goes away leaves the queue, and his place is free', async () => {
    const abort = new AbortController();
    const kept = [hash('one'), hash('two')];
    const left = hash('three', { signal: abort.signal });
    abort.abort();
    await expect(left).rejects.toMatchObject({ code: 'hashing_too_late' });
    const added = [hash('four'), hash('five')];
    expect(await Promise.all([...kept, ...added])).toHaveLength(4);
    await expect(hash('six', { signal: abort.signal })).rejects.toMatchObject({ code: 'hashing_too_late' });
  });

  test('nobody is hashed who has gone', async () => {
    const roomy = createPasswordHasher({ threads: 1, queueMax: 40, clock: systemClock });
    const run = (password: string, origin = {}) => roomy.withPlace(origin, {}, (place) => place.hash(password));
    await run('warm');
    const startedAtMs = performance.now();
    await run('alone');
    const oneMs = performance.now() - startedAtMs;
    const first = run('first');
    const aborts = Array.from({ length: 30 }, () => new AbortController());
    const gone = aborts.map(({ signal }) => run('gone', { signal }).catch(() => 'gone'));
    for (const abort of aborts) abort.abort();
    const queuedAtMs = performance.now();
    await Promise.all([first, run('last'), ...gone]);
    expect(performance.now() - queuedAtMs).toBeLessThan(oneMs * 15);
    await roomy.stop();
  });

  test('whose time is over is not hashed', async () => {
    const first = hash('one');
    const late = hash('two', { deadlineAtMs: performance.now() + 1 });
    await expect(late).rejects.toMatchObject({ code: 'hashing_too_late' });
    await first;
  });

  test('a stop ends the wait of everyone', async () => {
    const waiting = [hash('one'), hash('two'), hash('three')].map((one) => one.catch((error: Error) => error.message));
    await hasher.stop();
    expect(await Promise.all(waiting)).toHaveLength(3);
  });
});

describe('a stored hash', () => {
  test.each([
    ['$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA', false],
    ['$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA', false],
    ['$argon2id$v=19$m=8192,t=2,p=1$c2FsdA$aGFzaA', true],
    ['$argon2id$v=19$m=19456,t=1,p=1$c2FsdA$aGFzaA', true],
    ['$2b$10$abcdefghijklmnopqrstuv', true],
  ])('%s is outdated: %s', (stored, expected) => {
    expect(isOutdated(stored)).toBe(expected);
  });
});

describe('a flood of log-ins', () => {
  let app: AccountsApp;
  let token: string;
  beforeAll(async () => {
    app = await createAccountsApp({ environment: { HASH_THREADS: '2', HASH_QUEUE_MAX: '20' } });
    ({ token } = await app.signUp('ada@example.com'));
  });
  afterAll(() => app.close());

  test('gets 503 with Retry-After for those too many, and a session check stays quick', async () => {
    const flood = Array.from({ length: 120 }, (_, index) =>
      app.ask('POST', 'log-in', {
        body: { email: `nobody${index}@example.com`, password: OTHER_PASSWORD },
        ip: `198.51.100.${index}`,
      }),
    );
    const checks: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const startedAtMs = performance.now();
      expect((await app.ask('GET', 'sessions', { token })).statusCode).toBe(200);
      checks.push(performance.now() - startedAtMs);
      await new Promise((wake) => setTimeout(wake, 10));
    }
    const answers = await Promise.all(flood);
    const refused = answers.filter(({ statusCode }) => statusCode === 503);
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(22);
    expect(refused).toHaveLength(98);
    expect(refused[0]?.json().code).toBe('hashing_full');
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    // Behind the queue it would take as long as all hashes together: half a second and more.
    expect(checks.sort((a, b) => a - b)[10]).toBeLessThan(60);
  });

  test('while all places are taken, those who need one are refused before they are read, and no others', async () => {
    const early = app.accounts.routes.filter((one) => one.refuseEarly);
    expect(early.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/accounts/sign-up',
      'POST /v1/accounts/log-in',
      'POST /v1/accounts/password/reset',
    ]);
    const isFull = () => early[0]?.refuseEarly?.() !== null;
    // A place may be free again before the answers are there: then once more.
    await vi.waitFor(
      async () => {
        const flood = Array.from({ length: 22 }, (_, index) =>
          app.ask('POST', 'log-in', {
            body: { email: `${randomUUID()}@example.com`, password: OTHER_PASSWORD },
            ip: `198.51.101.${index}`,
          }),
        );
        for (let turn = 0; turn < 1_000 && !isFull(); turn += 1) await new Promise((wake) => setImmediate(wake));
        const paths = ['sign-up', 'log-in', 'password/reset', 'password/forgot'];
        const answers = await Promise.all(paths.map((path) => app.ask('POST', path, { body: { nonsense: true } })));
        await Promise.all(flood);
        const codes = answers.map((answer) => answer.json().code);
        expect(codes).toEqual(['hashing_full', 'hashing_full', 'hashing_full', 'invalid_input']);
      },
      { timeout: 10_000 },
    );
  });

  test('those refused did not reach the database', async () => {
    app.statements.length = 0;
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        app.ask('POST', 'log-in', {
          body: { email: `none${index}@example.com`, password: OTHER_PASSWORD },
          ip: `203.0.113.${index}`,
        }),
      ),
    );
    expect(app.statements.filter((name) => name === 'accounts.findCredentialsByEmail')).toHaveLength(22);
  });

  test('no connection is held while passwords wait to be hashed', async () => {
    let answered = 0;
    const logIns = Array.from({ length: 20 }, async (_, index) => {
      const body = { email: `late${index}@example.com`, password: OTHER_PASSWORD };
      await app.ask('POST', 'log-in', { body, ip: `192.0.2.${index}` });
      answered += 1;
    });
    const holdersWhileHashing = async () => {
      await new Promise((wake) => setImmediate(wake));
      return answered < 15 ? app.database.listLeases().length : -1;
    };
    // Everyone has been counted before the first is hashed; then twenty wait for two threads.
    await expect.poll(holdersWhileHashing, { interval: 1 }).toBe(0);
    await Promise.all(logIns);
  });
});
