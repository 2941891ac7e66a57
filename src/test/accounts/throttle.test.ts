import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Attempt, attempt, createThrottle, rules, type Throttle } from '../../main/accounts/throttle.ts';
import { type AccountsApp, createAccountsApp } from '../support/accounts.ts';

let app: AccountsApp;
let throttle: Throttle;
/** Moves on with every look, so that nothing is remembered and every question reaches the database. */
let nowMs = 0;
const clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => {
    nowMs += 10_000;
    return nowMs;
  },
};
beforeAll(async () => {
  app = await createAccountsApp();
  throttle = createThrottle(app.database, clock);
});
afterAll(() => app.close());
beforeEach(() => app.sql('delete from aquifer_accounts.throttles').then(() => undefined));

const narrow = attempt(rules.passwordByAccountAndNetwork, 'ada', 'here');
const wide = attempt(rules.passwordByAccount, 'ada');
const take = (attempts: Attempt[]) =>
  throttle.take(attempts, {}).then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );
const count = async ({ key }: Attempt) =>
  (await app.sql<{ n: number }>('select attempts as n from aquifer_accounts.throttles where key = $1', [key]))[0]?.n;

describe('attempts', () => {
  test('of 40 that wait for one count, exactly as many go on as were left', async () => {
    expect(await take([narrow])).toBe('taken');
    const lock = 'select from aquifer_accounts.throttles for update';
    const results = await app.race(lock, [], () => Array.from({ length: 40 }, () => take([narrow])));
    expect(results.filter((one) => one === 'taken')).toHaveLength(4);
    expect(await count(narrow)).toBe(5);
  });

  test('knocking at a closed door counts nowhere else', async () => {
    for (let round = 0; round < 5; round += 1) await take([narrow, wide]);
    for (let round = 0; round < 10; round += 1) expect(await take([narrow, wide])).toBe('too_many_attempts');
    expect([await count(narrow), await count(wide)]).toEqual([5, 5]);
  });

  test('in any order and at once, callers do not deadlock', async () => {
    const keys = Array.from({ length: 8 }, (_, index) => attempt(rules.tokenByNetwork, `net ${index}`));
    const rotated = (index: number) => [...keys.slice(index % 8), ...keys.slice(0, index % 8)];
    const results = await Promise.all(Array.from({ length: 40 }, (_, index) => take(rotated(index))));
    expect(new Set(results)).toEqual(new Set(['taken']));
    expect(await count(keys[0] as Attempt)).toBe(40);
  });

  test('forgiven, one is cleared and the other given back', async () => {
    for (let round = 0; round < 5; round += 1) await take([narrow, wide]);
    expect(await take([narrow])).toBe('too_many_attempts');
    await throttle.forgive({ cleared: [narrow], refunded: [wide] }, {});
    expect([await count(narrow), await count(wide)]).toEqual([0, 4]);
    expect(await take([narrow, wide])).toBe('taken');
  });

  test('one that was given back and filled the count opens it again', async () => {
    for (let round = 0; round < 5; round += 1) await take([narrow]);
    await throttle.forgive({ cleared: [], refunded: [narrow] }, {});
    expect(await take([narrow])).toBe('taken');
    expect(await take([narrow])).toBe('too_many_attempts');
  });

  test('are forgotten when their window is over', async () => {
    for (let round = 0; round < 4; round += 1) await take([narrow]);
    await app.sql(`update aquifer_accounts.throttles set counted_since = now() - interval '25 hours'`);
    await take([narrow]);
    expect(await count(narrow)).toBe(1);
  });

  test('are kept under hashes: no address stands in the table', async () => {
    await take([attempt(rules.passwordByAccount, 'ada@example.com')]);
    const rows = await app.sql<{ text: string }>('select t::text as text from aquifer_accounts.throttles t');
    expect(rows[0]?.text).not.toContain('ada');
    expect(rows[0]?.text).not.toContain(Buffer.from('ada').toString('hex'));
  });
});
