/** The postmortem of a small drought: a stranger who reads it as text knows what was planted, whom it hurt and what to do. */

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { route, Type } from '../../main/app.ts';
import type { IncidentDetail, IncidentSummary } from '../../main/monitor/incidents/schema.ts';
import { must, PASSWORD } from '../support/api-session.ts';
import { type RunningApp, runApp } from '../support/running-app.ts';

const REPORT = 'GET /reports/sales';
const USERS = 6;
const STORM_MS = 9_000;

let running: RunningApp;
let users: string[];
beforeAll(async () => {
  running = await runApp(
    { AQUIFER_POOL_MAX: '8', LOG_IN_ATTEMPTS_PER_ACCOUNT: '100' },
    {
      routes: ({ pool }) => [
        route(
          'GET',
          '/reports/sales',
          { access: 'user', schema: { summary: 'Sales', response: { 200: Type.Object({}) } } },
          async ({ context }) => {
            await pool.as(context).query('select pg_catalog.pg_sleep($1) as sales', [4]);
            return {};
          },
        ),
      ],
    },
  );
  users = await Promise.all(Array.from({ length: USERS }, (_none, index) => logIn(`user${index}@example.com`)));
}, 60_000);

async function logIn(email: string): Promise<string> {
  const body = { email, password: PASSWORD };
  const { operator, url } = running;
  await must(url, 'POST', '/v1/accounts/users', { token: operator, body: { ...body, role: 'user' } });
  return (await must<{ token: string }>(url, 'POST', '/v1/accounts/log-in', { body })).token;
}

const get = (path: string, token: string) =>
  fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${token}` } });

const monitor = <Body>(method: 'GET' | 'POST', path: string, body?: unknown) =>
  must<Body>(running.url, method, `/v1/monitor/${path}`, { token: running.operator, body });

test('a storm of reports opens one incident, and its postmortem tells a stranger what to do', {
  timeout: 90_000,
}, async () => {
  // Calm first: what is usual has to be known.
  for (let n = 0; n < 10; n += 1) {
    await Promise.all(users.map((token) => get('/v1/accounts/me', token)));
    await sleep(100);
  }
  const reports: Promise<number>[] = [];
  const ownReads: number[] = [];
  for (const untilMs = Date.now() + STORM_MS; Date.now() < untilMs; await sleep(250)) {
    for (const token of users) {
      reports.push(get('/reports/sales', token).then(({ status }) => status));
      ownReads.push((await get('/v1/accounts/me', token)).status);
    }
  }
  const answers = await Promise.all(reports);
  expect(new Set(ownReads), 'whoever asks for his own is served all along').toEqual(new Set([200]));
  expect(answers.filter((status) => status === 503).length).toBeGreaterThan(10);

  const { incidents } = await monitor<{ incidents: IncidentSummary[] }>('GET', 'incidents');
  expect(incidents).toHaveLength(1);
  const [{ id }] = incidents as [IncidentSummary];
  const detail = await monitor<IncidentDetail>('GET', `incidents/${id}`);
  expect(detail.verdict).toMatchObject({
    kind: 'slow_statement',
    statement: { text: expect.stringMatching(/pg_sleep/) },
  });
  expect(detail.impact.usersHurt).toBe(USERS);
  expect(detail.impact.routes[0]).toMatchObject({ route: REPORT });
  expect(detail.timeline.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['trouble', 'statement_moved', 'verdict', 'opened', 'users_hurt', 'refusals']),
  );
  const instants = detail.timeline.map(({ at }) => Date.parse(at));
  expect(instants).toEqual([...instants].sort((one, other) => one - other));

  await monitor('POST', `incidents/${id}/close`);
  await monitor('POST', `incidents/${id}/postmortem`, {});
  const text = await (await get(`/v1/monitor/incidents/${id}/postmortem/markdown`, running.operator)).text();
  const summary = sectionOf(text, 'Summary');
  expect(summary).toMatch(/sleeps inside of Postgres \(pg_sleep\)/);
  expect(summary).toContain(REPORT);
  expect(summary).toContain(`${USERS} of the`);
  expect(sectionOf(text, 'Root cause')).toContain('select pg_catalog.pg_sleep(?) as sales');
  expect(sectionOf(text, 'Corrective measures')).toMatch(/less in one call|lane background/);
  expect(sectionOf(text, 'Timeline')).toMatch(/\*\*\d\d:\d\d:\d\d\*\*/);
});

function sectionOf(markdown: string, title: string): string {
  const sections = markdown.split(/^## /m);
  const found = sections.find((section) => section.startsWith(`${title}\n`));
  expect(found, `${title} in\n${markdown}`).toBeDefined();
  return found ?? '';
}
