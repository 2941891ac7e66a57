/** Incidents over a whole server: users are hurt, one opens, what happened stands on it, and each action is one call. */

import { beforeAll, describe, expect, test } from 'vitest';
import type {
  IncidentDetail,
  IncidentSummary,
  IndexJob,
  StatementCap,
} from '../../../main/monitor/incidents/schema.ts';
import type { LiveView } from '../../../main/monitor/live/schema.ts';
import { call, must, PASSWORD } from '../../support/api-session.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

const POLL = { timeout: 15_000, interval: 100 };

let running: RunningApp;
const users: string[] = [];

beforeAll(async () => {
  running = await runApp({ AQUIFER_RELEASE: '2026-11-23.1' });
  const body = { name: 'notes', fields: [] };
  await must(running.url, 'POST', '/v1/data/collections', { token: running.operator, body });
  for (const name of ['ada', 'ben', 'cleo', 'dora']) {
    const person = { email: `${name}@example.com`, password: PASSWORD };
    await must(running.url, 'POST', '/v1/accounts/users', {
      token: running.operator,
      body: { ...person, role: 'user' },
    });
    const { token } = await must<{ token: string }>(running.url, 'POST', '/v1/accounts/log-in', { body: person });
    users.push(token);
  }
});

type Method = 'GET' | 'POST' | 'DELETE';
const ask = <Body>(method: Method, path: string, body?: unknown) =>
  must<Body>(running.url, method, `/v1/monitor/${path}`, { token: running.operator, body });
const refused = async (method: Method, path: string, body?: unknown) =>
  (await call(running.url, method, `/v1/monitor/${path}`, { token: running.operator, body })).body;
const listNotes = (token: string) => call(running.url, 'GET', '/v1/data/records/notes', { token });

async function openOne(): Promise<IncidentSummary | undefined> {
  const { incidents } = await ask<{ incidents: IncidentSummary[] }>('GET', 'incidents');
  return incidents.find(({ state }) => state === 'open');
}

test('in calm there is none, and the start of a new release is a deploy', async () => {
  expect(await ask('GET', 'incidents')).toEqual({ incidents: [], nextCursor: null });
  await expect
    .poll(async () => (await ask<{ deploys: object[] }>('GET', 'deploys')).deploys, POLL)
    .toMatchObject([{ version: '2026-11-23.1' }]);
});

describe('by hand', () => {
  test('one is opened, written on and closed; there is one at a time', async () => {
    const { incident } = await ask<IncidentDetail>('POST', 'incidents', { title: 'Log-ins feel slow' });
    expect(incident).toMatchObject({ state: 'open', title: 'Log-ins feel slow', number: 1 });
    expect(await refused('POST', 'incidents', { title: 'Another' })).toMatchObject({ code: 'incident_open' });
    await ask('POST', 'deploys', { version: '2026-11-23.2', about: 'New reports' });
    await ask('POST', `incidents/${incident.id}/notes`, { text: 'It began with the new reports.' });
    const closed = await ask<IncidentDetail>('POST', `incidents/${incident.id}/close`);
    expect(closed.incident).toMatchObject({ state: 'closed', usersHurt: 0 });
    const ours = ['opened', 'note', 'closed'];
    const kinds = closed.timeline.map(({ kind }) => kind).filter((kind) => ours.includes(kind));
    expect(kinds).toEqual(ours);
    expect(closed.timeline).toContainEqual(
      expect.objectContaining({ kind: 'deploy', sentence: '2026-11-23.2 was deployed: New reports' }),
    );
    expect(closed.timeline.find(({ kind }) => kind === 'note')).toMatchObject({
      sentence: 'It began with the new reports.',
      by: expect.any(String),
    });
    expect(await refused('POST', `incidents/${incident.id}/close`)).toMatchObject({ code: 'incident_closed' });
  });

  test('nobody finds one that is not there', async () => {
    const path = 'incidents/01a2089e-47de-74e3-85d8-5d7a12d1abc3';
    expect(await refused('GET', path)).toMatchObject({ code: 'incident_not_found' });
    expect(await refused('POST', `${path}/notes`, { text: 'x' })).toMatchObject({ code: 'incident_not_found' });
    expect(await refused('POST', `${path}/close`)).toMatchObject({ code: 'incident_not_found' });
  });
});

describe('users who are hurt', () => {
  let cap: StatementCap;

  test('open one by themselves, with who was hurt, by what, and what was done before', async () => {
    expect((await listNotes(users[0] as string)).status).toBe(200);
    ({ cap } = (await ask('POST', 'caps', { statement: 'data.listRecords(notes)', max: 0 })) as { cap: StatementCap });
    const hurt = await Promise.all(users.map(listNotes));
    expect(hurt.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(hurt[0]?.body).toMatchObject({ code: 'statement_capped' });
    await expect.poll(openOne, POLL).toMatchObject({ number: 2, usersHurt: 4 });
    const { id } = (await openOne()) as IncidentSummary;
    const { impact, incident, timeline } = await ask<IncidentDetail>('GET', `incidents/${id}`);
    expect(impact).toMatchObject({ usersHurt: 4, failed: 4, refused: 4 });
    expect(impact.usersSeen).toBeGreaterThanOrEqual(4);
    expect(impact.routes[0]).toMatchObject({ route: 'GET /v1/data/records/:collection', failed: 4, users: 4 });
    expect(incident.title).toContain('4 users were hurt');
    expect(Date.parse(incident.openedAt)).toBeLessThanOrEqual(Date.parse(incident.detectedAt as string));
    expect(timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['opened', 'users_hurt', 'refusals']));
    const done = timeline.findIndex(({ details }) => details.action === 'cap_statement');
    expect(done).toBeGreaterThanOrEqual(0);
    expect(timeline[done]).toMatchObject({ kind: 'operator', by: expect.any(String) });
    expect(done).toBeLessThan(timeline.findIndex(({ kind, at }) => kind === 'opened' && at > incident.openedAt));
  });

  test('are seen on the live stream, a second at a time', async () => {
    const live = await readLive(({ incident }) => incident !== null);
    expect(live.incident).toMatchObject({ state: 'open', usersHurt: 4 });
    expect(live.lanes.map(({ name }) => name)).toContain('critical');
    expect(live.users.active).toBeGreaterThanOrEqual(4);
  });

  test('are served again as soon as the cap is lifted', async () => {
    expect((await ask<{ caps: StatementCap[] }>('GET', 'caps')).caps).toEqual([cap]);
    await ask('DELETE', `caps/${cap.id}`);
    expect((await listNotes(users[0] as string)).status).toBe(200);
    expect(await ask('GET', 'caps')).toEqual({ caps: [] });
    expect(await refused('DELETE', `caps/${cap.id}`)).toMatchObject({ code: 'cap_not_found' });
  });
});

test('a cap that would lock everyone out is refused', async () => {
  const lock = (statement: string) => refused('POST', 'caps', { statement, max: 0 });
  expect(await lock('accounts.findSession')).toMatchObject({ code: 'cap_refused' });
  expect(await lock('monitor.readCaps')).toMatchObject({ code: 'cap_refused' });
});

test('an index is created with one call, told of until it is there, and not twice', async () => {
  const sql = 'create index concurrently users_by_age on aquifer_accounts.users (created_at)';
  const { job } = await ask<{ job: IndexJob }>('POST', 'indexes', { sql });
  expect(job).toMatchObject({ state: 'running', sql: expect.stringContaining('"users_by_age"') });
  const read = async () => (await ask<{ jobs: IndexJob[] }>('GET', 'index-jobs')).jobs.find(({ id }) => id === job.id);
  await expect.poll(read, POLL).toMatchObject({ state: 'done', share: 1 });
  expect(await refused('POST', 'indexes', { sql })).toMatchObject({ code: 'index_exists' });
  expect(await refused('DELETE', `index-jobs/${job.id}`)).toMatchObject({ code: 'index_job_ended' });
  const nowhere = 'create index concurrently on nowhere (id)';
  expect(await refused('POST', 'indexes', { sql: nowhere })).toMatchObject({ code: 'index_refused' });
});

/** The first event that is as wanted. */
async function readLive(isWanted: (live: LiveView) => boolean): Promise<LiveView> {
  const leave = new AbortController();
  const headers = { authorization: `Bearer ${running.operator}` };
  const answer = await fetch(`${running.url}/v1/monitor/live`, { headers, signal: leave.signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  try {
    for await (const part of answer.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(part);
      for (const [, data = ''] of text.matchAll(/event: live\ndata: (.+)\n\n/g)) {
        const live = JSON.parse(data) as LiveView;
        if (isWanted(live)) return live;
      }
    }
  } finally {
    leave.abort();
  }
  throw new Error('the stream ended');
}
