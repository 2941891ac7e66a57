import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scaleSnapshot } from '../../../main/planner/forecast/scale-snapshot.ts';
import { adviseSizing } from '../../../main/planner/sizing/advise-sizing.ts';
import type { FactPoint, SizingFacts } from '../../../main/planner/sizing/facts.ts';
import type { SizingAdvice, SizingReport } from '../../../main/planner/sizing/schema.ts';
import type { Snapshot } from '../../../main/planner/snapshot/snapshot.ts';
import { createTwin } from '../../../main/planner/twin/create-twin.ts';
import type { Twin } from '../../../main/planner/twin/twin.ts';
import type { WorkloadStatement } from '../../../main/planner/workload/workload.ts';
import { market, TAKEN_AT } from '../plans/market-snapshot.ts';

const GIBIBYTE = 1_024 ** 3;
const DAY_MS = 86_400_000;

const statement = (
  name: string,
  text: string,
  callsPerDay: number | null,
  meanMs: number | null,
): WorkloadStatement => ({
  ...{ name, text, source: 'declared', callsPerDay, meanMs },
});

const workload = [
  statement('orders.get', 'select id, note from public.orders where id = $1', 86_400, 1),
  statement('orders.sorted', 'select id, note from public.orders order by total_cents', 240, 2_000),
];

/** Ten days of hours, from one figure to another. */
function line(from: number, to: number): FactPoint[] {
  return Array.from({ length: 240 }, (_, hour) => {
    const value = from + ((to - from) * hour) / 239;
    return { atMs: Date.parse(TAKEN_AT) - (240 - hour) * 3_600_000, mean: value, max: value };
  });
}

function yesterday(): Snapshot {
  const smaller = scaleSnapshot(market(), 0.99);
  return { ...smaller, takenAt: new Date(Date.parse(TAKEN_AT) - DAY_MS).toISOString() };
}

describe('sizing advice', () => {
  let twin: Twin;
  beforeAll(async () => {
    twin = await createTwin(market());
  }, 120_000);
  afterAll(() => twin?.close());

  const facts = (series: SizingFacts['series'] = {}): SizingFacts => ({
    ...{ memoryBytes: 4 * GIBIBYTE, cores: 4, maxConnections: 100, series },
  });
  const advise = (given?: SizingFacts) => adviseSizing(twin, workload, { facts: given, history: [yesterday()] });
  const part = ({ advice }: SizingReport, name: SizingAdvice['part']) => {
    const found = advice.find((one) => one.part === name);
    if (!found) throw new Error(`There is no advice on ${name}.`);
    return found;
  };

  test('says what is not known', async () => {
    const report = await adviseSizing(twin, workload.slice(0, 1));
    expect(part(report, 'connections').state).toBe('unknown');
    expect(part(report, 'disk').sentence).toContain('how much room its disk has is not known from here');
    expect(part(report, 'work_mem').state).toBe('enough');
  });

  test('adds up what statements touch', async () => {
    const report = await advise(facts({ 'server.cacheHitShare': line(0.999, 0.999) }));
    const memory = part(report, 'memory');
    const [touched, whole] = memory.figures.map(({ value }) => value);
    // The whole table is read ten times an hour.
    expect(touched).toBeGreaterThan(15_000 * 8_192);
    expect(touched).toBeLessThan(whole ?? 0);
    expect(memory).toMatchObject({ state: 'enough', action: null });
  });

  test('asks for memory where pages are not found in it', async () => {
    const missing = { ...facts({ 'server.cacheHitShare': line(0.9, 0.8) }), memoryBytes: 128 * 1_024 ** 2 };
    const memory = part(await advise(missing), 'memory');
    expect(memory.state).toBe('now');
    expect(memory.action).toMatch(/^Take a machine with \d+ MB of memory/);
  });

  test('asks for no machine where the database is smaller than the memory, at most for shared_buffers', async () => {
    const cold = facts({ 'server.cacheHitShare': line(0.9, 0.8) });
    expect(part(await advise(cold), 'memory')).toMatchObject({ state: 'enough', action: null });
    const small = { ...market(), settings: { ...market().settings, shared_buffers: '4096' } };
    const tight = await createTwin(small);
    try {
      const memory = part(await adviseSizing(tight, workload, { facts: cold }), 'memory');
      expect(memory.sentence).toMatch(/; the 3 GB that keep pages hold that, but shared_buffers \(32 MB\) do not\.$/);
      expect(memory.sql).toMatch(/^alter system set shared_buffers = '\d+MB'$/);
    } finally {
      await tight.close();
    }
  });

  test('tells one size of the database, also where samples are older than the snapshot', async () => {
    const series = { 'disk.databaseBytes': line(1_000_000, 1_000_000), 'disk.freeBytes': line(GIBIBYTE, GIBIBYTE) };
    const report = await advise(facts(series));
    const whole = part(report, 'memory').figures.find(({ label }) => label === 'Whole database')?.value;
    expect(whole).toBeGreaterThan(15_000 * 8_192);
    expect(part(report, 'disk').figures[0]).toMatchObject({ label: 'Database', value: whole });
  });

  test('gives work_mem to what spills, and no more than there is', async () => {
    const spilling = part(await advise(facts({ 'server.active': line(2, 2) })), 'work_mem');
    expect(spilling).toMatchObject({
      state: 'now',
      evidence: [expect.stringMatching(/^orders\.sorted needs \d+ MB at once\.$/)],
    });
    expect(spilling.sql).toBe("alter system set work_mem = '128MB'; select pg_catalog.pg_reload_conf()");
    const crowded = part(await advise(facts({ 'server.active': line(200, 200) })), 'work_mem');
    expect(crowded).toMatchObject({ sql: null, needed: null });
  });

  test('counts cores by the sessions that are busy', async () => {
    expect(part(await advise(facts({ 'server.active': line(1, 1) })), 'cpu').state).toBe('enough');
    expect(part(await advise(facts({ 'server.active': line(5, 6) })), 'cpu')).toMatchObject({
      state: 'now',
      present: 4,
    });
    const soon = part(await advise(facts({ 'server.active': line(1, 2) })), 'cpu');
    expect(soon.state).toBe('now');
    expect(soon.at).not.toBeNull();
    // Each busy day and night by what the statements took, where there are no samples.
    expect(part(await advise(facts()), 'cpu').figures[0]?.value).toBeCloseTo((86_400 + 480_000) / DAY_MS, 2);
  });

  test('tells when the disk will be full', async () => {
    const series = {
      'disk.databaseBytes': line(10 * GIBIBYTE, 20 * GIBIBYTE),
      'disk.freeBytes': line(60 * GIBIBYTE, 50 * GIBIBYTE),
    };
    const disk = part(await advise(facts(series)), 'disk');
    // 43 GB until nine tenths, a gigabyte a day.
    expect(disk.state).toBe('soon');
    const days = (Date.parse(disk.at ?? '') - Date.parse(TAKEN_AT)) / DAY_MS;
    expect(days).toBeGreaterThan(38);
    expect(days).toBeLessThan(48);
    expect(disk.sentence).toMatch(/grows by \d+ MB a day|grows by 1 GB a day/);
  });

  test('lowers pools before it raises max_connections', async () => {
    const idle = { 'server.connections': line(95, 95), 'server.active': line(4, 4) };
    expect(part(await advise(facts(idle)), 'connections').action).toMatch(
      /^Lower the pools before max_connections is raised/,
    );
    const busy = { 'server.connections': line(95, 95), 'server.active': line(60, 60) };
    expect(part(await advise(facts(busy)), 'connections').sql).toBe('alter system set max_connections = 106');
  });

  test('puts first what is needed first', async () => {
    const report = await advise(facts({ 'server.connections': line(95, 95), 'server.active': line(1, 1) }));
    expect(report.advice.map(({ state }) => state).slice(0, 2)).toEqual(['now', 'now']);
    expect(report.sentence).toContain('more');
  });
});
