/** People who are logged in and have no password: nothing is hashed, which is what takes time. */

import { createId, createToken, hashToken } from '../../main/foundation/tokens.ts';
import type { AccountsApp } from './accounts.ts';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly sessionId: string;
}

export interface Standing {
  readonly role?: 'user' | 'operator';
  /** As if roles gave them. */
  readonly permissions?: readonly string[];
  /** The session is no fresh proof any more. */
  readonly isStale?: boolean;
}

/** Another at each call. */
export async function newPerson(
  app: Pick<AccountsApp, 'sql'>,
  { role = 'user', permissions = [], isStale = false }: Standing = {},
): Promise<Person> {
  const id = createId();
  const email = `${id}@example.com`;
  await app.sql(
    `insert into aquifer_accounts.users (id, email, email_key, email_verified_at, role, permissions)
     values ($1, $2, $2, now(), $3, $4)`,
    [id, email, role, permissions],
  );
  const { token, sessionId } = await newSession(app, id, isStale);
  return { id, email, token, sessionId };
}

export async function newSession(
  app: Pick<AccountsApp, 'sql'>,
  userId: string,
  isStale = false,
): Promise<{ token: string; sessionId: string }> {
  const [sessionId, token] = [createId(), createToken()];
  await app.sql(
    `insert into aquifer_accounts.sessions
       (id, user_id, token_hash, expires_at, lifetime_ends_at, authenticated_at)
     values ($1, $2, $3, now() + interval '1 day', now() + interval '1 day', now() - $4 * interval '1 hour')`,
    [sessionId, userId, hashToken(token), isStale ? 1 : 0],
  );
  return { token, sessionId };
}

/** Fills the parameters of a route's path. */
export function pathOf(path: string, id: string): string {
  return path.replaceAll(/:\w+/g, id);
}
