import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_PASSKEYS } from '../../../main/accounts/passkeys/add.ts';
import { type AccountsApp, BASE_URL, createAccountsApp, GOOD_PASSWORD } from '../../support/accounts.ts';
import { createSoftwarePasskey, type Deviation } from '../../support/authenticator.ts';
import { addPasskey, logInWith, newPerson as newPersonOf, openSession } from '../../support/passkeys.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

const newPerson = (name?: string) => newPersonOf(app, name);
const withPassword = () => app.signUp(`ada-${randomUUID()}@example.com`);
const begin = async (token: string) =>
  (await app.ask('POST', 'passkeys/registration-options', { token })).json().options;
const list = async (token: string) => (await app.ask('GET', 'passkeys', { token })).json().passkeys;
const factorsOf = async (userId: string) =>
  (await app.sql<{ f: string[] }>('select second_factors as f from aquifer_accounts.users where id = $1', [userId]))[0]
    ?.f;

describe('adding a passkey', () => {
  test('asks for one that logs in by itself, verifies its user and is not there yet', async () => {
    const { user, token } = await newPerson();
    const first = await begin(token);
    expect(first).toMatchObject({
      rp: { id: 'localhost', name: 'Aquifer' },
      user: { name: user.email, displayName: user.email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [],
    });
    expect(Buffer.from(first.user.id, 'base64url').toString('hex')).toBe(user.id.replaceAll('-', ''));
    const own = await addPasskey(app, token);
    expect((await begin(own.token)).excludeCredentials).toMatchObject([{ id: own.passkey.id }]);
  });

  test('is asked for again from then on: the password alone opens nothing, other sessions end, the owner is told', async () => {
    const { user, token } = await withPassword();
    const other = await openSession(app, user.id);
    const own = await addPasskey(app, token, { name: '  Ada’s key ' });
    expect(own.recoveryCodes).toHaveLength(10);
    expect((await app.ask('GET', 'me', { token: other })).statusCode).toBe(401);
    expect((await app.ask('GET', 'me', { token: own.token })).json().session.methods).toContain('passkey');
    const half = await app.ask('POST', 'log-in', { body: { email: user.email, password: GOOD_PASSWORD } });
    expect(half.json()).toMatchObject({ secondFactor: { methods: expect.arrayContaining(['passkey']) } });
    expect(await list(own.token)).toMatchObject([{ name: 'Ada’s key', lastUsedAt: null, transports: ['internal'] }]);
    await app.sendMail();
    const [mail] = await app.mailsTo(user.email);
    expect(mail?.subject).toBe('A passkey was added to Aquifer');
    // Nothing that somebody typed: the name stays out of the mail.
    expect(mail?.text).not.toContain('Ada’s key');
    const noted = await app.sql(
      `select action, actor_id as actor from aquifer_accounts.audit_events where subject_id = $1 and action like 'passkey%'`,
      [user.id],
    );
    expect(noted).toEqual([{ action: 'passkey.added', actor: user.id }]);
  });

  test('a second one gives no new recovery codes', async () => {
    const { token } = await newPerson();
    const first = await addPasskey(app, token);
    const second = await addPasskey(app, first.token);
    expect(second.recoveryCodes).toEqual([]);
    expect(await list(second.token)).toHaveLength(2);
  });

  const wrong: [string, Deviation][] = [
    ['made for another origin', { origin: 'https://evil.example' }],
    ['made for another relying party', { rpId: 'evil.example' }],
    ['that answers another question', { challenge: randomBytes(32).toString('base64url') }],
    ['that is an assertion', { type: 'webauthn.get' }],
    ['without the user’s verification', { isUserVerified: false }],
  ];
  test.each(wrong)('refuses one %s', async (_what, deviation) => {
    const { user, token } = await newPerson();
    const response = createSoftwarePasskey(BASE_URL).register(await begin(token), deviation);
    const answer = await app.ask('POST', 'passkeys', { token, body: { response } });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().code).toBe('passkey_not_added');
    expect(await factorsOf(user.id)).toEqual([]);
  });

  test('refuses an answer whose name is not that of its credential', async () => {
    const { token } = await newPerson();
    const response = createSoftwarePasskey(BASE_URL).register(await begin(token));
    const id = randomBytes(32).toString('base64url');
    const answer = await app.ask('POST', 'passkeys', { token, body: { response: { ...response, id, rawId: id } } });
    expect(answer.json().code).toBe('passkey_not_added');
  });

  test('is done in the session that began it, once', async () => {
    const { user, token } = await newPerson();
    const other = await openSession(app, user.id);
    const [mine, theirs] = [await begin(token), await begin(other)];
    const [a, b] = [createSoftwarePasskey(BASE_URL), createSoftwarePasskey(BASE_URL)];
    const crossed = await app.ask('POST', 'passkeys', { token, body: { response: a.register(theirs) } });
    expect(crossed.json().code).toBe('passkey_not_added');
    const response = b.register(mine);
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => app.ask('POST', 'passkeys', { token, body: { response } })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
  });

  test('refuses a credential that somebody has already, whoever it is', async () => {
    const passkey = createSoftwarePasskey(BASE_URL);
    await addPasskey(app, (await newPerson()).token, { passkey });
    const { user, token } = await newPerson('mallory');
    const response = passkey.register(await begin(token));
    const answer = await app.ask('POST', 'passkeys', { token, body: { response } });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().code).toBe('passkey_known');
    expect(await factorsOf(user.id)).toEqual([]);
  });

  test(`stops at ${MAX_PASSKEYS}, however many come at once`, async () => {
    const { user, token } = await newPerson();
    const own = await addPasskey(app, token);
    await app.sql(
      `insert into aquifer_accounts.passkeys (id, user_id, credential_id, public_key, sign_count, transports, is_backed_up, name)
       select gen_random_uuid(), $1, sha256(gen_random_uuid()::text::bytea), '', 0, '{}', false, 'one more' from generate_series(1, $2) n`,
      [user.id, MAX_PASSKEYS - 2],
    );
    const questions = [];
    for (let n = 0; n < 3; n += 1) questions.push(await begin(own.token));
    const bodies = questions.map((question) => ({ response: createSoftwarePasskey(BASE_URL).register(question) }));
    const answers = await app.race('select from aquifer_accounts.users where id = $1 for update', [user.id], () =>
      bodies.map((body) => app.ask('POST', 'passkeys', { token: own.token, body })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    const counted = await app.sql('select count(1)::integer as n from aquifer_accounts.passkeys where user_id = $1', [
      user.id,
    ]);
    expect(counted).toEqual([{ n: MAX_PASSKEYS }]);
  });

  test('reads nothing of what the authenticator says of its maker: a certificate is not followed', async () => {
    const { token } = await newPerson();
    const passkey = createSoftwarePasskey(BASE_URL, { attestation: 'packed' });
    await addPasskey(app, token, { passkey });
    expect((await logInWith(app, passkey)).statusCode).toBe(200);
  });

  test('asks for a fresh proof of who it is', async () => {
    const { user, token } = await newPerson();
    const options = await begin(token);
    await app.sql(
      `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 hour' where user_id = $1`,
      [user.id],
    );
    const response = createSoftwarePasskey(BASE_URL).register(options);
    for (const answer of [
      await app.ask('POST', 'passkeys/registration-options', { token }),
      await app.ask('POST', 'passkeys', { token, body: { response } }),
      await app.ask('DELETE', `passkeys/${randomUUID()}`, { token }),
    ]) {
      expect(answer.json().code).toBe('step_up_required');
    }
  });

  test('reg/F2-passkey-owner-from-session: the owner of a new one is who asks, whatever the answer of the browser says', async () => {
    const victim = await newPerson();
    const { user, token } = await newPerson('mallory');
    const passkey = createSoftwarePasskey(BASE_URL);
    const question = await begin(token);
    const handle = Buffer.from(victim.user.id.replaceAll('-', ''), 'hex').toString('base64url');
    const response = passkey.register({ ...question, user: { id: handle } });
    const added = await app.ask('POST', 'passkeys', { token, body: { response } });
    expect(added.statusCode).toBe(201);
    expect(await factorsOf(victim.user.id)).toEqual([]);
    expect(await factorsOf(user.id)).toContain('passkey');
    // It names the victim and is not his: neither is logged in.
    expect((await logInWith(app, passkey)).statusCode).toBe(401);
    const body = { response, userId: victim.user.id };
    const asked = await app.ask('POST', 'passkeys', { token: added.json().token, body });
    expect(asked.json().code).toBe('invalid_input');
  });
});
