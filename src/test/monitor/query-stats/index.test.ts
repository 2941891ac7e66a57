/** The endpoints on a whole server: what this test itself asks for is what they answer. */

import { beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../../main/client/index.ts';
import type { QueryDetail, QueryList, QueryView } from '../../../main/monitor/query-stats/schema.ts';
import { call, must } from '../../support/api-session.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

const ROUTE = 'POST /v1/data/records/:collection';
const SECRET = 'sixty-four-elephants';

let running: RunningApp;
beforeAll(async () => {
  running = await runApp();
  const body = { name: 'notes', fields: [{ name: 'title', type: 'text' }] };
  await must(running.url, 'POST', '/v1/data/collections', { token: running.operator, body });
  for (let note = 0; note < 3; note += 1) {
    await must(running.url, 'POST', '/v1/data/records/notes', { token: running.user, body: { title: 'one' } });
  }
  await running.app.pool.query(
    `select '${SECRET}' as secret, count(*) from aquifer_monitor.query_minute where calls > 7`,
  );
});

const list = (query = '') =>
  must<QueryList>(running.url, 'GET', `/v1/monitor/queries${query}`, { token: running.operator });
const find = ({ queries }: QueryList, start: string) =>
  queries.find(({ statement }) => statement.startsWith(start)) as QueryView;

describe('the list', () => {
  test('knows at once what has run: by name, with times and rows, as a share of all', async () => {
    const all = await list('?limit=200');
    const insert = find(all, 'data.insertRecord');
    expect(insert).toMatchObject({ isOurs: true, lane: 'interactive', before: null, change: null });
    expect(insert.text).toMatch(/^insert into /);
    expect(insert.figures).toMatchObject({ calls: 3, errors: 0, rows: 3 });
    expect(insert.figures.p99Ms).toBeGreaterThan(0);
    expect(insert.figures.maxMs).toBeGreaterThanOrEqual(insert.figures.p99Ms ?? 0);
    expect(all.total).toBe(all.queries.length);
    expect(all.totals.now.calls).toBeGreaterThan(10);
    const shares = all.queries.reduce((sum, { figures }) => sum + figures.share, 0);
    expect(shares).toBeCloseTo(1, 3);
    const times = all.queries.map(({ figures }) => figures.totalMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test('shows a statement that nobody declared by its text, without its constants', async () => {
    const all = await list('?limit=200');
    const own = find(all, 'select ? as secret');
    expect(own).toMatchObject({ isOurs: false, text: expect.stringContaining('where calls > ?') });
    expect(JSON.stringify(all)).not.toContain(SECRET);
  });

  test('can be searched, sorted, cut and asked for one route', async () => {
    const found = await list('?search=INSERTRECORD');
    expect(found.queries.map(({ statement }) => statement)).toEqual(['data.insertRecord(notes)']);
    expect(found.totals.now.calls).toBeGreaterThan(found.queries[0]?.figures.calls ?? 0);
    const byCalls = (await list('?sort=calls&limit=3')).queries.map(({ figures }) => figures.calls);
    expect(byCalls).toHaveLength(3);
    expect(byCalls).toEqual([...byCalls].sort((a, b) => b - a));
    const ofRoute = await list(`?route=${encodeURIComponent(ROUTE)}`);
    expect(ofRoute.queries.map(({ statement }) => statement)).toContain('data.insertRecord(notes)');
    expect(ofRoute.queries.map(({ statement }) => statement)).not.toContain('select ? as secret');
  });

  test('compares with another span', async () => {
    const nowMs = Date.now();
    const at = (minutes: number) => new Date(nowMs + minutes * 60_000).toISOString();
    const query = `?compareFrom=${at(-180)}&compareTo=${at(-120)}&limit=200`;
    const all = await list(query);
    expect(find(all, 'data.insertRecord')).toMatchObject({ before: null, change: { kind: 'new' } });
    expect(all.totals.before).toEqual({ calls: 0, errors: 0, totalMs: 0 });
    expect(all.spans.before?.from.endsWith(':00.000Z')).toBe(true);
    const same = await list(`?compareFrom=${at(-60)}&compareTo=${at(1)}&limit=200`);
    const insert = find(same, 'data.insertRecord');
    expect(insert.before?.calls).toBe(insert.figures.calls);
    expect(insert.change?.kind).toBe('same');
  });

  test('refuses spans that make no sense, and those who are no operators', async () => {
    const ask = async (query: string, token = running.operator) =>
      (await call(running.url, 'GET', `/v1/monitor/queries${query}`, { token })).status;
    expect(await ask('?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).toBe(400);
    expect(await ask('?from=2099-01-01T00:00:00Z')).toBe(400);
    expect(await ask('?compareFrom=2026-01-01T00:00:00Z')).toBe(400);
    expect(await ask('?from=yesterday')).toBe(400);
    expect(await ask('?limit=1000')).toBe(400);
    expect(await ask('', running.user)).toBe(403);
  });
});

describe('one statement', () => {
  test('with its callers and its points', async () => {
    const { id } = find(await list('?search=insertRecord'), 'data.insertRecord');
    const client = createClient({ baseUrl: running.url, token: running.operator });
    const detail: QueryDetail = await client.monitor.query(id);
    expect(detail.query).toMatchObject({ id, statement: 'data.insertRecord(notes)' });
    expect(detail.callers).toEqual([{ route: ROUTE, calls: 3, totalMs: expect.any(Number), share: 1 }]);
    expect(detail.stepSeconds).toBe(60);
    expect(detail.points.reduce((sum, { calls }) => sum + calls, 0)).toBe(3);
    const earlier = await client.monitor.query(id, { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' });
    expect(earlier).toMatchObject({ callers: [], points: [], query: { figures: { calls: 0, p99Ms: null } } });
    expect(earlier.stepSeconds).toBeGreaterThanOrEqual(3_600);
  });

  test('that nobody knows is not found', async () => {
    const answer = await call(running.url, 'GET', '/v1/monitor/queries/nobody12345', { token: running.operator });
    expect(answer).toMatchObject({ status: 404, body: { code: 'query_not_found' } });
  });
});
