import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { newPerson, newSession, type Person } from '../../support/people.ts';

let app: AccountsApp;
let operator: Person;
beforeAll(async () => {
  app = await createAccountsApp();
  operator = await newPerson(app, { role: 'operator' });
});
afterAll(() => app.close());

let made = 0;
async function newRole(permissions: string[], more: object = {}): Promise<string> {
  made += 1;
  const name = `role-${made}`;
  const answer = await app.ask('POST', 'roles', { token: operator.token, body: { name, permissions, ...more } });
  expect(answer.statusCode).toBe(201);
  return name;
}

const give = (userId: string, roles: string[], { token } = operator) =>
  app.ask('PUT', `users/${userId}/roles`, { token, body: { roles } });
const codeOf = (answer: Awaited<ReturnType<AccountsApp['ask']>>) => [answer.statusCode, answer.json().code];

async function permissionsOf(userId: string): Promise<string[] | undefined> {
  const [user] = await app.sql<{ permissions: string[] }>(
    'select permissions from aquifer_accounts.users where id = $1',
    [userId],
  );
  return user?.permissions;
}

describe('a role', () => {
  test('is made, shown, changed and deleted', async () => {
    const { token } = operator;
    const body = { name: 'support', permissions: ['audit.read', 'accounts.read'], about: 'Answers the phone.' };
    const created = await app.ask('POST', 'roles', { token, body });
    expect(created.statusCode).toBe(201);
    expect(created.json().role).toMatchObject({
      ...{ name: 'support', permissions: ['accounts.read', 'audit.read'], about: 'Answers the phone.', users: 0 },
      ...{ demandsSecondFactor: false, graceMs: 0 },
    });
    const changed = await app.ask('PUT', 'roles/support', { token, body: { permissions: [], graceMs: 5_000 } });
    expect(changed.json().role).toMatchObject({ permissions: [], graceMs: 5_000, about: null });
    expect((await app.ask('GET', 'roles', { token })).json().roles).toContainEqual(changed.json().role);
    expect((await app.ask('DELETE', 'roles/support', { token })).statusCode).toBe(204);
    expect(codeOf(await app.ask('DELETE', 'roles/support', { token }))).toEqual([404, 'role_not_found']);
  });

  test('is made once, of permissions that exist and that a role can give', async () => {
    const { token } = operator;
    const name = await newRole([]);
    const refused = (body: object) => app.ask('POST', 'roles', { token, body }).then(codeOf);
    expect(await refused({ name, permissions: [] })).toEqual([409, 'role_exists']);
    expect(await refused({ name: 'other', permissions: ['accounts.fly'] })).toEqual([422, 'unknown_permission']);
    // What every user has is no role's to give: it is a scope of keys.
    expect(await refused({ name: 'other', permissions: ['own.accounts.read'] })).toEqual([422, 'unknown_permission']);
    expect(await refused({ name: 'Other', permissions: [] })).toEqual([400, 'invalid_input']);
  });

  test('opens what it names with the next request, and closes it as soon as it is changed or deleted', async () => {
    const name = await newRole(['accounts.read']);
    const user = await newPerson(app);
    expect((await app.ask('GET', 'users', user)).statusCode).toBe(403);
    expect((await give(user.id, [name])).json()).toEqual({ roles: [name], permissions: ['accounts.read'] });
    // His sessions ended with it.
    expect((await app.ask('GET', 'users', user)).statusCode).toBe(401);
    const { token } = await newSession(app, user.id);
    expect((await app.ask('GET', 'users', { token })).statusCode).toBe(200);
    expect(codeOf(await app.ask('POST', 'users', { token, body: { email: 'a@example.com', role: 'user' } }))).toEqual([
      403,
      'operator_only',
    ]);
    await app.ask('PUT', `roles/${name}`, { token: operator.token, body: { permissions: [] } });
    expect((await app.ask('GET', 'users', { token })).statusCode).toBe(403);
    await app.ask('PUT', `roles/${name}`, { token: operator.token, body: { permissions: ['accounts.read'] } });
    expect((await app.ask('GET', 'users', { token })).statusCode).toBe(200);
    await app.ask('DELETE', `roles/${name}`, { token: operator.token });
    expect((await app.ask('GET', 'users', { token })).statusCode).toBe(403);
    expect(await permissionsOf(user.id)).toEqual([]);
  });

  test('adds to other roles, and takes only its own with it', async () => {
    const [one, two] = [await newRole(['accounts.read', 'audit.read']), await newRole(['audit.read', 'roles.read'])];
    const { id } = await newPerson(app);
    await give(id, [one, two]);
    expect(await permissionsOf(id)).toEqual(['accounts.read', 'audit.read', 'roles.read']);
    await give(id, [two]);
    expect(await permissionsOf(id)).toEqual(['audit.read', 'roles.read']);
  });

  test('can demand a second factor, after its grace', async () => {
    const due = async (id: string) =>
      (
        await app.sql<{ inMs: number | null }>(
          `select (extract(epoch from second_factor_due_at - now()) * 1000)::float8 as "inMs"
           from aquifer_accounts.users where id = $1`,
          [id],
        )
      )[0]?.inMs ?? null;
    const later = await newRole([], { demandsSecondFactor: true, graceMs: 3_600_000 });
    const { id } = await newPerson(app);
    await give(id, [later]);
    expect(await due(id)).toBeGreaterThan(3_500_000);
    const now = await newRole([], { demandsSecondFactor: true });
    await give(id, [later, now]);
    const { token } = await newSession(app, id);
    expect(codeOf(await app.ask('GET', 'sessions', { token }))).toEqual([403, 'second_factor_setup_required']);
    await give(id, []);
    expect(await due(id)).toBeNull();
  });

  test('the same roles again end no session', async () => {
    const name = await newRole(['audit.read']);
    const user = await newPerson(app);
    await give(user.id, [name]);
    const { token } = await newSession(app, user.id);
    expect((await give(user.id, [name])).statusCode).toBe(200);
    expect((await app.ask('GET', 'audit', { token })).statusCode).toBe(200);
  });

  test('asks for a fresh proof before anything of it changes', async () => {
    const stale = await newPerson(app, { role: 'operator', isStale: true });
    const ask = (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
      app.ask(method, path, { token: stale.token, ...(body ? { body } : {}) }).then(codeOf);
    expect(await ask('POST', 'roles', { name: 'x', permissions: [] })).toEqual([403, 'step_up_required']);
    expect(await ask('PUT', 'roles/x', { permissions: [] })).toEqual([403, 'step_up_required']);
    expect(await ask('DELETE', 'roles/x')).toEqual([403, 'step_up_required']);
    expect(await ask('PUT', `users/${stale.id}/roles`, { roles: [] })).toEqual([403, 'step_up_required']);
  });

  test('everything of it is in the audit trail', async () => {
    const name = await newRole(['audit.read']);
    const user = await newPerson(app);
    await give(user.id, [name]);
    const { events } = (await app.ask('GET', `audit?user=${user.id}`, operator)).json();
    expect(events[0]).toMatchObject({
      ...{ action: 'user.roles_changed', outcome: 'done' },
      actor: { kind: 'operator', id: operator.id },
      subject: { kind: 'user', id: user.id },
      details: { before: '', after: name },
    });
  });
});

describe('reg/F9-nobody-grants-what-he-does-not-have', () => {
  test('neither by a new role, nor by changing one, nor by giving one, nor by taking one', async () => {
    const mighty = await newRole(['accounts.write']);
    const small = await newRole(['audit.read']);
    const granter = await newPerson(app, { permissions: ['roles.read', 'roles.write', 'audit.read'] });
    const { token } = granter;
    const other = await newPerson(app);
    const refused = [403, 'not_yours_to_grant'];
    const body = (permissions: string[]) => ({ token, body: { permissions } });
    expect(
      codeOf(await app.ask('POST', 'roles', { token, body: { name: 'n', permissions: ['accounts.write'] } })),
    ).toEqual(refused);
    expect(codeOf(await app.ask('PUT', `roles/${small}`, body(['accounts.write'])))).toEqual(refused);
    expect(codeOf(await app.ask('PUT', `roles/${mighty}`, body([])))).toEqual(refused);
    expect(codeOf(await app.ask('DELETE', `roles/${mighty}`, { token }))).toEqual(refused);
    expect(codeOf(await give(other.id, [mighty], granter))).toEqual(refused);
    expect(codeOf(await give(granter.id, [mighty], granter))).toEqual(refused);
    expect((await give(other.id, [small], granter)).statusCode).toBe(200);
    expect(await permissionsOf(other.id)).toEqual(['audit.read']);
  });

  test('nor to somebody who may do more than he', async () => {
    const small = await newRole(['audit.read']);
    const granter = await newPerson(app, { permissions: ['roles.write', 'audit.read'] });
    const above = await newPerson(app, { permissions: ['accounts.write'] });
    for (const target of [above, operator]) {
      expect(codeOf(await give(target.id, [small], granter))).toEqual([403, 'beyond_your_authority']);
    }
  });
});

describe('reg/F5-every-way-to-make-an-operator-asks-for-one', () => {
  test('who may change users makes none, neither of another nor of himself', async () => {
    const clerk = await newPerson(app, { permissions: ['accounts.read', 'accounts.write'] });
    const { token } = clerk;
    const email = `${clerk.id}-new@example.com`;
    const attempts = [
      await app.ask('POST', 'users', { token, body: { email, role: 'operator' } }),
      await app.ask('PATCH', `users/${clerk.id}`, { token, body: { role: 'operator' } }),
      await app.ask('PATCH', `users/${(await newPerson(app)).id}`, { token, body: { role: 'operator' } }),
    ];
    expect(attempts.map(codeOf)).toEqual(attempts.map(() => [403, 'not_yours_to_grant']));
    expect((await app.ask('POST', 'users', { token, body: { email, role: 'user' } })).statusCode).toBe(201);
  });

  test('an operator needs a fresh proof for it', async () => {
    const { token } = await newPerson(app, { role: 'operator', isStale: true });
    const { id } = await newPerson(app);
    const body = { role: 'operator' };
    expect(codeOf(await app.ask('PATCH', `users/${id}`, { token, body }))).toEqual([403, 'step_up_required']);
    expect((await app.ask('PATCH', `users/${id}`, { token, body: { name: 'Ada' } })).statusCode).toBe(200);
  });
});

describe('reg/F8-what-the-console-does-not-offer-the-server-refuses', () => {
  test('whatever is done to an operator, or to who may do more, by who may change users', async () => {
    const permissions = ['accounts.read', 'accounts.write', 'accounts.impersonate', 'roles.write', 'api_keys.write'];
    const { token } = await newPerson(app, { permissions });
    const above = await newPerson(app, { permissions: ['audit.read'] });
    const changes = app.accounts.routes.filter(({ method, path }) => method !== 'GET' && path.includes('/users/:id'));
    expect(changes.length).toBeGreaterThan(3);
    const bodies: Record<string, object> = {
      PATCH: { disabled: true },
      PUT: { roles: [] },
      POST: { reason: 'a look' },
    };
    for (const target of [operator, above]) {
      for (const { method, path } of changes) {
        const body = path.includes('/factors/') ? undefined : bodies[method];
        const url = path.replace('/v1/accounts/', '').replace(':id', target.id);
        const answer = await app.ask(method, url, { token, ...(body ? { body } : {}) });
        const [status, code] = codeOf(answer);
        // The reset of factors has its own word for operators.
        const isRefused = status === 403 && ['beyond_your_authority', 'operator_only'].includes(code as string);
        expect(isRefused, `${method} ${path}: ${answer.body}`).toBe(true);
      }
    }
  });

  test('nobody verifies his own address, or gives himself a role, by saying so', async () => {
    const { token } = await newPerson(app);
    for (const body of [{ emailVerified: true }, { role: 'operator' }, { permissions: ['x.read'] }, { roles: [] }]) {
      expect((await app.ask('PATCH', 'me', { token, body: { name: 'Eve', ...body } })).statusCode).toBe(400);
    }
  });
});

describe('reg/F11-a-policy-is-asked-each-time', () => {
  test('a permission that is taken is gone with the next request, also from a key that had it', async () => {
    const name = await newRole(['audit.read']);
    const { id } = await newPerson(app);
    await give(id, [name]);
    const { token } = await newSession(app, id);
    const made = await app.ask('POST', 'api-keys', { token, body: { name: 'k', scopes: ['audit.read'] } });
    const { key } = made.json();
    expect((await app.ask('GET', 'audit', { token: key })).statusCode).toBe(200);
    await give(id, []);
    expect(codeOf(await app.ask('GET', 'audit', { token: key }))).toEqual([403, 'operator_only']);
  });
});

test('the permissions are those of the routes, each with what it opens', async () => {
  const { token } = await newPerson(app);
  const { permissions } = (await app.ask('GET', 'permissions', { token })).json();
  const byName = new Map(permissions.map((one: { name: string }) => [one.name, one]));
  expect(byName.get('audit.read')).toMatchObject({
    kind: 'everybody',
    routes: expect.arrayContaining(['GET /v1/accounts/audit']),
  });
  expect(byName.get('own.accounts.read')).toMatchObject({ kind: 'own', routes: ['GET /v1/accounts/api-keys/current'] });
  // Links that log in as anybody are in it.
  expect(JSON.stringify(permissions)).not.toContain('mailbox');
  expect(permissions.filter(({ about }: { about: string | null }) => about === null)).toEqual([]);
});
