import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD, type Response } from '../support/accounts.ts';
import { writePlacesFile } from '../support/places-file.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';
let app: AccountsApp;
let folder: string;
let number = 0;
let email: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'places-'));
  const file = join(folder, 'places.mmdb');
  await writeFile(file, writePlacesFile([{ network: '203.0.113.0/24', city: 'Utrecht', country: 'Netherlands' }]));
  app = await createAccountsApp({ environment: { AQUIFER_PLACES_FILE: file } });
  await app.runService('places');
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await app.sql('delete from aquifer_accounts.throttles');
  number += 1;
  email = `ada${number}@example.com`;
  await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
});

const logIn = (ip: string, cookies?: Record<string, string>, transport = 'cookie'): Promise<Response> =>
  app.ask('POST', 'log-in', {
    ip,
    body: { email, password: GOOD_PASSWORD, transport },
    headers: {
      'user-agent': FIREFOX,
      ...(cookies
        ? {
            cookie: Object.entries(cookies)
              .map(([name, value]) => `${name}=${value}`)
              .join('; '),
          }
        : {}),
    },
  });
const deviceCookies = (response: Response) =>
  Object.fromEntries(
    response.cookies.filter(({ name }) => name.endsWith('_device')).map(({ name, value }) => [name, value]),
  );
/** Who was told of a new device. */
async function noticesTo(address: string) {
  await app.sendMail();
  return (await app.mailsTo(address)).filter(({ template }) => template === 'new_device');
}

describe('a session', () => {
  test('says with what, where and by what proof it was opened', async () => {
    const { session } = (await logIn('203.0.113.7')).json();
    expect(session).toMatchObject({
      device: { browser: 'Firefox', system: 'Linux', kind: 'desktop' },
      place: { city: 'Utrecht', country: 'Netherlands' },
      methods: ['password'],
      isImpersonated: false,
    });
    expect(Math.abs(Date.parse(session.authenticatedAt) - Date.parse(session.createdAt))).toBeLessThan(5_000);
  });

  test('is nowhere where the file knows nothing of the network', async () => {
    expect((await logIn('192.0.2.1')).json().session.place).toBeNull();
  });
});

describe('a log-in from a new device', () => {
  test('the first of all is news to nobody', async () => {
    await logIn('203.0.113.7');
    expect(await noticesTo(email)).toEqual([]);
  });

  test('is told by mail: with what, from where and when, and what to do', async () => {
    await logIn('203.0.113.7');
    await logIn('198.51.100.9');
    const [mail, ...more] = await noticesTo(email);
    expect(more).toEqual([]);
    expect(mail?.text).toContain('Firefox on Linux');
    expect(mail?.text).toContain('198.51.100.9');
    expect(mail?.text).toContain('set a new password');
  });

  test('is none where the network is known', async () => {
    await logIn('203.0.113.7');
    await logIn('203.0.113.7');
    expect(await noticesTo(email)).toEqual([]);
  });

  test('is none where the browser is known, wherever it is today', async () => {
    const cookies = deviceCookies(await logIn('203.0.113.7'));
    expect(Object.keys(cookies)).toHaveLength(1);
    await logIn('198.51.100.9', cookies);
    expect(await noticesTo(email)).toEqual([]);
  });

  test('another’s browser is new to this user', async () => {
    const cookies = deviceCookies(await logIn('203.0.113.7'));
    const before = email;
    email = `other-${before}`;
    await app.accounts.createUser({ email, password: GOOD_PASSWORD, role: 'user' });
    await logIn('192.0.2.1');
    await logIn('198.51.100.9', cookies);
    expect(await noticesTo(email)).toHaveLength(1);
    expect(await noticesTo(before)).toEqual([]);
  });

  test('goes by who has a session, not by networks alone', async () => {
    await logIn('203.0.113.7');
    await app.sql('delete from aquifer_accounts.known_networks');
    await logIn('198.51.100.9');
    expect(await noticesTo(email)).toHaveLength(1);
  });

  test('a wrong password tells nobody', async () => {
    await logIn('203.0.113.7');
    await app.ask('POST', 'log-in', { ip: '198.51.100.9', body: { email, password: 'not the right one at all' } });
    expect(await noticesTo(email)).toEqual([]);
  });

  test('costs the log-in no statement of its own', async () => {
    await logIn('203.0.113.7');
    const countOf = async (ip: string) => {
      app.statements.length = 0;
      await logIn(ip, undefined, 'bearer');
      return [...app.statements].filter((name) => name.startsWith('accounts.')).sort();
    };
    const [known, unknown] = [await countOf('203.0.113.7'), await countOf('198.51.100.9')];
    expect(unknown).toEqual(known);
  });
});
