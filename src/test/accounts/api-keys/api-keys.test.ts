import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createId, createToken, hashToken } from '../../../main/foundation/tokens.ts';
import { permissionOf } from '../../../main/http/index.ts';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { newPerson, newSession, type Person, pathOf } from '../../support/people.ts';

const DAY_MS = 86_400_000;
let app: AccountsApp;
let operator: Person;
let user: Person;
beforeAll(async () => {
  app = await createAccountsApp();
  operator = await newPerson(app, { role: 'operator' });
  user = await newPerson(app);
});
afterAll(() => app.close());

const create = (body: object, { token }: { token: string } = user) =>
  app.ask('POST', 'api-keys', { token, body: { name: 'a program', scopes: ['own.accounts.read'], ...body } });
const codeOf = (answer: Awaited<ReturnType<AccountsApp['ask']>>) => [answer.statusCode, answer.json().code];
const current = (token: string) => app.ask('GET', 'api-keys/current', { token });
async function newKey(owner: Person = user, scopes = ['own.accounts.read']): Promise<{ key: string; id: string }> {
  const answer = await create({ scopes }, owner);
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return { key: answer.json().key, id: answer.json().apiKey.id };
}

describe('making one', () => {
  test('shows the key once, keeps its hash, and lasts 90 days', async () => {
    const answer = await create({ scopes: ['own.accounts.read'] });
    expect(answer.statusCode).toBe(201);
    const { key, apiKey } = answer.json();
    expect(apiKey).toMatchObject({ name: 'a program', hint: key.slice(0, 7), lastUsedAt: null });
    const lifetimeMs = new Date(apiKey.expiresAt).getTime() - new Date(apiKey.createdAt).getTime();
    expect(lifetimeMs / DAY_MS).toBeCloseTo(90, 1);
    const { apiKeys } = (await app.ask('GET', 'api-keys', user)).json();
    expect(apiKeys).toContainEqual(apiKey);
    expect(JSON.stringify(apiKeys)).not.toContain(key);
    const [row] = await app.sql<{ kept: string }>(
      'select row_to_json(k)::text as kept from aquifer_accounts.api_keys k',
    );
    expect(row?.kept).not.toContain(key);
    expect(app.log.join('')).not.toContain(key);
  });

  test('tells its owner by mail and in the audit trail, without the key', async () => {
    const owner = await newPerson(app);
    const { key, id } = await newKey(owner);
    await app.sendMail();
    const [mail] = await app.mailsTo(owner.email);
    expect(mail?.subject).toContain('API key');
    expect(`${mail?.text}${mail?.html}`).not.toContain(key);
    const { events } = (await app.ask('GET', 'me/audit', owner)).json();
    expect(events[0]).toMatchObject({ action: 'api_key.created', details: { key: id, hint: key.slice(0, 7) } });
    expect(JSON.stringify(events)).not.toContain(key);
  });

  test('ends in the future and within a year', async () => {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    for (const ms of [-DAY_MS, -1_000, 366 * DAY_MS, 10_000 * DAY_MS]) {
      expect(codeOf(await create({ expiresAt: at(ms) }))).toEqual([422, 'invalid_expiry']);
    }
    expect((await create({ expiresAt: at(364 * DAY_MS) })).statusCode).toBe(201);
  });

  test('takes scopes that exist, and at least one', async () => {
    expect(codeOf(await create({ scopes: ['own.data.fly'] }))).toEqual([422, 'unknown_permission']);
    expect((await create({ scopes: [] })).statusCode).toBe(400);
    expect((await create({ scopes: ['*'] })).statusCode).toBe(400);
    expect((await create({ name: '   ' })).statusCode).toBe(400);
  });

  test('is nobody’s with more than 50, also of many asked for at once', async () => {
    const { id, token } = await newPerson(app);
    await app.sql(
      `insert into aquifer_accounts.api_keys (id, user_id, name, hint, key_hash, scopes, expires_at)
       select gen_random_uuid(), $1::uuid, 'k', 'aq_', sha256((n || $1::uuid::text)::bytea), '{}', now() + interval '1 day'
       from generate_series(1, 45) n`,
      [id],
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({}, { token })));
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(5);
    expect(codeOf(await create({}, { token }))).toEqual([409, 'too_many_api_keys']);
  });

  test('asks for a fresh proof, and is not done with a key', async () => {
    const stale = await newPerson(app, { isStale: true });
    expect(codeOf(await create({}, stale))).toEqual([403, 'step_up_required']);
    const { key } = await newKey();
    expect(codeOf(await create({}, { token: key }))).toEqual([403, 'api_key_refused']);
  });
});

describe('using one', () => {
  test('it is its owner within its scopes; that it was used is written later', async () => {
    const { key, id } = await newKey();
    const answer = await current(key);
    expect(answer.json().apiKey).toMatchObject({ id, owner: { kind: 'user', id: user.id, email: user.email } });
    await app.runService('session use');
    expect((await current(key)).json().apiKey).toMatchObject({
      lastUsedAt: expect.any(String),
      lastUsedIp: '127.0.0.1',
    });
  });

  test('not in a cookie, not mistyped, not when its time is over', async () => {
    const { key, id } = await newKey();
    expect((await app.ask('GET', 'api-keys/current', { cookie: key })).statusCode).toBe(401);
    expect((await current(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).statusCode).toBe(401);
    await app.sql(`update aquifer_accounts.api_keys set expires_at = now() where id = $1`, [id]);
    expect((await current(key)).statusCode).toBe(401);
  });

  test('a mistyped one costs no look into the database', async () => {
    const before = app.statements.length;
    expect((await current('aq_0000000000000000000000000000000000000000000000000')).statusCode).toBe(401);
    expect(app.statements.slice(before)).toEqual([]);
  });

  test('what it does is noted as the key’s doing, to its owner', async () => {
    const { key, id } = await newKey(operator, ['audit.read']);
    const answer = await app.ask('GET', 'audit/export', { token: key });
    expect(answer.statusCode).toBe(200);
    const { events } = (await app.ask('GET', 'audit?action=audit_trail.exported', operator)).json();
    expect(events[0]).toMatchObject({ actor: { kind: 'api_key', id }, sessionId: null });
  });

  test('who must set up a second factor cannot go on with a key instead', async () => {
    const owner = await newPerson(app);
    const { key } = await newKey(owner);
    await app.sql('update aquifer_accounts.users set second_factor_due_at = now() where id = $1', [owner.id]);
    expect(codeOf(await current(key))).toEqual([403, 'second_factor_setup_required']);
  });
});

describe('ending one', () => {
  test('it is worth nothing from the next request on', async () => {
    const { key, id } = await newKey();
    expect((await app.ask('DELETE', `api-keys/${id}`, user)).statusCode).toBe(204);
    expect((await current(key)).statusCode).toBe(401);
    expect(codeOf(await app.ask('DELETE', `api-keys/${id}`, user))).toEqual([404, 'api_key_not_found']);
  });

  test('operators see and end everybody’s', async () => {
    const owner = await newPerson(app);
    const { key, id } = await newKey(owner);
    const all = (await app.ask('GET', `all-api-keys?user=${owner.id}`, operator)).json();
    expect(all).toMatchObject({ apiKeys: [{ id, owner: { id: owner.id } }], nextCursor: null });
    const page = (await app.ask('GET', 'all-api-keys?limit=1', operator)).json();
    expect(page.nextCursor).toEqual(expect.any(String));
    expect((await app.ask('DELETE', `all-api-keys/${id}`, operator)).statusCode).toBe(204);
    expect((await current(key)).statusCode).toBe(401);
  });

  test('who may end keys ends none of who may do more', async () => {
    const { token } = await newPerson(app, { permissions: ['api_keys.write'] });
    const { id } = await newKey(operator);
    expect(codeOf(await app.ask('DELETE', `all-api-keys/${id}`, { token }))).toEqual([403, 'beyond_your_authority']);
  });

  test('those whose time was over for a month are cleared away', async () => {
    const { id } = await newKey();
    await app.sql(`update aquifer_accounts.api_keys set expires_at = now() - interval '31 days' where id = $1`, [id]);
    await app.runService('accounts cleanup');
    expect(await app.sql('select id from aquifer_accounts.api_keys where id = $1', [id])).toEqual([]);
  });
});

test('reg/D3-a-disabled-user-has-neither-session-nor-key', async () => {
  const person = await newPerson(app);
  const { key } = await newKey(person);
  const patch = (disabled: boolean) =>
    app.ask('PATCH', `users/${person.id}`, { token: operator.token, body: { disabled } });
  expect((await current(key)).statusCode).toBe(200);
  expect((await patch(true)).statusCode).toBe(200);
  expect((await current(key)).statusCode).toBe(401);
  expect((await app.ask('GET', 'me', person)).statusCode).toBe(401);
  // And not again when he is enabled: what was ended stays ended.
  await patch(false);
  expect((await current(key)).statusCode).toBe(401);
  expect((await app.ask('GET', 'me', person)).statusCode).toBe(401);
});

test('reg/D3-a-deleted-user-takes-his-keys-with-him', async () => {
  const person = await newPerson(app);
  const { key } = await newKey(person);
  await app.sql('delete from aquifer_accounts.users where id = $1', [person.id]);
  expect((await current(key)).statusCode).toBe(401);
});

describe('reg/F1-a-key-belongs-to-whoever-is-logged-in', () => {
  test('without a session there is none, whomever the body names', async () => {
    const body = { name: 'k', scopes: ['own.accounts.read'], userId: user.id };
    expect((await app.ask('POST', 'api-keys', { body })).statusCode).toBe(401);
  });

  test('with one, the body cannot name another', async () => {
    for (const more of [{ userId: operator.id }, { owner: { id: operator.id } }, { user_id: operator.id }]) {
      expect((await create(more)).statusCode).toBe(400);
    }
    const { key } = await newKey();
    expect((await current(key)).json().apiKey.owner.id).toBe(user.id);
  });
});

test('reg/F3-a-key-without-an-owner-cannot-be-and-would-be-nobodys', async () => {
  const { key, id } = await newKey();
  const orphan = () => app.sql('update aquifer_accounts.api_keys set user_id = null where id = $1', [id]);
  await expect(orphan()).rejects.toThrow('api_keys_has_one_owner');
  await app.sql('alter table aquifer_accounts.api_keys drop constraint api_keys_has_one_owner');
  await orphan();
  expect((await current(key)).statusCode).toBe(401);
  expect((await app.ask('DELETE', `api-keys/${id}`, user)).statusCode).toBe(404);
  expect((await app.ask('DELETE', `all-api-keys/${id}`, operator)).statusCode).toBe(404);
  await app.sql('delete from aquifer_accounts.api_keys where id = $1', [id]);
  await app.sql(
    'alter table aquifer_accounts.api_keys add constraint api_keys_has_one_owner check (num_nonnulls(user_id) = 1)',
  );
});

test('reg/F4-what-is-acted-on-is-what-was-checked', async () => {
  const other = await newPerson(app);
  const { key, id } = await newKey(other);
  const attempts = [
    await app.ask('DELETE', `api-keys/${id}`, user),
    await app.ask('DELETE', `api-keys/${id}?userId=${other.id}`, user),
    await app.ask('DELETE', `all-api-keys/${id}`, user),
    await app.ask('DELETE', `sessions/${other.sessionId}`, user),
    await app.ask('DELETE', `users/${user.id}/sessions?id=${other.id}`, user),
  ];
  expect(attempts.map(({ statusCode }) => statusCode)).toEqual([404, 404, 403, 404, 403]);
  expect((await current(key)).statusCode).toBe(200);
  expect((await app.ask('GET', 'me', other)).statusCode).toBe(200);
});

test('reg/F6-an-id-of-one-kind-is-none-of-another', async () => {
  const { key, id } = await newKey();
  // A session with the key's id, and a key with the session's: neither stands for the other.
  const token = createToken();
  await app.sql(
    `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at)
     values ($1, $2, $3, now() + interval '1 hour', now() + interval '1 hour')`,
    [id, operator.id, hashToken(token)],
  );
  expect((await app.ask('GET', 'sessions', { token: key })).statusCode).toBe(403);
  expect((await app.ask('DELETE', `sessions/${id}`, user)).statusCode).toBe(404);
  expect((await app.ask('DELETE', `api-keys/${id}`, { token })).statusCode).toBe(404);
  expect((await current(key)).json().apiKey.owner.id).toBe(user.id);
  // A session's token by the name of a key, and a key's text as a session's.
  expect((await current(`aq_${createToken()}`)).statusCode).toBe(401);
  await app.sql('update aquifer_accounts.sessions set token_hash = $2 where id = $1', [id, hashToken(key)]);
  expect((await app.ask('GET', 'users', { token: key })).statusCode).toBe(403);
  expect((await app.ask('GET', 'me', { cookie: key })).statusCode).toBe(401);
  expect((await current(createId())).statusCode).toBe(401);
});

describe('reg/F10-a-key-that-only-reads', () => {
  test('writes nothing, whichever route it tries: all of them, as an operator’s key', async () => {
    const names = app.accounts.routes.flatMap((one) => (one.access === 'public' ? [] : [permissionOf(one)]));
    const scopes = [...new Set(names)].filter((name): name is string => name?.endsWith('.read') === true);
    const { key } = await newKey(operator, scopes);
    expect((await app.ask('GET', 'users', { token: key })).statusCode).toBe(200);
    const { id } = await newPerson(app);
    let tried = 0;
    for (const { access, method, path } of app.accounts.routes) {
      if (access === 'public' || method === 'GET') continue;
      const answer = await app.ask(method, pathOf(path, id).replace('/v1/accounts/', ''), { token: key });
      expect([method, path, answer.statusCode]).toEqual([method, path, 403]);
      expect(['api_key_refused', 'scope_missing']).toContain(answer.json().code);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(20);
  });

  test('reads no links that log in as anybody', async () => {
    const { key } = await newKey(operator, ['accounts.read', 'audit.read']);
    expect(codeOf(await app.ask('GET', 'mailbox', { token: key }))).toEqual([403, 'api_key_refused']);
    const { token } = await newPerson(app, { permissions: ['accounts.read', 'accounts.write', 'mailbox.read'] });
    expect(codeOf(await app.ask('GET', 'mailbox', { token }))).toEqual([403, 'operator_only']);
  });

  test('an operator’s key that may change users makes no operator and touches none', async () => {
    const { key } = await newKey(operator, ['accounts.write']);
    const { id } = await newPerson(app);
    const ask = (path: string, body: object) => app.ask('PATCH', path, { token: key, body });
    expect(codeOf(await ask(`users/${id}`, { role: 'operator' }))).toEqual([403, 'not_yours_to_grant']);
    expect(codeOf(await ask(`users/${operator.id}`, { disabled: true }))).toEqual([403, 'beyond_your_authority']);
    expect((await ask(`users/${id}`, { name: 'Ada' })).statusCode).toBe(200);
  });

  test('a user’s key has no scope that he has not himself', async () => {
    const { token } = await newSession(app, user.id);
    expect(codeOf(await create({ scopes: ['accounts.read'] }, { token }))).toEqual([403, 'not_yours_to_grant']);
  });
});
