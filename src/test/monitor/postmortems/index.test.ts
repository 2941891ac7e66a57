/** Postmortems over HTTP and in Postgres: written when an incident closes, edited, ticked off, checked against the catalog. */

import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../../main/database/index.ts';
import { AppError } from '../../../main/foundation/errors.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import type { Service } from '../../../main/foundation/service.ts';
import type { HttpServer } from '../../../main/http/index.ts';
import type { IncidentDetail } from '../../../main/monitor/incidents/schema.ts';
import { createPostmortems, type IncidentSource } from '../../../main/monitor/postmortems/index.ts';
import type { Measure, Postmortem } from '../../../main/monitor/postmortems/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { atEndOfFile } from '../../support/end-of-file.ts';
import { createTestServer } from '../../support/http.ts';
import { forgottenLockIncident, missingIndexIncident } from '../../support/incident-fixtures.ts';

const ADA = '0199a000-0000-7000-8000-0000000000aa';
const DAY_MS = 86_400_000;

let testDatabase: TestDatabase;
let database: Database;
let sql: pg.Client;
let server: HttpServer;
let services: Service[];
let details: Map<string, IncidentDetail>;
let noted: string[];
let journal: string[];
let rules: { id: string; name: string; mode: string }[];
let nowMs: number;
let number = 0;
const listeners = new Set<(id: string) => void>();

const incidents: IncidentSource = {
  read: async (id) => {
    const detail = details.get(id);
    if (!detail) throw new AppError('not_found', 'incident_not_found', 'There is no such incident.');
    return detail;
  },
  recent: async (limit) =>
    [...details.values()]
      .map(({ incident }) => incident)
      .reverse()
      .slice(0, limit),
  onClosed: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  notePostmortem: async (id) => void noted.push(id),
};

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  atEndOfFile(() => testDatabase.drop());
  sql = new pg.Client({ connectionString: testDatabase.url });
  await sql.connect();
  atEndOfFile(() => sql.end());
  const logger = createLogger({ level: 'silent' });
  database = createDatabase({ connectionString: testDatabase.url, maxConnections: 6, logger });
  atEndOfFile(() => database.close());
  const clock = { nowMs: () => nowMs, monotonicMs: () => performance.now() };
  const made = createPostmortems({
    ...{ database, incidents, clock, logger, rules: () => rules, settleMs: 10 },
    journal: { note: (_kind, sentence) => void journal.push(sentence) },
  });
  services = made.services;
  const callers = {
    operator: { userId: ADA, sessionId: 's', role: 'operator' as const },
    user: { userId: ADA, sessionId: 's', role: 'user' as const },
  };
  server = await createTestServer(made.routes, { callers, bodyLimitBytes: 500_000 });
});

beforeEach(() => {
  details = new Map();
  noted = [];
  journal = [];
  rules = [{ id: 'others-idle-and-blocking', name: 'Idle and in the way', mode: 'warn' }];
  nowMs = Date.parse('2026-11-23T15:00:00Z');
});

afterEach(async () => {
  for (const service of services) await service.stop();
});

/** An incident of its own for each test. */
function plant(detail: IncidentDetail): string {
  number += 1;
  const id = `0199a000-0000-7000-8000-${String(number).padStart(12, '0')}`;
  details.set(id, { ...detail, incident: { ...detail.incident, id, number } });
  return id;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

async function ask(method: Method, id: string, path = '', body?: object, token = 'operator') {
  const answer = await server.fastify.inject({
    ...{ method, url: `/v1/monitor/incidents/${id}/postmortem${path}` },
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { payload: body }),
  });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, headers: answer.headers, body: isJson ? answer.json() : answer.body };
}

async function must(method: Method, id: string, path = '', body?: object): Promise<Postmortem> {
  const answer = await ask(method, id, path, body);
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

const measureOf = ({ measures }: Postmortem, start: string) =>
  measures.find(({ sentence }) => sentence.startsWith(start)) as Measure;

describe('writing', () => {
  test('an incident that closes gets one by itself, and its summary is told', async () => {
    const id = plant(missingIndexIncident());
    for (const service of services) await service.start();
    for (const listener of listeners) listener(id);
    await expect.poll(async () => (await ask('GET', id)).status, { timeout: 5_000 }).toBe(200);
    await expect.poll(() => noted, { timeout: 5_000 }).toContain(id);
    expect(await must('GET', id)).toMatchObject({ incidentId: id, version: 1, writtenBy: null });
  });

  test('one that closed while this server was away is found in the list', async () => {
    const id = plant(missingIndexIncident());
    for (const service of services) await service.start();
    await expect.poll(async () => (await ask('GET', id)).status, { timeout: 5_000 }).toBe(200);
    const versions = await ask('GET', id, '/versions');
    expect(versions.body.versions).toHaveLength(1);
  });

  test('by hand, again and again; each is a version that stays readable', async () => {
    const id = plant(missingIndexIncident());
    expect((await ask('GET', id)).body.code).toBe('postmortem_not_found');
    const first = await must('POST', id);
    details.set(id, {
      ...missingIndexIncident(),
      incident: { ...missingIndexIncident().incident, id, title: 'Another title' },
    });
    expect((await must('POST', id)).title).toContain('Another title');
    expect(await must('GET', id, '?version=1')).toMatchObject({ version: 1, title: first.title });
    expect((await ask('GET', id, '?version=3')).body.code).toBe('postmortem_not_found');
  });

  test('of an incident that is not there: said so', async () => {
    expect((await ask('POST', '0199a000-0000-7000-8000-00000000dead')).body.code).toBe('incident_not_found');
  });

  test('for operators alone', async () => {
    expect((await ask('GET', plant(missingIndexIncident()), '', undefined, 'user')).status).toBe(403);
  });
});

describe('editing', () => {
  test('makes a version of the operator’s; what is written again keeps it, or not', async () => {
    const id = plant(missingIndexIncident());
    const { version } = await must('POST', id);
    const sections = [{ key: 'summary', markdown: 'We forgot an index.' }];
    const edited = await must('PUT', id, '', { version, title: 'The forgotten index', sections });
    expect(edited).toMatchObject({ version: 2, title: 'The forgotten index', writtenBy: ADA });
    expect(edited.sections.filter(({ isEdited }) => isEdited).map(({ key }) => key)).toEqual(['summary']);
    expect((await must('POST', id)).sections[0]).toMatchObject({ markdown: 'We forgot an index.', isEdited: true });
    expect((await must('POST', id, '?keepEdits=false')).sections[0]?.markdown).toContain('214 of the 600 users');
  });

  test('of what somebody else has changed meanwhile is refused, and nothing is lost', async () => {
    const id = plant(missingIndexIncident());
    await must('POST', id);
    const edit = (title: string) => ask('PUT', id, '', { version: 1, title });
    const answers = await Promise.all([edit('one'), edit('two'), edit('three')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'postmortem_changed', latest: 2 });
    expect((await ask('GET', id, '/versions')).body.versions).toHaveLength(2);
  });

  test('with what cannot be stored is refused in words', async () => {
    const id = plant(missingIndexIncident());
    await must('POST', id);
    for (const title of ['a\u0000b', 'a\ud800b']) {
      expect((await ask('PUT', id, '', { version: 1, title })).body.code).toBe('postmortem_text_refused');
    }
  });
});

describe('measures', () => {
  test('the index: missing, there but not used, there and used', async () => {
    const id = plant(missingIndexIncident());
    const missing = await must('POST', id);
    expect(measureOf(missing, 'Create the index').check).toMatchObject({ state: 'cannot_tell' });
    await sql.query(`
      create schema shop; create table shop."order" (id int, total int, status text, created_at timestamptz);
      insert into shop."order" select g, g, g::text, now() from generate_series(1, 2000) g; analyze shop."order"`);
    const check = async () => measureOf(await must('POST', id, '/check'), 'Create the index').check;
    expect(await check()).toMatchObject({
      state: 'does_not_hold',
      sentence: 'There is no such index on shop."order".',
    });
    await sql.query('create index some_name on shop."order" (status, created_at)');
    expect(await check()).toMatchObject({ state: 'does_not_hold', sentence: expect.stringContaining('not been used') });
    // A session tells what it used as it ends.
    const reader = new pg.Client({ connectionString: testDatabase.url });
    await reader.connect();
    await reader.query(`set enable_seqscan = off; select * from shop."order" where status = '7'`);
    await reader.end();
    await expect.poll(check, { timeout: 10_000 }).toMatchObject({
      state: 'holds',
      sentence: expect.stringMatching(/some_name is there and was used \d+ times?\./),
    });
    const { key } = measureOf(missing, 'Create the index');
    const ticked = await must('POST', id, `/measures/${key}`, { isDone: true });
    expect(measureOf(ticked, 'Create the index')).toMatchObject({ isDone: true, doneBy: ADA });
    expect(measureOf(await must('POST', id), 'Create the index')).toMatchObject({ isDone: true });
    const markdown = (await ask('GET', id, '/markdown')).body as string;
    expect(markdown).toMatch(/### 1\. Create the index[^#]*\*\*Done\*\*[^#]*it holds\. The index some_name/);
  }, 20_000);

  test('the rule, the session, the role’s time-out', async () => {
    const id = plant(forgottenLockIncident());
    const before = await must('POST', id);
    expect(measureOf(before, 'End a session').check).toMatchObject({ state: 'holds', sentence: 'Pid 812 is gone.' });
    expect(measureOf(before, 'Switch on the rule').check?.sentence).toBe('The rule only warns: Idle and in the way.');
    expect(measureOf(before, 'Let Postgres end').check).toMatchObject({ state: 'does_not_hold' });
    rules = [{ id: 'others-idle-and-blocking', name: 'Idle and in the way', mode: 'enforce' }];
    expect(measureOf(await must('POST', id, '/check'), 'Switch on the rule').check?.state).toBe('holds');
  });

  test('whether it came back: too early, not, and yes', async () => {
    const id = plant(missingIndexIncident());
    const check = async () => measureOf(await must('POST', id, '/check'), 'See that it does not').check;
    await must('POST', id);
    expect(await check()).toMatchObject({ state: 'cannot_tell', sentence: expect.stringContaining('57 min') });
    nowMs += 3 * DAY_MS;
    expect(await check()).toMatchObject({ state: 'holds', sentence: 'It has not come back in 3 days.' });
    const again = plant(missingIndexIncident());
    const detail = details.get(again) as IncidentDetail;
    details.set(again, { ...detail, incident: { ...detail.incident, openedAt: '2026-11-25T09:00:00.000Z' } });
    expect(await check()).toMatchObject({
      state: 'does_not_hold',
      sentence: expect.stringContaining('on 25 November 2026'),
    });
  });

  test('of one’s own: added, ticked, kept when written again, deleted; one from the data is not', async () => {
    const id = plant(missingIndexIncident());
    const { measures } = await must('POST', id);
    const body = { kind: 'preventive', sentence: 'Tell the team of reports.' };
    const added = await ask('POST', id, '/measures', body);
    expect(added.status).toBe(201);
    const { key } = measureOf(added.body, 'Tell the team');
    await must('POST', id, `/measures/${key}`, { isDone: true });
    expect(measureOf(await must('POST', id), 'Tell the team')).toMatchObject({
      isOwn: true,
      isDone: true,
      check: null,
    });
    const untold = await must('DELETE', id, `/measures/${key}`);
    expect(untold.measures.map((one) => one.key)).toEqual(measures.map((one) => one.key));
    expect((await ask('DELETE', id, `/measures/${measures[0]?.key}`)).body.code).toBe('measure_from_data');
    expect((await ask('POST', id, '/measures/nothing', { isDone: true })).body.code).toBe('measure_not_found');
  });
});

describe('files', () => {
  test('Markdown and HTML, with a name to be saved under, and a policy that runs nothing', async () => {
    const id = plant(missingIndexIncident());
    await must('POST', id);
    const markdown = await ask('GET', id, '/markdown');
    expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(markdown.headers['content-disposition']).toContain(`postmortem-${id}-v1.md`);
    expect(markdown.body).toContain('## Root cause');
    const html = await ask('GET', id, '/html');
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(html.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(html.body).toContain('<svg ');
  });
});
