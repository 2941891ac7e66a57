import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../../main/client/index.ts';
import { call } from '../../support/api-session.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

/** Poll for what comes within seconds, and on a machine that is busy with other things a little later. */
const PATIENT = { timeout: 40_000 };

let running: RunningApp;
let client: ReturnType<typeof createClient>['monitor'];

beforeAll(async () => {
  running = await runApp();
  client = createClient({ baseUrl: running.url, token: running.operator }).monitor;
});

const ask = (path: string, token = running.operator) => call(running.url, 'GET', `/v1/monitor/${path}`, { token });

describe('figures over time', () => {
  test(
    'of the pool and the process are there within seconds of the start, those of Postgres too',
    PATIENT,
    async () => {
      const names = ['pool.inUse', 'process.rssBytes', 'server.connections', 'server.active', 'disk.databaseBytes'];
      await expect
        .poll(async () => new Set((await client.series({ names })).series.map(({ name }) => name)).size, {
          timeout: 15_000,
        })
        .toBe(names.length);
      const { isComplete, series, stepSeconds } = await client.series({ names });
      expect([isComplete, stepSeconds]).toEqual([true, 10]);
      const lanes = series.filter(({ name }) => name === 'pool.inUse').map(({ scope }) => scope);
      expect(lanes.sort()).toEqual(['background', 'bulk', 'control', 'critical', 'interactive']);
      const rss = series.find(({ name }) => name === 'process.rssBytes');
      for (const { at, max, mean, min } of rss?.points ?? []) {
        expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(120_000);
        expect(min).toBeGreaterThan(10_000_000);
        expect(min).toBeLessThanOrEqual(mean);
        expect(mean).toBeLessThanOrEqual(max);
      }
    },
  );

  test('one scope alone, and a span of one’s own', async () => {
    const span = { from: new Date(Date.now() - 86_400_000), to: new Date(), stepSeconds: 600 };
    const { series, stepSeconds } = await client.series({ names: ['pool.inUse'], scope: 'bulk', ...span });
    expect(stepSeconds).toBe(600);
    expect(series.map(({ scope }) => scope)).toEqual(['bulk']);
    expect((await client.series({ names: ['no.such'] })).series).toEqual([]);
  });

  test.each([
    ['series?name=pool.inUse&from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 'invalid_span'],
    ['series?name=pool.inUse&from=yesterday', 'invalid_input'],
    ['series?name=', 'invalid_input'],
    ["series?name='", 'invalid_input'],
    [`series?name=${Array.from({ length: 13 }, () => 'pool.open').join(',')}`, 'invalid_input'],
    ['series?name=pool', 'invalid_input'],
    ['series?name=pool.inUse&scope=%00', 'invalid_input'],
    ['series?stepSeconds=1', 'invalid_input'],
    ['tables?limit=3', 'invalid_input'],
  ])('%s is refused', async (path, code) => {
    expect(await ask(path)).toMatchObject({ status: 400, body: { code } });
  });

  test('are for operators alone', async () => {
    for (const path of ['series', 'tables', 'indexes']) expect((await ask(path, running.user)).status).toBe(403);
  });
});

test('tables and indexes, ours among them', async () => {
  const { tables } = await client.tables();
  expect(tables.find(({ name }) => name === 'users')).toMatchObject({ schema: 'aquifer_accounts' });
  const { indexes } = await client.indexes();
  expect(indexes.find(({ name }) => name === 'users_pkey')).toMatchObject({ isUnique: true, isValid: true });
});

test('none of our own tables or indexes gives a reason for concern', async () => {
  const [{ tables }, { indexes }] = await Promise.all([client.tables(), client.indexes()]);
  expect([...tables, ...indexes].filter(({ concerns }) => concerns.length > 0)).toEqual([]);
});

test('what was measured is there after the end, to the last second', PATIENT, async () => {
  const other = await runApp();
  const monitor = createClient({ baseUrl: other.url, token: other.operator }).monitor;
  await expect
    .poll(async () => (await monitor.series({ names: ['pool.open'] })).series.length, { timeout: 30_000 })
    .toBe(1);
  await other.app.stop();
  const database = new pg.Client({ connectionString: other.databaseUrl });
  await database.connect();
  const { rows } = await database.query(
    `select l.label
     from aquifer_monitor.sample_10s s
     join aquifer_monitor.sample_label l on l.id = s.name_id`,
  );
  await database.end();
  expect(rows.map(({ label }) => label)).toEqual(expect.arrayContaining(['pool.open', 'process.rssBytes']));
});
