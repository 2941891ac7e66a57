import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { User } from '../../main/accounts/schema.ts';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD, OTHER_PASSWORD } from '../support/accounts.ts';
import { newPerson } from '../support/people.ts';

let app: AccountsApp;
let operator: { user: User; token: string };
beforeAll(async () => {
  app = await createAccountsApp();
  operator = await app.operator();
});
afterAll(() => app.close());

const ask: AccountsApp['ask'] = (method, path, more = {}) => app.ask(method, path, { token: operator.token, ...more });
const create = (body: object) => ask('POST', 'users', { body });

describe('who may', () => {
  const endpoints = [
    ['GET', 'users'],
    ['POST', 'users'],
    ['GET', 'users/00000000-0000-7000-8000-000000000000'],
    ['PATCH', 'users/00000000-0000-7000-8000-000000000000'],
    ['GET', 'users/00000000-0000-7000-8000-000000000000/sessions'],
    ['DELETE', 'users/00000000-0000-7000-8000-000000000000/sessions'],
    ['GET', 'all-sessions'],
    ['GET', 'mailbox'],
    ['GET', 'mailbox/00000000-0000-7000-8000-000000000000'],
    ['DELETE', 'mailbox'],
  ] as const;

  test.each(endpoints)('401 without a session, 403 for a user: %s %s', async (method, path) => {
    expect((await app.ask(method, path)).statusCode).toBe(401);
    const email = `${method}-${path.replaceAll(/\W/g, '')}@example.com`.toLowerCase();
    await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
    const token = await app.logIn(email);
    expect((await app.ask(method, path, { token })).json().code).toBe('operator_only');
  });
});

describe('creating', () => {
  test('201 with a password: the user can log in', async () => {
    const answer = await create({ email: 'Made@Example.com', password: GOOD_PASSWORD, name: 'M', role: 'user' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().user).toMatchObject({ email: 'Made@example.com', emailVerified: true, role: 'user' });
    await app.logIn('made@example.com');
  });

  test('201 without one: a mail invites, its link sets the password and verifies the address', async () => {
    const { user } = (await create({ email: 'guest@example.com', role: 'operator' })).json();
    expect(user.emailVerified).toBe(false);
    const token = await app.linkTokenFor('guest@example.com');
    expect((await app.mailsTo('guest@example.com'))[0]?.template).toBe('invitation');
    const answers = await Promise.all(
      Array.from({ length: 16 }, () =>
        app.ask('POST', 'password/reset', { body: { token, newPassword: OTHER_PASSWORD } }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, ...Array(15).fill(400)]);
    await app.logIn('guest@example.com', OTHER_PASSWORD);
    expect((await ask('GET', `users/${user.id}`)).json().user.emailVerified).toBe(true);
  });

  test('409 when the address is taken, 422 for a poor password, 400 for rubbish', async () => {
    expect((await create({ email: 'MADE@example.com', password: GOOD_PASSWORD, role: 'user' })).statusCode).toBe(409);
    expect((await create({ email: 'x@example.com', password: 'short', role: 'user' })).statusCode).toBe(422);
    expect((await create({ email: 'x@example.com', role: 'king' })).statusCode).toBe(400);
    expect((await create({ email: 'x@example.com', role: 'user', emailVerified: true })).statusCode).toBe(400);
  });
});

describe('finding', () => {
  test('pages from new to old hold everyone once', async () => {
    for (let index = 0; index < 7; index += 1) {
      await app.accounts.createUser({ email: `page${index}@example.com`, role: 'user' });
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = (await ask('GET', `users?limit=3${query}`)).json();
      expect(page.users.length).toBeLessThanOrEqual(3);
      seen.push(...page.users.map(({ id }: User) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const all = await app.sql<{ id: string }>('select id from aquifer_accounts.users order by id desc');
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  test('search finds by the beginning of the address, in pages, whatever the case', async () => {
    const first = (await ask('GET', 'users?limit=4&search=PAGE')).json();
    const second = (await ask('GET', `users?limit=4&search=page&cursor=${first.nextCursor}`)).json();
    const emails = [...first.users, ...second.users].map(({ email }: User) => email);
    expect(emails).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `page${index}@example.com`));
    expect(second.nextCursor).toBeNull();
    expect((await ask('GET', 'users?search=%25')).json().users).toEqual([]);
    expect((await ask('GET', 'users?search=%00')).statusCode).toBe(200);
  });

  test.each(['nonsense', 'aWQ6eA', 'ZW1haWw6eA'])('400 for the cursor %s', async (cursor) => {
    expect((await ask('GET', `users?cursor=${cursor}`)).json().code).toBe('invalid_cursor');
  });

  test('400 for a limit out of bounds, 404 for nobody, 400 for an id that is none', async () => {
    expect((await ask('GET', 'users?limit=101')).statusCode).toBe(400);
    expect((await ask('GET', 'users?limit=0')).statusCode).toBe(400);
    expect((await ask('GET', 'users/00000000-0000-7000-8000-000000000000')).json().code).toBe('user_not_found');
    expect((await ask('GET', 'users/me')).statusCode).toBe(400);
  });

  test('no answer holds a hash', async () => {
    const bodies = [await ask('GET', 'users'), await ask('GET', 'all-sessions'), await ask('GET', 'me')];
    for (const { body } of bodies) expect(body).not.toMatch(/argon2|hash|version/i);
  });
});

describe('changing', () => {
  test('role and name, and nothing else', async () => {
    const { user } = (await create({ email: 'change@example.com', password: GOOD_PASSWORD, role: 'user' })).json();
    const change = (body: object) => ask('PATCH', `users/${user.id}`, { body });
    expect((await change({ role: 'operator' })).json().user.role).toBe('operator');
    expect((await change({ name: 'Grace' })).json().user).toMatchObject({ name: 'Grace', role: 'operator' });
    expect((await change({ name: null })).json().user.name).toBeNull();
    expect((await change({ role: 'user' })).json().user.role).toBe('user');
    expect((await change({})).statusCode).toBe(400);
    expect((await change({ email: 'other@example.com' })).statusCode).toBe(400);
  });

  test('a role taken away is gone with the next request, and so is the session', async () => {
    const { user } = (await create({ email: 'demoted@example.com', password: GOOD_PASSWORD, role: 'operator' })).json();
    const token = await app.logIn('demoted@example.com');
    expect((await app.ask('GET', 'users', { token })).statusCode).toBe(200);
    await ask('PATCH', `users/${user.id}`, { body: { role: 'user' } });
    expect((await app.ask('GET', 'users', { token })).statusCode).toBe(401);
    const next = await app.logIn('demoted@example.com');
    expect((await app.ask('GET', 'users', { token: next })).statusCode).toBe(403);
  });

  test('disabling ends a change of address that waits for its new mailbox, also for when he is enabled again', async () => {
    const person = await newPerson(app);
    const elsewhere = `elsewhere-${person.email}`;
    await app.ask('POST', 'email', { token: person.token, body: { newEmail: elsewhere } });
    const link = await app.linkTokenFor(elsewhere);
    for (const disabled of [true, false]) await ask('PATCH', `users/${person.id}`, { body: { disabled } });
    expect((await app.ask('POST', 'email/confirm', { body: { token: link } })).json().code).toBe('invalid_link');
  });

  test('ends and lists the sessions of a user', async () => {
    const { user } = (await create({ email: 'busy@example.com', password: GOOD_PASSWORD, role: 'user' })).json();
    const token = await app.logIn('busy@example.com');
    await app.logIn('busy@example.com');
    const { sessions } = (await ask('GET', `users/${user.id}/sessions`)).json();
    expect(sessions.map(({ current }: { current: boolean }) => current)).toEqual([false, false]);
    expect((await ask('DELETE', `users/${user.id}/sessions`)).json()).toEqual({ revoked: 2 });
    expect((await app.ask('GET', 'me', { token })).statusCode).toBe(401);
    const nobody = 'users/00000000-0000-7000-8000-000000000000/sessions';
    expect((await ask('GET', nobody)).statusCode).toBe(404);
    expect((await ask('DELETE', nobody)).statusCode).toBe(404);
  });

  test('everybody’s sessions in pages, each with its user', async () => {
    const first = (await ask('GET', 'all-sessions?limit=2')).json();
    expect(first.sessions).toHaveLength(2);
    const second = (await ask('GET', `all-sessions?limit=100&cursor=${first.nextCursor}`)).json();
    const all = [...first.sessions, ...second.sessions];
    const [{ count }] = (await app.sql<{ count: number }>(
      'select count(1)::integer as count from aquifer_accounts.sessions',
    )) as [{ count: number }];
    expect(new Set(all.map(({ id }) => id)).size).toBe(count);
    expect(all.find(({ current }) => current).user).toEqual({ id: operator.user.id, email: operator.user.email });
  });
});

describe('the last operator', () => {
  test('409: he can neither be disabled nor demoted, also not by two at the same moment', async () => {
    const alone = await createAccountsApp();
    try {
      const one = await alone.operator();
      const patch = (id: string, body: object) => alone.ask('PATCH', `users/${id}`, { token: one.token, body });
      expect((await patch(one.user.id, { disabled: true })).json().code).toBe('last_operator');
      expect((await patch(one.user.id, { role: 'user' })).json().code).toBe('last_operator');
      await expect(alone.accounts.disableUser(one.user.email)).rejects.toMatchObject({ code: 'last_operator' });
      const two = await alone.accounts.createUser({
        email: 'two@example.com',
        password: GOOD_PASSWORD,
        role: 'operator',
      });
      const twoToken = await alone.logIn('two@example.com');
      const lock = 'select from aquifer_accounts.users order by id for update';
      const answers = await alone.race(lock, [], () => [
        alone.ask('PATCH', `users/${one.user.id}`, { token: twoToken, body: { role: 'user' } }),
        patch(two.id, { disabled: true }),
      ]);
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    } finally {
      await alone.close();
    }
  });
});

describe('counting', () => {
  test('is exact while there are few', async () => {
    const [row] = await app.sql<{ users: number; sessions: number }>(
      `select (select count(1)::integer from aquifer_accounts.users) as users,
              (select count(1)::integer from aquifer_accounts.sessions) as sessions`,
    );
    expect(await app.accounts.countUsers({})).toBe(row?.users);
    expect(await app.accounts.countSessions({})).toBe(row?.sessions);
  });
});

describe('the command line', () => {
  test('makes and disables users', async () => {
    const user = await app.accounts.createUser({ email: 'cli@example.com', password: GOOD_PASSWORD, role: 'user' });
    expect(user.role).toBe('user');
    expect((await app.accounts.disableUser('CLI@example.com')).disabled).toBe(true);
    await expect(app.accounts.disableUser('nobody@example.com')).rejects.toMatchObject({ code: 'user_not_found' });
  });
});

describe('the directory that other features read', () => {
  test('says who there is and who is disabled', async () => {
    const rows = await app.sql<object>(
      `select id, email, disabled from aquifer_accounts.user_directory where email = 'cli@example.com'`,
    );
    expect(rows).toEqual([{ id: expect.any(String), email: 'cli@example.com', disabled: true }]);
  });
});
