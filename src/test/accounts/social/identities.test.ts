import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { entryFor, problemIn, TestBrowser, writeSocialFile } from '../../support/social.ts';
import { startWaywardProvider, type WaywardProvider } from '../../support/wayward-provider.ts';

let provider: WaywardProvider;
let other: WaywardProvider;
let app: AccountsApp;

beforeAll(async () => {
  [provider, other] = await Promise.all([startWaywardProvider(), startWaywardProvider()]);
  const socialFile = writeSocialFile({ site: entryFor(provider, { name: 'The Site' }), other: entryFor(other) });
  app = await createAccountsApp({ environment: { AQUIFER_SOCIAL_FILE: socialFile } });
});

afterAll(async () => {
  await app?.close();
  await Promise.all([provider?.close(), other?.close()]);
});

let count = 0;
const newUser = (more: object = {}) => {
  count += 1;
  return { sub: `sub-${count}`, email: `person-${count}@example.com`, email_verified: true, ...more };
};

/** Somebody who is logged in by the site and has no password. */
async function newcomer(): Promise<{ browser: TestBrowser; user: ReturnType<typeof newUser>; id: string }> {
  const user = newUser();
  const browser = new TestBrowser(app);
  await browser.logIn('site', provider, user);
  const [row] = await app.sql<{ id: string }>('select id from aquifer_accounts.users where email = $1', [user.email]);
  return { browser, user, id: row?.id ?? '' };
}

const identitiesOf = async (browser: TestBrowser) =>
  (await browser.ask('GET', '/v1/accounts/social/identities')).json().identities as { id: string; provider: string }[];

const unlink = (browser: TestBrowser, id: string) => browser.ask('DELETE', `/v1/accounts/social/identities/${id}`);

describe('linking', () => {
  test('adds an identity to the account that is logged in, whatever its address, and tells the owner', async () => {
    const { browser, user, id } = await newcomer();
    const elsewhere = newUser({ email_verified: false, email: 'other-name@example.com', name: 'Other Name' });
    const url = await browser.link('other', { next: '/accounts/#connected' });
    const back = await browser.comeBack(other.agree(url, elsewhere));
    expect(back.headers.location).toBe('/accounts/#connected');
    expect(await identitiesOf(browser)).toMatchObject([
      { provider: 'site', providerName: 'The Site', email: user.email, hasToken: false },
      { provider: 'other', email: 'other-name@example.com', name: 'Other Name' },
    ]);
    await app.sendMail();
    const told = await app.mailsTo(user.email);
    expect(told.map(({ text }) => text).join('\n')).toContain('was linked to your account');
    const again = new TestBrowser(app);
    expect(problemIn(await again.logIn('other', other, elsewhere))).toBeUndefined();
    expect((await again.ask('GET', '/v1/accounts/me')).json().user.id).toBe(id);
  });

  test('the same once more changes nothing', async () => {
    const { browser, user } = await newcomer();
    const back = await browser.comeBack(provider.agree(await browser.link('site'), user));
    expect(back.headers.location).toBe('/accounts/');
    expect(await identitiesOf(browser)).toHaveLength(1);
  });

  test('reg/B10-an-identity-of-somebody-else-stays-his', async () => {
    const [mine, his] = [await newcomer(), await newcomer()];
    const back = await mine.browser.comeBack(provider.agree(await mine.browser.link('site'), his.user));
    expect(back.headers.location).toBe('/accounts/?problem=social_identity_taken&provider=site');
    expect(await identitiesOf(mine.browser)).toHaveLength(1);
    expect(await identitiesOf(his.browser)).toHaveLength(1);
  });

  test('asks for a session, and for a fresh proof of whose it is', async () => {
    const { browser, id } = await newcomer();
    expect((await app.ask('POST', 'social/site/link', { body: {} })).statusCode).toBe(401);
    await app.sql(
      `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 hour' where user_id = $1`,
      [id],
    );
    expect((await browser.ask('POST', '/v1/accounts/social/site/link', {})).json().code).toBe('step_up_required');
  });

  test('goes to the account that began it, or to none', async () => {
    const { browser } = await newcomer();
    const url = await browser.link('other');
    // An attacker who sends a victim the end of his own linking needs the victim’s browser to have begun it.
    const victim = await newcomer();
    const answer = provider === other ? url : other.agree(url, newUser()).href;
    expect(problemIn(await victim.browser.comeBack(new URL(answer)))).toBe('social_flow_invalid');
    expect(await identitiesOf(victim.browser)).toHaveLength(1);
    // Whoever logged out in between links nothing.
    const late = other.agree(await browser.link('other'), newUser());
    const social = browser.cookies.get('__Host-aquifer_social') ?? '';
    await browser.ask('POST', '/v1/accounts/log-out');
    browser.cookies.set('__Host-aquifer_social', social);
    expect(problemIn(await browser.comeBack(late))).toBe('social_flow_invalid');
  });

  test('of several who link the same identity at once one gets it', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, newcomer));
    const wanted = newUser();
    const callbacks = await Promise.all(
      people.map(async ({ browser }) => other.agree(await browser.link('other'), wanted)),
    );
    const answers = await Promise.all(people.map(({ browser }, index) => browser.comeBack(callbacks[index] as URL)));
    expect(answers.map(problemIn).filter((problem) => problem === undefined)).toHaveLength(1);
    expect(answers.map(problemIn).filter((problem) => problem === 'social_identity_taken')).toHaveLength(3);
  });
});

describe('unlinking', () => {
  test('is refused for the last way to log in, and is not while there is another', async () => {
    const { browser, id } = await newcomer();
    const [only] = await identitiesOf(browser);
    expect((await unlink(browser, only?.id ?? '')).json().code).toBe('last_way_to_log_in');
    for (const other of [`password_hash = 'x'`, `second_factors = '{passkey}'`]) {
      await app.sql(`update aquifer_accounts.users set ${other} where id = $1`, [id]);
      await app.sql(`update aquifer_accounts.sessions set methods = '{social,passkey}' where user_id = $1`, [id]);
      expect((await unlink(browser, only?.id ?? '')).statusCode).toBe(204);
      await app.sql(`update aquifer_accounts.users set password_hash = null, second_factors = '{}' where id = $1`, [
        id,
      ]);
      await app.sql(
        `insert into aquifer_accounts.social_identities (id, user_id, provider, issuer, subject)
         values ($1::uuid, $2, 'site', 'again', $1::uuid::text)`,
        [only?.id, id],
      );
    }
  });

  test('of two at once one stays, as the last way', async () => {
    const { browser } = await newcomer();
    await browser.comeBack(other.agree(await browser.link('other'), newUser()));
    const both = await identitiesOf(browser);
    expect(both).toHaveLength(2);
    const answers = await Promise.all(both.map(({ id }) => unlink(browser, id)));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([204, 409]);
    expect(await identitiesOf(browser)).toHaveLength(1);
  });

  test('an identity at a site that is not there any more is no way to log in', async () => {
    const { browser, id } = await newcomer();
    await app.sql(
      `insert into aquifer_accounts.social_identities (id, user_id, provider, issuer, subject)
       values (gen_random_uuid(), $1::uuid, 'gone', 'https://gone.example', $1::uuid::text)`,
      [id],
    );
    const [first, gone] = await identitiesOf(browser);
    expect((await unlink(browser, first?.provider === 'site' ? first.id : (gone?.id ?? ''))).statusCode).toBe(409);
    const left = (await identitiesOf(browser)).find(({ provider: name }) => name === 'gone');
    expect((await unlink(browser, left?.id ?? '')).statusCode).toBe(204);
  });

  test('another user’s is not there, and a fresh proof is asked for', async () => {
    const [mine, his] = [await newcomer(), await newcomer()];
    const [target] = await identitiesOf(his.browser);
    expect((await unlink(mine.browser, target?.id ?? '')).json().code).toBe('social_identity_not_found');
    await app.sql(
      `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 hour' where user_id = $1`,
      [his.id],
    );
    expect((await unlink(his.browser, target?.id ?? '')).json().code).toBe('step_up_required');
    expect(await identitiesOf(his.browser)).toHaveLength(1);
  });
});
