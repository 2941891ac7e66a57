import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userHandleOf } from '../../../main/accounts/passkeys/verify.ts';
import { createToken } from '../../../main/foundation/tokens.ts';
import {
  type AccountsApp,
  BASE_URL,
  comparable,
  cookieIn,
  createAccountsApp,
  GOOD_PASSWORD,
} from '../../support/accounts.ts';
import { createSoftwarePasskey, type Deviation, type SoftwarePasskey } from '../../support/authenticator.ts';
import { addPasskey, logInWith, newPerson, type OwnPasskey } from '../../support/passkeys.ts';

const EMAIL = 'ada@example.com';
let app: AccountsApp;
let userId: string;
let own: OwnPasskey;
let passkey: SoftwarePasskey;
beforeAll(async () => {
  app = await createAccountsApp();
  const { user, token } = await app.signUp(EMAIL);
  userId = user.id;
  own = await addPasskey(app, token);
  passkey = own.passkey;
});
afterAll(() => app.close());

const options = async () => (await app.ask('POST', 'log-in/passkey/options')).json();
const logIn = (body: unknown) => app.ask('POST', 'log-in/passkey', { body });

test('a passkey alone logs in, with the assurance of two factors and without a word about an address', async () => {
  const answer = await logInWith(app, passkey);
  expect(answer.statusCode).toBe(200);
  const { user, token, session } = answer.json();
  expect(user.id).toBe(userId);
  expect(session.methods).toEqual(['passkey']);
  expect((await app.ask('GET', 'me', { token })).statusCode).toBe(200);
  // Something that asks for a second factor, fresh.
  expect((await app.ask('POST', 'passkeys/registration-options', { token })).statusCode).toBe(200);
});

test('the token is in the cookie where the browser is to keep it', async () => {
  const { options: asked, flow } = await options();
  const answer = await logIn({ flow, response: passkey.answer(asked), transport: 'cookie' });
  expect(answer.json().token).toBeUndefined();
  expect((await app.ask('GET', 'me', { cookie: cookieIn(answer) ?? '' })).statusCode).toBe(200);
});

test('the options name nobody, ask for the user’s verification, and have 256 random bits', async () => {
  const first = await app.ask('POST', 'log-in/passkey/options');
  const second = await app.ask('POST', 'log-in/passkey/options', { token: own.token });
  const { options: asked } = first.json();
  expect(asked).toMatchObject({ rpId: 'localhost', userVerification: 'required', allowCredentials: [] });
  expect(Buffer.from(asked.challenge, 'base64url')).toHaveLength(32);
  expect(second.json().options.challenge).not.toBe(asked.challenge);
  const same = (answer: typeof first) =>
    JSON.stringify(comparable(answer)).replace(/(challenge|flow)\\":\\"[^"]+"/g, '$1');
  expect(same(first)).toBe(same(second));
});

test('what the database keeps answers for nobody: neither the challenge nor the flow is in it', async () => {
  const { options: asked, flow } = await options();
  const rows = await app.sql<{ row: string }>('select c::text as row from aquifer_accounts.passkey_challenges c');
  const all = rows.map(({ row }) => row).join('\n');
  for (const secret of [asked.challenge, flow]) {
    expect(all).not.toContain(secret);
    expect(all).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  }
  expect(all).toContain(createHash('sha256').update(asked.challenge).digest('hex'));
});

describe('an answer that is not quite right is refused, always in the same words', () => {
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const deviations: [string, Deviation][] = [
    ['from another origin', { origin: 'https://evil.example' }],
    ['from a subdomain', { origin: 'http://login.localhost:8400' }],
    ['from another port', { origin: 'http://localhost:8401' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['to a question that nobody asked', { challenge: randomBytes(32).toString('base64url') }],
    ['that was made for a registration', { type: 'webauthn.create' }],
    ['without the user’s verification', { isUserVerified: false }],
    ['without the user’s presence', { isUserPresent: false }],
    ['signed with another key', { key: otherKey }],
    ['that names no user', { userHandle: null }],
    ['that names another user', { userHandle: userHandleOf('0191b9a0-0000-7000-8000-000000000000') }],
  ];

  test.each(deviations)('%s', async (_what, deviation) => {
    const answer = await logInWith(app, passkey, deviation);
    const { status, body } = comparable(answer) as { status: number; body: string };
    expect(status).toBe(401);
    expect(body).toContain('"code":"passkey_refused"');
    expect(body).toContain('The passkey was not accepted. Try once more, or log in another way.');
  });

  test('of a passkey that nobody has', async () => {
    expect(
      (await logInWith(app, createSoftwarePasskey(BASE_URL), { userHandle: userHandleOf(userId) })).json().code,
    ).toBe('passkey_refused');
  });

  test('and the right one is taken all the same afterwards', async () => {
    expect((await logInWith(app, passkey)).statusCode).toBe(200);
  });
});

describe('a question', () => {
  test('reg/A1-passkey-challenge-answered-once: of 16 answers at the same moment one logs in', async () => {
    const { options: asked, flow } = await options();
    // One signature, sent 16 times, and 16 signatures with growing counts: both ways.
    const once = passkey.answer(asked);
    const responses = Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? once : passkey.answer(asked)));
    const answers = await app.race('select from aquifer_accounts.passkey_challenges for update', [], () =>
      responses.map((response) => logIn({ flow, response })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });

  test('is consumed by a wrong answer too', async () => {
    const { options: asked, flow } = await options();
    expect((await logIn({ flow, response: passkey.answer(asked, { isUserVerified: false }) })).statusCode).toBe(401);
    expect((await logIn({ flow, response: passkey.answer(asked) })).statusCode).toBe(401);
  });

  test('is answered by who asked for it only: another flow, or another ceremony, is not that', async () => {
    const { options: asked, flow } = await options();
    const { flow: otherFlow } = await options();
    expect((await logIn({ flow: otherFlow, response: passkey.answer(asked) })).statusCode).toBe(401);
    expect((await logIn({ flow: createToken(), response: passkey.answer(asked) })).statusCode).toBe(401);
    // It was not consumed by strangers.
    expect((await logIn({ flow, response: passkey.answer(asked) })).statusCode).toBe(200);
    const { options: forStepUp } = (await app.ask('POST', 'step-up/passkey-options', { token: own.token })).json();
    expect((await logIn({ flow, response: passkey.answer(forStepUp) })).statusCode).toBe(401);
  });

  test('is too old after five minutes', async () => {
    const { options: asked, flow } = await options();
    const [row] = await app.sql<{ seconds: number }>(
      `select extract(epoch from max(expires_at) - now())::float8 as seconds from aquifer_accounts.passkey_challenges`,
    );
    expect(row?.seconds).toBeGreaterThan(280);
    expect(row?.seconds).toBeLessThanOrEqual(300);
    await app.sql('update aquifer_accounts.passkey_challenges set expires_at = now()');
    expect((await logIn({ flow, response: passkey.answer(asked) })).statusCode).toBe(401);
  });

  test('429 for a network that asks for more than anybody answers; another one is not kept out', async () => {
    const ip = '198.51.100.7';
    const ask = (from: string) => app.ask('POST', 'log-in/passkey/options', { ip: from });
    await ask(ip);
    await app.sql(
      `insert into aquifer_accounts.passkey_challenges (challenge_hash, bound_to, network, expires_at)
       select sha256(n::text::bytea), '', c.network, c.expires_at
       from aquifer_accounts.passkey_challenges c, generate_series(1, 999) n where c.network = $1`,
      [ip],
    );
    const refused = await ask(ip);
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBeDefined();
    expect((await ask('198.51.100.8')).statusCode).toBe(200);
  });
});

describe('the count of a passkey', () => {
  test('that did not grow is refused, though its signature is right; its owner is told, and the trail says so', async () => {
    const { user, token } = await newPerson(app, 'copied');
    const { passkey: copied } = await addPasskey(app, token);
    expect((await logInWith(app, copied, { counter: 40 })).statusCode).toBe(200);
    for (const counter of [39, 40, 0]) expect((await logInWith(app, copied, { counter })).statusCode).toBe(401);
    expect((await logInWith(app, copied, { counter: 41 })).statusCode).toBe(200);
    await app.sendMail();
    const subjects = (await app.mailsTo(user.email)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => /passkey for .* was refused/.test(subject))).toHaveLength(3);
    const noted = await app.sql(
      `select outcome from aquifer_accounts.audit_events where action = 'passkey.copy_suspected' and subject_id = $1`,
      [user.id],
    );
    expect(noted).toEqual(Array(3).fill({ outcome: 'refused' }));
  });

  test('may stay at nothing, as that of a password manager does', async () => {
    const { token } = await newPerson(app, 'manager');
    const { passkey: kept } = await addPasskey(app, token, {
      passkey: createSoftwarePasskey(BASE_URL, { counts: false }),
    });
    for (let time = 0; time < 2; time += 1) expect((await logInWith(app, kept)).statusCode).toBe(200);
    const { passkeys } = (
      await app.ask('GET', 'passkeys', { token: (await logInWith(app, kept)).json().token })
    ).json();
    expect(passkeys[0]).toMatchObject({ isBackedUp: true });
    expect(Date.parse(passkeys[0].lastUsedAt)).toBeGreaterThan(Date.now() - 60_000);
  });
});

test('nobody who is disabled, or whose address waits to be confirmed, is logged in', async () => {
  const { user, token } = await newPerson(app, 'gone');
  const { passkey: theirs } = await addPasskey(app, token);
  await app.sql('update aquifer_accounts.users set email_verified_at = null where id = $1', [user.id]);
  expect((await logInWith(app, theirs)).json().code).toBe('email_not_verified');
  await app.sql('update aquifer_accounts.users set email_verified_at = now(), disabled_at = now() where id = $1', [
    user.id,
  ]);
  expect((await logInWith(app, theirs)).json().code).toBe('passkey_refused');
});

test('as the second factor: a password alone opens nothing, with the passkey it does', async () => {
  const asked = (await app.ask('POST', 'log-in', { body: { email: EMAIL, password: GOOD_PASSWORD } })).json();
  expect(asked.token).toBeUndefined();
  const { challenge, methods } = asked.secondFactor;
  expect(methods).toContain('passkey');
  const begun = await app.ask('POST', 'log-in/second-factor/passkey-options', { body: { challenge } });
  const { options: question } = begun.json();
  expect(question.allowCredentials).toEqual([{ id: passkey.id, type: 'public-key', transports: ['internal'] }]);
  const signed = await app.ask('POST', 'log-in/second-factor', {
    body: { challenge, passkey: passkey.answer(question, { userHandle: null }) },
  });
  expect(signed.json().session.methods).toEqual(['password', 'passkey']);
  const over = await app.ask('POST', 'log-in/second-factor/passkey-options', { body: { challenge } });
  expect(over.json().code).toBe('invalid_challenge');
});

test('as the second factor: another user’s passkey is none', async () => {
  const { token } = await newPerson(app, 'mallory');
  const { passkey: theirs } = await addPasskey(app, token);
  const asked = (await app.ask('POST', 'log-in', { body: { email: EMAIL, password: GOOD_PASSWORD } })).json();
  const { challenge } = asked.secondFactor;
  const { options: question } = (
    await app.ask('POST', 'log-in/second-factor/passkey-options', { body: { challenge } })
  ).json();
  const answer = await app.ask('POST', 'log-in/second-factor', {
    body: { challenge, passkey: theirs.answer(question) },
  });
  expect(answer.json().code).toBe('wrong_second_factor');
  expect(answer.json().token).toBeUndefined();
});

test('as a fresh proof: it raises the session that asked, and no other', async () => {
  const { token } = (await logInWith(app, passkey)).json();
  const { token: other } = (await logInWith(app, passkey)).json();
  await app.sql(
    `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 hour' where user_id = $1`,
    [userId],
  );
  const needsProof = () => app.ask('POST', 'passkeys/registration-options', { token });
  expect((await needsProof()).json().code).toBe('step_up_required');
  const { options: question } = (await app.ask('POST', 'step-up/passkey-options', { token })).json();
  const response = passkey.answer(question);
  expect((await app.ask('POST', 'step-up', { token: other, body: { passkey: response } })).statusCode).toBeGreaterThan(
    400,
  );
  const { options: again } = (await app.ask('POST', 'step-up/passkey-options', { token })).json();
  const raised = await app.ask('POST', 'step-up', { token, body: { passkey: passkey.answer(again) } });
  expect(raised.statusCode).toBe(200);
  const fresh = { token: raised.json().token };
  expect((await app.ask('POST', 'passkeys/registration-options', fresh)).statusCode).toBe(200);
});
