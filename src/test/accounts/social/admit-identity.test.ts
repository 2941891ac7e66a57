import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD } from '../../support/accounts.ts';
import { entryFor, plainEntryFor, problemIn, TestBrowser, writeSocialFile } from '../../support/social.ts';
import { startWaywardProvider, type WaywardProvider } from '../../support/wayward-provider.ts';

let first: WaywardProvider;
let second: WaywardProvider;
let app: AccountsApp;

beforeAll(async () => {
  [first, second] = await Promise.all([startWaywardProvider(), startWaywardProvider()]);
  const socialFile = writeSocialFile({
    first: entryFor(first, { name: 'The First' }),
    second: entryFor(second),
    plain: plainEntryFor(first, { issuer: 'https://plain.example' }),
    closed: entryFor(first, { issuer: first.issuer, signUp: false, linkAutomatically: false }),
    off: entryFor(first, { disabled: true }),
  });
  app = await createAccountsApp({
    environment: { AQUIFER_SOCIAL_FILE: socialFile, CORS_ORIGINS: 'https://app.example' },
  });
});

afterAll(async () => {
  await app?.close();
  await Promise.all([first?.close(), second?.close()]);
});

let count = 0;
const newUser = (more: object = {}) => {
  count += 1;
  return { sub: `sub-${count}`, email: `person-${count}@example.com`, email_verified: true, name: 'Ada', ...more };
};

const userOf = async (email: string) =>
  (
    await app.sql<{ id: string; verified: boolean; has_password: boolean; identities: number }>(
      `select u.id, u.email_verified_at is not null as verified, u.password_hash is not null as has_password,
        (select count(1)::integer from aquifer_accounts.social_identities i where i.user_id = u.id) as identities
       from aquifer_accounts.users u where u.email = $1`,
      [email],
    )
  )[0];

const whoIs = async (browser: TestBrowser) => (await browser.ask('GET', '/v1/accounts/me')).json().user;

describe('logging in', () => {
  test('lists what there is, without secrets', async () => {
    const answer = await app.ask('GET', 'social/providers');
    expect(answer.json()).toEqual({
      providers: [
        { id: 'first', name: 'The First' },
        { id: 'second', name: 'Single sign-on' },
        { id: 'plain', name: 'Other site' },
        { id: 'closed', name: 'Single sign-on' },
      ],
    });
  });

  test('asks with PKCE, state and nonce, at an address of the settings alone', async () => {
    const url = new URL(await new TestBrowser(app).start('first'));
    expect(url.origin).toBe(first.issuer);
    const asked = Object.fromEntries(url.searchParams);
    expect(asked).toMatchObject({
      client_id: first.clientId,
      response_type: 'code',
      redirect_uri: 'http://localhost:8400/v1/accounts/social/first/callback',
      scope: 'openid email profile',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
  });

  test('makes an account for a confirmed address, and finds it again by who it is, not by the address', async () => {
    const user = newUser();
    const browser = new TestBrowser(app);
    const answer = await browser.logIn('first', first, user);
    expect(answer.headers.location).toBe('/accounts/');
    expect(await whoIs(browser)).toMatchObject({ email: user.email, emailVerified: true, name: 'Ada', role: 'user' });
    expect(await userOf(user.email)).toMatchObject({ has_password: false, identities: 1 });

    const later = new TestBrowser(app);
    await later.logIn('first', first, { ...user, email: 'elsewhere@example.com' });
    expect(await whoIs(later)).toMatchObject({ email: user.email });
  });

  test('asks a site that signs nothing who it is', async () => {
    const user = newUser();
    const browser = new TestBrowser(app);
    expect(problemIn(await browser.logIn('plain', first, user))).toBeUndefined();
    expect(await whoIs(browser)).toMatchObject({ email: user.email, name: 'Ada' });
  });

  test('goes on to the page that was asked for', async () => {
    const user = newUser();
    for (const next of ['/shop?a=1#b', 'https://app.example/welcome']) {
      const answer = await new TestBrowser(app).logIn('first', first, user, { next });
      expect(answer.headers.location).toBe(next);
    }
  });

  test('asks for the second factor of who has one; no session comes before it', async () => {
    const user = newUser();
    await new TestBrowser(app).logIn('first', first, user);
    await app.sql(`update aquifer_accounts.users set second_factors = '{totp}' where email = $1`, [user.email]);
    const browser = new TestBrowser(app);
    const { location } = (await browser.logIn('first', first, user, { next: '/shop' })).headers;
    expect(location).toMatch(/^\/accounts\/log-in#challenge=[\w-]{43}&methods=totp&expiresAt=[^&]+&next=%2Fshop$/);
    expect(browser.session).toBeUndefined();
  });

  test('says no to who was disabled, and to a site that was switched off', async () => {
    const user = newUser();
    await new TestBrowser(app).logIn('first', first, user);
    await app.sql('update aquifer_accounts.users set disabled_at = now() where email = $1', [user.email]);
    const browser = new TestBrowser(app);
    expect(problemIn(await browser.logIn('first', first, user))).toBe('invalid_credentials');
    expect(browser.session).toBeUndefined();
    expect((await browser.ask('POST', '/v1/accounts/social/off/start', {})).json().code).toBe(
      'social_provider_unknown',
    );
  });

  test('notes what was done and what was refused, in the trail', async () => {
    const user = newUser();
    await new TestBrowser(app).logIn('first', first, user);
    await new TestBrowser(app).logIn('first', first, newUser({ email_verified: false }));
    const rows = await app.sql<{ action: string; outcome: string; details: object }>(
      `select action, outcome, details from aquifer_accounts.audit_events where action like 'social.%' order by id desc limit 2`,
    );
    expect(rows).toEqual([
      {
        action: 'social.log_in_failed',
        outcome: 'refused',
        details: { provider: 'first', code: 'social_address_unverified' },
      },
      { action: 'social.signed_up', outcome: 'done', details: { provider: 'first', instance: null } },
    ]);
  });
});

describe('whose account it is', () => {
  test('an account with the same confirmed address has it linked, and its owner is told', async () => {
    const user = newUser();
    await app.signUp(user.email);
    const browser = new TestBrowser(app);
    expect(problemIn(await browser.logIn('first', first, user))).toBeUndefined();
    expect(await userOf(user.email)).toMatchObject({ has_password: true, identities: 1 });
    await app.sendMail();
    const told = await app.mailsTo(user.email);
    expect(told.map(({ text }) => text).join('\n')).toContain('Another log-in (The First) was linked');
    await app.logIn(user.email);
  });

  test('reg/B2-an-address-that-the-site-has-not-confirmed-links-nothing', async () => {
    const user = newUser();
    await app.signUp(user.email);
    for (const wrong of [false, undefined, 'yes', 0, null, {}, [true]]) {
      const browser = new TestBrowser(app);
      const answer = await browser.logIn('first', first, { ...user, email_verified: wrong as never });
      expect(problemIn(answer)).toBe('social_address_unverified');
      expect(browser.session).toBeUndefined();
    }
    expect(await userOf(user.email)).toMatchObject({ identities: 0 });
  });

  test('says the same of an address that nobody has', async () => {
    const answer = await new TestBrowser(app).logIn('first', first, newUser({ email_verified: false }));
    expect(problemIn(answer)).toBe('social_address_unverified');
    const none = await new TestBrowser(app).logIn('first', first, newUser({ email: undefined }));
    expect(problemIn(none)).toBe('social_address_missing');
  });

  test('reg/B1-an-account-that-nobody-confirmed-is-not-inherited', async () => {
    const user = newUser();
    const attacker = await app.accounts.createUser({ email: user.email, password: GOOD_PASSWORD, role: 'user' });
    await app.sql(
      `insert into aquifer_accounts.social_identities (id, user_id, provider, issuer, subject)
       values (gen_random_uuid(), $1, 'first', $2, 'of the attacker')`,
      [attacker.id, first.issuer],
    );
    await app.sql('update aquifer_accounts.users set email_verified_at = null where id = $1', [attacker.id]);
    const [open] = await app.sql<{ id: string }>(
      `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at)
       values (gen_random_uuid(), $1, 'x', now() + interval '1 day', now() + interval '1 day') returning id`,
      [attacker.id],
    );

    const browser = new TestBrowser(app);
    expect(problemIn(await browser.logIn('first', first, user))).toBeUndefined();
    expect(await userOf(user.email)).toMatchObject({ verified: true, has_password: false, identities: 1 });
    const refused = await app.ask('POST', 'log-in', { body: { email: user.email, password: GOOD_PASSWORD } });
    expect(refused.statusCode).toBe(401);
    expect(await app.sql('select 1 from aquifer_accounts.sessions where id = $1', [open?.id])).toEqual([]);
    const inherited = new TestBrowser(app);
    await inherited.logIn('first', first, {
      sub: 'of the attacker',
      email: 'attacker@example.com',
      email_verified: true,
    });
    expect((await whoIs(inherited))?.email).toBe('attacker@example.com');
  });

  test('reg/B5-a-site-that-may-not-link-or-sign-up-does-neither', async () => {
    const user = newUser();
    expect(problemIn(await new TestBrowser(app).logIn('closed', first, user))).toBe('social_sign_up_closed');
    await app.signUp(user.email);
    expect(problemIn(await new TestBrowser(app).logIn('closed', first, user))).toBe('social_link_first');
    expect(await userOf(user.email)).toMatchObject({ identities: 0 });
  });

  test('reg/B10-the-same-subject-at-another-site-is-somebody-else', async () => {
    const user = newUser();
    await new TestBrowser(app).logIn('first', first, user);
    const other = newUser({ sub: user.sub });
    const browser = new TestBrowser(app);
    await browser.logIn('second', second, other);
    expect(await whoIs(browser)).toMatchObject({ email: other.email });
    const plain = newUser({ sub: user.sub });
    await browser.logIn('plain', first, plain);
    expect(await whoIs(browser)).toMatchObject({ email: plain.email });
  });

  test('reg/A6-sixteen-first-log-ins-at-once-make-one-account', async () => {
    const user = newUser();
    const browsers = Array.from({ length: 16 }, () => new TestBrowser(app));
    const callbacks = await Promise.all(browsers.map(async (one) => first.agree(await one.start('first'), user)));
    const answers = await Promise.all(browsers.map((one, index) => one.comeBack(callbacks[index] as URL)));
    expect(answers.map(problemIn).filter((problem) => problem !== undefined)).toEqual([]);
    expect(await userOf(user.email)).toMatchObject({ identities: 1 });
  });
});
