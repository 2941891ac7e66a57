import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { type SeededUser, seedSession, seedUser } from '../../support/seeded-user.ts';

/** Who was erased, in order; and what to throw at the next time. */
const erased: string[] = [];
let fault: Error | undefined;
/** Whose records are at fault; everybody's when left out. */
let faultOf: string | undefined;
let app: AccountsApp;
let number = 0;
let user: SeededUser;
beforeAll(async () => {
  const ownRecords = {
    async *read() {},
    async erase(ownerId: string) {
      erased.push(ownerId);
      if (fault && (faultOf === undefined || faultOf === ownerId)) throw fault;
      return 1;
    },
  };
  app = await createAccountsApp({ ownRecords });
});
afterAll(() => app.close());
beforeEach(async () => {
  number += 1;
  erased.length = 0;
  fault = undefined;
  faultOf = undefined;
  user = await seedUser(app, `ada${number}@example.com`);
});

const remove = (by: SeededUser, email = by.email, cookie?: string) =>
  app.ask('DELETE', 'me', { body: { email }, ...(cookie === undefined ? { token: by.token } : { cookie }) });
const countOf = async (table: string, column: string, value: string) =>
  (
    await app.sql<{ n: number }>(`select count(*)::int as n from aquifer_accounts.${table} where ${column} = $1`, [
      value,
    ])
  )[0]?.n;

describe('deleting one’s own account', () => {
  test('takes the user and everything that refers to him, and his records', async () => {
    await app.sql(`insert into aquifer_accounts.known_networks (user_id, network) values ($1, '192.0.2.1')`, [user.id]);
    await app.ask('POST', 'email', { token: user.token, body: { newEmail: `new${number}@example.org` } });
    expect((await remove(user)).statusCode).toBe(204);
    const references = await app.sql<{ table_name: string; column_name: string }>(
      `select c.conrelid::regclass::text as table_name, a.attname as column_name
       from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       where c.contype = 'f' and c.confrelid = 'aquifer_accounts.users'::regclass`,
    );
    expect(references.length).toBeGreaterThan(8);
    for (const { table_name, column_name } of references) {
      expect({
        table_name,
        n: await countOf(table_name.replace('aquifer_accounts.', ''), column_name, user.id),
      }).toEqual({
        table_name,
        n: 0,
      });
    }
    expect(await countOf('users', 'id', user.id)).toBe(0);
    expect(erased).toEqual([user.id]);
  });

  test('asks for the address and for a fresh proof', async () => {
    const other = await remove(user, 'somebody@example.com');
    expect({ status: other.statusCode, code: other.json().code }).toEqual({ status: 422, code: 'email_mismatch' });
    await app.sql(
      `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 day' where user_id = $1`,
      [user.id],
    );
    expect((await remove(user)).json().code).toBe('step_up_required');
    expect(await countOf('users', 'id', user.id)).toBe(1);
    expect(erased).toEqual([]);
  });

  test('takes the address however it is written', async () => {
    expect((await remove(user, ` ${user.email.toUpperCase()} `)).statusCode).toBe(204);
  });

  test('says so by mail, and leaves only ids in the trail', async () => {
    await remove(user);
    await app.sendMail();
    expect((await app.mailsTo(user.email)).map(({ template }) => template)).toEqual(['account_deleted']);
    const [event] = await app.sql<{ details: object; actor_id: string }>(
      `select details, actor_id from aquifer_accounts.audit_events where action = 'user.deleted' and subject_id = $1`,
      [user.id],
    );
    expect(event).toEqual({ details: {}, actor_id: user.id });
  });

  test('clears the cookie it came with', async () => {
    const answer = await remove(user, user.email, user.token);
    expect(answer.cookies.find(({ name }) => name.endsWith('_session'))?.value).toBe('');
  });

  test('reg/D4-sessions-end-with-the-user: every session of his is worth nothing from the next request on', async () => {
    const others = [await seedSession(app, user.id), await seedSession(app, user.id)];
    await remove(user);
    for (const { token } of [user, ...others]) {
      expect((await app.ask('GET', 'me', { token })).statusCode).toBe(401);
    }
  });

  test('of 16 at once one deletes, and nobody gets a fault', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => remove(user)));
    const codes = answers.map(({ statusCode }) => statusCode).sort();
    expect(codes).toEqual([204, ...Array(15).fill(401)]);
  });
});

describe('operators', () => {
  test('the last one stays', async () => {
    const first = await seedUser(app, `first${number}@example.com`, 'operator');
    const second = await seedUser(app, `second${number}@example.com`, 'operator');
    const answers = await app.race(`select from aquifer_accounts.users where role = 'operator' for update`, [], () => [
      remove(first),
      remove(second),
    ]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409]);
    expect(answers.find(({ statusCode }) => statusCode === 409)?.json().code).toBe('last_operator');
    expect(await countOf('users', 'role', 'operator')).toBe(1);
    await app.sql(`update aquifer_accounts.users set role = 'user' where role = 'operator'`);
  });
});

describe('records', () => {
  test('that could not go at once go later; the user is gone meanwhile', async () => {
    fault = new Error('the records are busy');
    expect((await remove(user)).statusCode).toBe(204);
    expect(await countOf('users', 'id', user.id)).toBe(0);
    fault = undefined;
    // A request of his may still be under way: not before the last of them is over.
    await app.runService('erasures');
    expect(erased).toEqual([user.id]);
    await app.sql(`update aquifer_accounts.erasures set requested_at = now() - interval '4 minutes'`);
    await app.runService('erasures');
    expect(erased.filter((id) => id === user.id)).toHaveLength(2);
    expect(await countOf('erasures', 'user_id', user.id)).toBe(0);
    await app.runService('erasures');
    expect(erased.filter((id) => id === user.id)).toHaveLength(2);
  });

  test('that fail in the service keep nobody else’s from going', async () => {
    const other = await seedUser(app, `other${number}@example.com`);
    for (const one of [user, other]) await remove(one);
    await app.sql(`update aquifer_accounts.erasures set requested_at = now() - interval '4 minutes'`);
    [fault, faultOf] = [new Error('too many records'), user.id];
    await expect(app.runService('erasures')).rejects.toThrow('too many records');
    expect(await countOf('erasures', 'user_id', user.id)).toBe(1);
    expect(await countOf('erasures', 'user_id', other.id)).toBe(0);
    fault = undefined;
    await app.runService('erasures');
  });

  test('that fail in the service stay noted', async () => {
    await remove(user);
    await app.sql(`update aquifer_accounts.erasures set requested_at = now() - interval '4 minutes'`);
    fault = new Error('the records are busy');
    await expect(app.runService('erasures')).rejects.toThrow('busy');
    expect(await countOf('erasures', 'user_id', user.id)).toBe(1);
    fault = undefined;
    await app.runService('erasures');
    expect(await countOf('erasures', 'user_id', user.id)).toBe(0);
  });
});
