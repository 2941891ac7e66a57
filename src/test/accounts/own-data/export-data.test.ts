import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createId } from '../../../main/foundation/tokens.ts';
import { type AccountsApp, createAccountsApp } from '../../support/accounts.ts';
import { type SeededUser, seedUser } from '../../support/seeded-user.ts';

let app: AccountsApp;
let user: SeededUser;
let other: SeededUser;
const pages = [
  { collection: 'notes', records: [{ id: '1', title: 'a "quoted" title' }, { id: '2' }] },
  { collection: 'notes', records: [{ id: '3' }] },
  { collection: 'tasks', records: [{ id: '4' }] },
];
let read: typeof pages = pages;
let failsAfter = Number.POSITIVE_INFINITY;
beforeAll(async () => {
  const ownRecords = {
    async *read() {
      for (const [index, page] of read.entries()) {
        if (index >= failsAfter) throw new Error('the database went away');
        yield page;
      }
    },
    erase: async () => 0,
  };
  app = await createAccountsApp({ ownRecords });
  user = await seedUser(app, 'ada@example.com');
  other = await seedUser(app, 'other@example.com');
});
afterAll(() => app.close());

const take = (token = user.token) => app.ask('GET', 'me/export', { token });
const note = (action: string, actor: string, subject: string) =>
  app.sql(
    `insert into aquifer_accounts.audit_events (id, action, actor_kind, actor_id, subject_kind, subject_id, outcome, ip)
     values ($1, $2, 'user', $3, 'user', $4, 'done', '198.51.100.77')`,
    [createId(), action, actor, subject],
  );

describe('taking away one’s own data', () => {
  test('is a file with the account, the trail and the records of every collection', async () => {
    await app.sql(`insert into aquifer_accounts.known_networks (user_id, network) values ($1, '192.0.2.1')`, [user.id]);
    const answer = await take();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="own-data.json"');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    const data = answer.json();
    expect(data).toMatchObject({ format: 'aquifer-own-data-1' });
    expect(data.account).toMatchObject({
      ...{ id: user.id, email: user.email, hasPassword: true, role: 'user' },
      knownNetworks: [{ network: '192.0.2.1' }],
      sessions: [{ id: user.sessionId }],
      ...{ passkeys: [], connectedAccounts: [], apiKeys: [], authenticatorApps: [], recoveryCodes: [], roles: [] },
    });
    expect(data.records).toEqual({
      notes: [{ id: '1', title: 'a "quoted" title' }, { id: '2' }, { id: '3' }],
      tasks: [{ id: '4' }],
    });
    expect(data.auditTrail.map(({ action }: { action: string }) => action)).toContain('own_data.exported');
  });

  test('knows what was done to him and by him, and nothing of others', async () => {
    await note('thing.done', other.id, other.id);
    await note('by.him', user.id, other.id);
    await note('to.him', other.id, user.id);
    const { auditTrail } = (await take()).json();
    const actions = auditTrail.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['by.him', 'to.him']));
    expect(actions).not.toContain('thing.done');
    // From where the other one did it is the other one's affair.
    expect(auditTrail.find(({ action }: { action: string }) => action === 'to.him').ip).toBeUndefined();
    expect(auditTrail.find(({ action }: { action: string }) => action === 'by.him').ip).toBe('198.51.100.77');
  });

  test('has the whole trail, however long', async () => {
    await app.sql(
      `insert into aquifer_accounts.audit_events (id, action, actor_kind, actor_id, subject_kind, subject_id, outcome)
       select gen_random_uuid(), 'many', 'user', $1, 'user', $1, 'done' from generate_series(1, 1203)`,
      [other.id],
    );
    const { auditTrail } = (await take(other.token)).json();
    expect(auditTrail.filter(({ action }: { action: string }) => action === 'many')).toHaveLength(1203);
    expect(new Set(auditTrail.map(({ id }: { id: string }) => id)).size).toBe(auditTrail.length);
  });

  test('has no secret in it', async () => {
    const [row] = await app.sql<{ hash: string; token: string }>(
      `select u.password_hash as hash, encode(s.token_hash, 'hex') as token
       from aquifer_accounts.users u join aquifer_accounts.sessions s on s.user_id = u.id where u.id = $1`,
      [user.id],
    );
    const text = (await take()).body;
    for (const secret of [row?.hash, row?.token, user.token]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/hash|secret|sealed/i);
  });

  test('is whole without records', async () => {
    read = [];
    expect((await take()).json().records).toEqual({});
    read = pages;
  });

  test('that breaks off is no valid JSON, so that nobody takes it for all there is', async () => {
    failsAfter = 1;
    const answer = await take().catch(() => null);
    failsAfter = Number.POSITIVE_INFINITY;
    expect(() => JSON.parse(answer?.body ?? '')).toThrow();
  });

  test('asks for a fresh proof', async () => {
    await app.sql(
      `update aquifer_accounts.sessions set authenticated_at = now() - interval '1 day' where user_id = $1`,
      [other.id],
    );
    expect((await take(other.token)).json().code).toBe('step_up_required');
  });
});

test('every column of accounts that names a user is thought of', async () => {
  // A new table of a user's needs a place in the file, or a reason here.
  const withReason: Record<string, string> = {
    log_in_challenges: 'a log-in that waits ten minutes',
    one_time_tokens: 'the hash of a link that was sent',
    mail_log_ins: 'a log-in that waits ten minutes',
    passkey_challenges: 'a question that waits five minutes',
    social_flows: 'a log-in that waits ten minutes',
    impersonations: 'in the audit trail',
  };
  const rows = await app.sql<{ name: string }>(
    `select distinct c.conrelid::regclass::text as name
     from pg_constraint c
     where c.contype = 'f' and c.confrelid = 'aquifer_accounts.users'::regclass`,
  );
  const { account } = (await take()).json();
  const sections: Record<string, string> = {
    ...{ sessions: 'sessions', known_networks: 'knownNetworks', email_changes: 'emailChanges' },
    ...{ totp_factors: 'authenticatorApps', recovery_codes: 'recoveryCodes', remembered_devices: 'rememberedDevices' },
    ...{ passkeys: 'passkeys', social_identities: 'connectedAccounts', api_keys: 'apiKeys', user_roles: 'roles' },
  };
  const tables = rows.map(({ name }) => name.replace('aquifer_accounts.', ''));
  expect(tables.length).toBeGreaterThan(8);
  const forgotten = tables.filter((table) => !(table in withReason) && !((sections[table] ?? '') in account));
  expect(forgotten).toEqual([]);
});
