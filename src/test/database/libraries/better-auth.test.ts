import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useLibraryPool } from '../../support/library-pool.ts';

const library = useLibraryPool();
const open = () =>
  betterAuth({
    ...{ database: library.pool, baseURL: 'http://127.0.0.1:3000', secret: 'for the tests alone, and long enough' },
    emailAndPassword: { enabled: true },
    // Its default takes half a second of a processor for each; what it stores is the same.
    telemetry: { enabled: false },
  });
let auth: ReturnType<typeof open>;
beforeAll(async () => {
  auth = open();
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
});
afterEach(() => library.expectAtRest());

const password = 'a long enough password';
const signUp = (email: string) => auth.api.signUpEmail({ body: { email, password, name: 'Somebody' } });

describe('Better Auth', () => {
  test('makes its tables, signs up, logs in, finds the session and ends it', async () => {
    const { user } = await signUp('first@example.com');
    const { headers } = await auth.api.signInEmail({
      body: { email: 'first@example.com', password },
      returnHeaders: true,
    });
    const cookie = {
      cookie: headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; '),
    };
    expect((await auth.api.getSession({ headers: new Headers(cookie) }))?.user.id).toBe(user.id);
    await auth.api.signOut({ headers: new Headers(cookie) });
    expect(await auth.api.getSession({ headers: new Headers(cookie) })).toBeNull();
  });

  test('refuses a wrong password and an address that is taken, and keeps nothing of either', async () => {
    const count = async () => (await library.pool.query('select count(*)::int as n from "session"')).rows[0].n;
    const before = await count();
    await expect(
      auth.api.signInEmail({ body: { email: 'first@example.com', password: 'a wrong password' } }),
    ).rejects.toMatchObject({ statusCode: 401 });
    await expect(signUp('first@example.com')).rejects.toMatchObject({ statusCode: 422 });
    expect(await count()).toBe(before);
  });

  test('many at once', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, (_, n) => signUp(`many-${n}@example.com`)));
    expect(new Set(made.map(({ user }) => user.id)).size).toBe(12);
    expect(library.pool.totalCount).toBeLessThanOrEqual(5);
  });
});
