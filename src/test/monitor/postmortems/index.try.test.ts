import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { test } from 'vitest';
import { call, must, PASSWORD } from '../../support/api-session.ts';
import { runApp } from '../../support/running-app.ts';

test('try', async () => {
  const running = await runApp();
  const { url, operator } = running;
  await must(url, 'POST', '/v1/data/collections', { token: operator, body: { name: 'notes', fields: [] } });
  const tokens: string[] = [];
  for (let i = 0; i < 6; i += 1) {
    const body = { email: `u${i}@example.com`, password: PASSWORD };
    await must(url, 'POST', '/v1/accounts/users', { token: operator, body: { ...body, role: 'user' } });
    tokens.push((await must<{ token: string }>(url, 'POST', '/v1/accounts/log-in', { body })).token);
  }
  for (const token of tokens) await call(url, 'POST', '/v1/data/records/notes', { token, body: {} });
  const client = new pg.Client({ connectionString: running.databaseUrl, application_name: 'psql' });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query(`select c.oid::regclass::text as name from pg_class c where c.relkind='r' and c.relname like '%notes%'`);
  await client.query(`begin; lock table ${rows[0].name} in access exclusive mode`);
  const asks = tokens.flatMap((token) => [1, 2, 3].map(() => call(url, 'POST', '/v1/data/records/notes', { token, body: {} })));
  await sleep(12000);
  await client.end();
  await Promise.all(asks);
  for (let i = 0; i < 30; i += 1) { for (const token of tokens) await call(url, 'POST', '/v1/data/records/notes', { token, body: {} }); await sleep(200); }
  const { incidents } = await must<{ incidents: any[] }>(url, 'GET', '/v1/monitor/incidents', { token: operator });
  console.log(JSON.stringify(incidents));
  const id = incidents[0].id;
  await call(url, 'POST', `/v1/monitor/incidents/${id}/close`, { token: operator });
  await sleep(6000);
  const md = await must<string>(url, 'GET', `/v1/monitor/incidents/${id}/postmortem/markdown`, { token: operator });
  writeFileSync('/tmp/real.md', md);
  writeFileSync('/tmp/real.html', await must<string>(url, 'GET', `/v1/monitor/incidents/${id}/postmortem/html`, { token: operator }));
}, 90000);
