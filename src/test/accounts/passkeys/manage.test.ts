import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { addPasskey, logInWith, newPerson as newPersonOf } from '../../support/passkeys.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

const newPerson = (name?: string) => newPersonOf(app, name);
const withPassword = () => app.signUp(`ada-${randomUUID()}@example.com`);
const list = async (token: string) => (await app.ask('GET', 'passkeys', { token })).json().passkeys;
const factorsOf = async (userId: string) =>
  (await app.sql<{ f: string[] }>('select second_factors as f from aquifer_accounts.users where id = $1', [userId]))[0]
    ?.f;

describe('one’s own passkeys', () => {
  test('are renamed; a name that cannot be stored is refused', async () => {
    const { token } = await newPerson();
    const own = await addPasskey(app, token);
    const rename = (name: string) => app.ask('PATCH', `passkeys/${own.id}`, { token: own.token, body: { name } });
    expect((await rename('The blue one')).json().passkey.name).toBe('The blue one');
    expect((await rename('a\u0000b')).json().code).toBe('invalid_name');
    expect(await list(own.token)).toMatchObject([{ name: 'The blue one' }]);
  });

  test('with the last of them the account is as before; the key logs in no more, and its owner is told', async () => {
    const { user, token } = await withPassword();
    const first = await addPasskey(app, token);
    const second = await addPasskey(app, first.token);
    const remove = (id: string) => app.ask('DELETE', `passkeys/${id}`, { token: second.token });
    expect((await remove(first.id)).statusCode).toBe(204);
    expect(await factorsOf(user.id)).toContain('passkey');
    expect((await logInWith(app, first.passkey)).statusCode).toBe(401);
    const { token: other } = (await logInWith(app, second.passkey)).json();
    expect((await remove(second.id)).statusCode).toBe(204);
    expect(await factorsOf(user.id)).toEqual([]);
    expect((await app.ask('GET', 'me', { token: other })).statusCode).toBe(401);
    expect(await app.logIn(user.email)).toBeTypeOf('string');
    await app.sendMail();
    const subjects = (await app.mailsTo(user.email)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject === 'A passkey was removed from Aquifer')).toHaveLength(2);
  });

  test('two removed at the same moment leave no factor behind', async () => {
    const { user, token } = await newPerson();
    const first = await addPasskey(app, token);
    const second = await addPasskey(app, first.token);
    const answers = await app.race('select from aquifer_accounts.users where id = $1 for update', [user.id], () =>
      [first.id, second.id].map((id) => app.ask('DELETE', `passkeys/${id}`, { token: second.token })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204]);
    expect(await factorsOf(user.id)).toEqual([]);
  });

  test('the last factor of somebody who must have one stays', async () => {
    const { user, token } = await newPerson();
    const own = await addPasskey(app, token);
    await app.sql('update aquifer_accounts.users set second_factor_due_at = now() where id = $1', [user.id]);
    const answer = await app.ask('DELETE', `passkeys/${own.id}`, { token: own.token });
    expect(answer.json().code).toBe('last_factor_needed');
    expect(await list(own.token)).toHaveLength(1);
    expect((await logInWith(app, own.passkey)).statusCode).toBe(200);
  });

  test('reg/F2-anothers-passkey-is-not-there: to remove or to rename, exactly as one that nobody has', async () => {
    const own = await addPasskey(app, (await newPerson()).token);
    const theirs = await addPasskey(app, (await newPerson('mallory')).token);
    const { token } = theirs;
    const operator = await app.operator();
    for (const asker of [token, operator.token]) {
      for (const [method, body] of [
        ['DELETE', undefined],
        ['PATCH', { name: 'mine now' }],
      ] as const) {
        const ask = (id: string) => app.ask(method, `passkeys/${id}`, { token: asker, body });
        const [there, nowhere] = [await ask(own.id), await ask(randomUUID())];
        expect(there.statusCode).toBe(404);
        expect(there.json()).toEqual({ ...nowhere.json(), requestId: there.json().requestId });
      }
    }
    expect(await list(own.token)).toMatchObject([{ id: own.id, name: 'Passkey' }]);
    expect(await list(token)).toMatchObject([{ id: theirs.id }]);
    expect((await logInWith(app, own.passkey)).statusCode).toBe(200);
  });
});
