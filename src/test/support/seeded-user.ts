/** Users and sessions as rows: where hashing is not what a test is about, it need not wait for it. */

import { createId, createToken, hashToken } from '../../main/foundation/tokens.ts';
import { type AccountsApp, GOOD_PASSWORD } from './accounts.ts';

export interface SeededUser {
  readonly id: string;
  readonly email: string;
  /** Of a session that was opened just now, by password. */
  readonly token: string;
  readonly sessionId: string;
}

const hashes = new WeakMap<AccountsApp, Promise<string>>();

/** A user with `GOOD_PASSWORD` and a session; the password is hashed once for all of them. */
export async function seedUser(
  app: AccountsApp,
  email: string,
  role: 'user' | 'operator' = 'user',
): Promise<SeededUser> {
  if (!hashes.has(app)) hashes.set(app, hashOnce(app));
  const id = createId();
  await app.sql(
    `insert into aquifer_accounts.users (id, email, email_key, email_verified_at, role, password_hash)
     values ($1, $2, lower($2), now(), $3, $4)`,
    [id, email, role, await hashes.get(app)],
  );
  return { id, email, ...(await seedSession(app, id)) };
}

export async function seedSession(app: AccountsApp, userId: string): Promise<{ token: string; sessionId: string }> {
  const [sessionId, token] = [createId(), createToken()];
  await app.sql(
    `insert into aquifer_accounts.sessions (id, user_id, token_hash, expires_at, lifetime_ends_at)
     values ($1, $2, $3, now() + interval '1 hour', now() + interval '1 day')`,
    [sessionId, userId, hashToken(token)],
  );
  return { token, sessionId };
}

async function hashOnce(app: AccountsApp): Promise<string> {
  const { id } = await app.accounts.createUser({ email: 'seed@example.com', password: GOOD_PASSWORD, role: 'user' });
  const [row] = await app.sql<{ hash: string }>(
    'select password_hash as hash from aquifer_accounts.users where id = $1',
    [id],
  );
  return row?.hash ?? '';
}
