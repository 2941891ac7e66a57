import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimUnverified, wipeWaysIn } from '../../main/accounts/claim-account.ts';
import type { Query } from '../../main/accounts/open-session.ts';
import { type AccountsApp, createAccountsApp } from '../support/accounts.ts';
import { newPerson } from '../support/passkeys.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await createAccountsApp();
});
afterAll(() => app.close());

const context = { requestId: 'r-1', ip: '203.0.113.7', userAgent: null, caller: null };
const work = { lane: 'critical', deadlineMs: 5_000, name: 'test.claim', origin: {} } as const;
const claim = (userId: string) =>
  app.database.transaction(work, ({ query }) => claimUnverified(query, context, userId));
const unverified = async () => {
  const { user } = await newPerson(app);
  await app.sql(`update aquifer_accounts.users set email_verified_at = null, password_hash = 'x' where id = $1`, [
    user.id,
  ]);
  return user.id;
};
const passwordOf = async (id: string) =>
  (
    await app.sql<{ hash: string | null }>('select password_hash as hash from aquifer_accounts.users where id = $1', [
      id,
    ])
  )[0]?.hash;

/** What belongs to a user and is no way in, or goes with something that is wiped. */
const kept: Record<string, string> = {
  user_roles: 'operators gave them, to whoever has the address',
  social_flows: 'those that link belong to a session, and go with it',
};

test('whatever belongs to a user is wiped, or has a reason to stay', async () => {
  const wiped = new Set<string>();
  const record = async ({ text }: { text: string }) => {
    wiped.add(/delete from aquifer_accounts\.(\w+)/.exec(text)?.[1] ?? text);
    return [];
  };
  await wipeWaysIn(record as unknown as Query, '0191b9a0-0000-7000-8000-000000000000');
  const owned = await app.sql<{ name: string }>(
    `select distinct c.relname::text as name
     from pg_catalog.pg_constraint k
     join pg_catalog.pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and k.confrelid = 'aquifer_accounts.users'::regclass`,
  );
  const undecided = owned.map(({ name }) => name).filter((name) => !wiped.has(name) && !(name in kept));
  expect(undecided).toEqual([]);
});

describe('reg/B3 and the first proof of an address', () => {
  test('reg/B3-first-proof-wins-once: of many at the same moment one claims, and what its owner set up then stays', async () => {
    const id = await unverified();
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(id)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await passwordOf(id)).toBeNull();
    await app.sql(`update aquifer_accounts.users set password_hash = 'its owner’s' where id = $1`, [id]);
    expect(await claim(id)).toBe(false);
    expect(await passwordOf(id)).toBe('its owner’s');
  });

  test('reg/B3-change-of-address-is-wiped: one that a stranger began does not take the account away', async () => {
    const id = await unverified();
    await app.sql(
      `insert into aquifer_accounts.email_changes (id, user_id, new_email, new_email_key, expires_at)
       values (gen_random_uuid(), $1, 'mallory@example.com', 'mallory@example.com', now() + interval '1 day')`,
      [id],
    );
    await claim(id);
    expect(await app.sql('select from aquifer_accounts.email_changes where user_id = $1', [id])).toEqual([]);
  });

  test('is undone as a whole where what it belongs to fails', async () => {
    const id = await unverified();
    const failing = app.database.transaction(work, async ({ query }) => {
      await claimUnverified(query, context, id);
      throw new Error('after all');
    });
    await expect(failing).rejects.toThrow('after all');
    expect(await passwordOf(id)).toBe('x');
  });
});
