import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../main/database/index.ts';
import type { Reading } from '../../../main/monitor/samples/reading-hub.ts';
import { ServerCollector } from '../../../main/monitor/samples/server-collector.ts';
import type { ServerRow } from '../../../main/monitor/samples/server-queries.ts';
import type { TestDatabase } from '../../support/database.ts';
import { openSampleDatabase } from '../../support/samples.ts';

let database: Database;
let target: TestDatabase;

beforeAll(async () => {
  ({ database, target } = await openSampleDatabase());
});

const figuresOf = (readings: readonly Reading[]) => new Map(readings.map(({ name, value }) => [name, value]));

test('what Postgres says of itself: connections and ages at once, rates from the second look on', async () => {
  const collector = new ServerCollector(database);
  const first = figuresOf(await collector.collect(1_000));
  expect(first.get('server.connections')).toBeGreaterThan(0);
  expect(first.get('server.connectionsMax')).toBeGreaterThan(10);
  expect(first.get('vacuum.oldestXidAge')).toBeGreaterThan(0);
  expect(first.get('vacuum.oldestMultixactAge')).toBeGreaterThanOrEqual(0);
  expect(first.has('server.commitsPerSecond')).toBe(false);
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  await client.query(
    'create table noise as select repeat(md5(i::text), 20) as text from generate_series(1, 2000) as i',
  );
  await client.query('select text from noise order by text');
  await client.end();
  // Counters of a session are told when it ends, at the latest.
  let atMs = 1_000;
  const rates = new Map<string, number>();
  await expect
    .poll(async () => {
      atMs += 10_000;
      for (const [name, value] of figuresOf(await collector.collect(atMs)))
        rates.set(name, Math.max(value, rates.get(name) ?? 0));
      return Math.min(rates.get('server.commitsPerSecond') ?? 0, rates.get('server.walBytesPerSecond') ?? 0);
    })
    .toBeGreaterThan(0);
  expect(rates.get('server.cacheHitShare')).toBeLessThanOrEqual(1);
  for (const name of ['rollbacksPerSecond', 'deadlocksPerSecond', 'tempBytesPerSecond'])
    expect(rates.get(`server.${name}`)).toBeGreaterThanOrEqual(0);
  expect(rates.get('server.checkpointsTimedPerHour')).toBeGreaterThanOrEqual(0);
  expect(rates.get('server.checkpointsRequestedPerHour')).toBeGreaterThanOrEqual(0);
});

describe('of given counters', () => {
  const row = (given: Partial<ServerRow>): ServerRow => ({
    ...{ versionNumber: 180_000, connections: 5, connectionsMax: 100, commits: 1_000, rollbacks: 10, deadlocks: 1 },
    ...{ tempBytes: 0, blocksHit: 900, blocksRead: 100, walBytes: 5_000, checkpointsTimed: 3, checkpointsRequested: 1 },
    ...{ oldestXidAge: 7, oldestMultixactAge: 2 },
    ...given,
  });

  async function collect(looks: { atMs: number; row: ServerRow; replicas?: object[] }[]) {
    let look: (typeof looks)[number] | undefined;
    const query = async (statement: { name: string }) => {
      if (statement.name === 'monitor.readVersionNumber') return [{ versionNumber: 180_000 }];
      return statement.name === 'monitor.readReplicas' ? (look?.replicas ?? []) : [look?.row];
    };
    const collector = new ServerCollector({ query } as unknown as Database);
    let last: Reading[] = [];
    for (look of looks) last = await collector.collect(look.atMs);
    return last;
  }

  test('rates are by the second and by the hour', async () => {
    const figures = figuresOf(
      await collect([
        { atMs: 0, row: row({}) },
        { atMs: 10_000, row: row({ commits: 1_500, checkpointsTimed: 4, blocksHit: 990, blocksRead: 110 }) },
      ]),
    );
    expect(figures.get('server.commitsPerSecond')).toBe(50);
    expect(figures.get('server.checkpointsTimedPerHour')).toBe(360);
    expect(figures.get('server.cacheHitShare')).toBe(0.9);
    expect(figures.get('server.rollbacksPerSecond')).toBe(0);
  });

  test('a counter that was set back has no rate, nor has a pause; nothing read is no share', async () => {
    const back = figuresOf(
      await collect([
        { atMs: 0, row: row({}) },
        { atMs: 10_000, row: row({ commits: 5 }) },
      ]),
    );
    expect(back.has('server.commitsPerSecond')).toBe(false);
    expect(back.has('server.cacheHitShare')).toBe(false);
    expect(back.get('server.deadlocksPerSecond')).toBe(0);
    const pause = figuresOf(
      await collect([
        { atMs: 0, row: row({}) },
        { atMs: 500_000, row: row({ commits: 9_000 }) },
      ]),
    );
    expect(pause.has('server.commitsPerSecond')).toBe(false);
  });

  test('replicas by their name, as far as our role may see them', async () => {
    const replicas = [
      { name: 'standby', lagMs: 12.5, lagBytes: 800 },
      { name: 'hidden', lagMs: null, lagBytes: null },
    ];
    const readings = await collect([{ atMs: 0, row: row({}), replicas }]);
    expect(readings.filter(({ name }) => name.startsWith('replica.'))).toEqual([
      { name: 'replica.lagMs', scope: 'standby', value: 12.5 },
      { name: 'replica.lagBytes', scope: 'standby', value: 800 },
    ]);
  });
});
