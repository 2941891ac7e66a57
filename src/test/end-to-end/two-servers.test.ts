/** Two servers of one deployment that start at the same moment on one empty database of the user's own. */

import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { becomeOperator, must } from '../support/api-session.ts';
import { createTestDatabase } from '../support/database.ts';
import { findFreePort } from '../support/free-port.ts';
import { serverFolder, startServer } from '../support/server-process.ts';

test('both come up, migrations run once, a session made at one is good at the other, both stop', async () => {
  const database = await createTestDatabase({ isEmpty: true });
  onTestFinished(() => database.drop());
  const folder = await serverFolder();
  const start = async () =>
    startServer({
      folder,
      environment: { DATABASE_URL: database.url, PORT: String(await findFreePort()), HASH_THREADS: '1' },
    });
  const servers = await Promise.all([start(), start()]);
  const [one, other] = servers;

  const migrated = servers.map(({ printed }) => [...printed().matchAll(/Migrating: (\S+)/g)].map(([, name]) => name));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query('select name from aquifer_database.migrations order by version');
  // Each is a member of the deployment, and its sessions go by its name.
  const { rows: members } = await client.query(
    `select m.application_name, m.share,
            (select count(*)::integer from pg_stat_activity a where a.application_name = m.application_name) > 0 as shows
     from aquifer_database.member m`,
  );
  await client.end();
  expect(rows.length).toBeGreaterThan(1);
  expect(members).toEqual(
    [1, 2].map(() => ({ application_name: expect.stringMatching(/^aquifer /), share: 16, shows: true })),
  );
  // Both may announce one that they then find done; each is recorded once, and was run by one of them.
  expect(new Set(migrated.flat())).toEqual(new Set(rows.map(({ name }) => name)));
  for (const { printed } of servers) expect(printed()).toContain(`Postgres at 127.0.0.1`);

  // The newer link ends the older one; only one of the two is good.
  const links = servers.map(({ setupLink }) => setupLink);
  const made = await Promise.allSettled(links.map((link) => becomeOperator(one.url, link)));
  const tokens = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  expect(tokens).toHaveLength(1);
  const [token] = tokens;
  const me = await must<{ user: { email: string } }>(other.url, 'GET', '/v1/accounts/me', { token });
  expect(me.user.email).toBe('operator@example.com');

  await must(one.url, 'POST', '/v1/data/collections', { token, body: { name: 'notes', fields: [] } });
  const written = await must<{ record: { id: string } }>(other.url, 'POST', '/v1/data/records/notes', {
    token,
    body: {},
  });
  await must(one.url, 'GET', `/v1/data/records/notes/${written.record.id}`, { token });

  const ends = await Promise.all(servers.map((server) => server.end('SIGTERM')));
  for (const end of ends) expect(end).toMatchObject({ exitCode: 0, stderr: '' });
  const after = new pg.Client({ connectionString: database.url });
  await after.connect();
  expect((await after.query('select id from aquifer_database.member')).rows).toEqual([]);
  await after.end();
});
