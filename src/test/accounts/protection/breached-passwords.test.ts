import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AccountsApp, createAccountsApp, GOOD_PASSWORD, OTHER_PASSWORD } from '../../support/accounts.ts';

let app: AccountsApp;
let file: string;
const hash = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-stolen-'));
  file = join(folder, 'stolen.txt');
  await writeFile(file, `${hash('somebody else’s words')}:1\n`);
  app = await createAccountsApp({ environment: { BREACHED_PASSWORDS_FILE: file } });
  return () => rm(folder, { recursive: true });
});
afterAll(() => app.close());

const isToBeChanged = async (token: string) => (await app.ask('GET', 'me', { token })).json().mustChangePassword;

test('a password that is stolen after it was set is said at the next log-in, until there is another', async () => {
  const { token } = await app.signUp('ada@example.com');
  expect(await isToBeChanged(token)).toBe(false);
  // In place, as the file is open.
  await writeFile(file, `${hash(GOOD_PASSWORD)}:1\n`);
  const later = await app.logIn('ada@example.com');
  await expect.poll(() => isToBeChanged(later)).toBe(true);
  const same = { currentPassword: GOOD_PASSWORD, newPassword: GOOD_PASSWORD };
  const refused = await app.ask('POST', 'password/change', { token: later, body: same });
  expect(refused.json()).toMatchObject({ code: 'password_refused' });
  const another = { currentPassword: GOOD_PASSWORD, newPassword: OTHER_PASSWORD };
  const changed = await app.ask('POST', 'password/change', { token: later, body: another });
  expect(changed.statusCode, changed.body).toBe(200);
  expect(await isToBeChanged(changed.json().token)).toBe(false);
});

test('a file that is gone wrong keeps nobody out, and is said', async () => {
  await writeFile(file, 'not a hash, and shorter\n');
  const body = { email: 'bob@example.com', password: 'seven violet lanterns glow' };
  expect((await app.ask('POST', 'sign-up', { body })).statusCode).toBe(202);
  expect(app.log.join('')).toContain('stolen passwords cannot be looked up');
  expect(app.log.join('')).not.toContain('violet lanterns');
});
