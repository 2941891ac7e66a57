import { describe, expect, test } from 'vitest';
import { Baseline } from '../../../main/monitor/cause/baseline.ts';

const keys = { statement: 'shop.list', route: 'GET /shop', tenant: 'tina', lane: 'interactive' };
const ended = (durationMs: number, statement = keys.statement) => ({
  ...{ statement, lane: 'interactive', durationMs, rows: 1, origin: { route: keys.route, tenant: keys.tenant } },
});

/** Calls at an even pace, each of 20 ms, for so long. */
function run(baseline: Baseline, fromMs: number, forMs: number, options: { perSecond: number; isTrouble?: boolean }) {
  for (let atMs = fromMs; atMs < fromMs + forMs; atMs += 100) {
    const stepMs = baseline.step(atMs, options.isTrouble ?? false);
    baseline.held(keys, 'running', stepMs * options.perSecond * 0.02);
    for (let call = 0; call < options.perSecond / 10; call += 1) baseline.ended(ended(20));
  }
}

describe('the usual', () => {
  test('is what calm was like: how often, how long, how many at once', () => {
    const baseline = new Baseline(0);
    run(baseline, 0, 20_000, { perSecond: 50 });
    const usual = baseline.usual('statement', keys.statement);
    expect(usual?.callsPerSecond).toBeCloseTo(50, -1);
    expect(usual?.held.running).toBeCloseTo(1, 1);
    expect(usual?.typicalMs).toBeCloseTo(20, 3);
    for (const dimension of ['route', 'tenant', 'lane'] as const) {
      expect(baseline.usual(dimension, keys[dimension])?.callsPerSecond).toBeCloseTo(50, -1);
    }
  });

  test('does not learn from trouble, nor from the seconds before it was noticed', () => {
    const baseline = new Baseline(0);
    run(baseline, 0, 20_000, { perSecond: 10 });
    run(baseline, 20_000, 1_000, { perSecond: 500 });
    run(baseline, 21_000, 60_000, { perSecond: 500, isTrouble: true });
    expect(baseline.usual('statement', keys.statement)?.callsPerSecond).toBeCloseTo(10, 0);
    expect(baseline.now('statement', keys.statement, 1_000).callsPerSecond).toBeGreaterThan(400);
  });

  test('of a server that starts into a storm is that storm, until there is calm', () => {
    const baseline = new Baseline(0);
    expect(baseline.isKnown).toBe(false);
    run(baseline, 0, 20_000, { perSecond: 100, isTrouble: true });
    expect(baseline.isKnown).toBe(true);
    expect(baseline.usual('statement', keys.statement)?.callsPerSecond).toBeCloseTo(100, -1);
    run(baseline, 20_000, 600_000, { perSecond: 10 });
    expect(baseline.usual('statement', keys.statement)?.callsPerSecond).toBeLessThan(15);
  });

  test('fades: after an hour of something else, that is the usual', () => {
    const baseline = new Baseline(0);
    run(baseline, 0, 60_000, { perSecond: 100 });
    run(baseline, 60_000, 3_600_000, { perSecond: 10 });
    expect(baseline.usual('statement', keys.statement)?.callsPerSecond).toBeLessThan(10.5);
  });

  test('of the busy is told from a sample, and stays right', () => {
    const baseline = new Baseline(0);
    run(baseline, 0, 10_000, { perSecond: 20_000 });
    const usual = baseline.usual('statement', keys.statement);
    expect(usual?.callsPerSecond).toBeGreaterThan(18_000);
    expect(usual?.callsPerSecond).toBeLessThan(22_000);
    expect(usual?.typicalMs).toBeCloseTo(20, 3);
  });

  test('is bounded in what it remembers, and forgets the rare first', () => {
    const baseline = new Baseline(0);
    for (let atMs = 0; atMs < 30_000; atMs += 100) {
      baseline.step(atMs, false);
      baseline.ended(ended(1, 'frequent'));
      for (let at = 0; at < 100; at += 1) baseline.ended(ended(1, `rare ${atMs + at}`));
    }
    expect(baseline.usual('statement', 'frequent')).toBeDefined();
    expect(baseline.heaviest(1_000_000).length).toBeLessThanOrEqual(4_000);
  });
});

test('a process that was stopped for an hour has not held anything for an hour', () => {
  const baseline = new Baseline(0);
  baseline.step(100, false);
  expect(baseline.step(3_600_000, false)).toBeLessThanOrEqual(1_000);
  expect(baseline.step(3_599_000, false)).toBe(0);
});

test('one outlier does not make a statement slow', () => {
  const baseline = new Baseline(0);
  baseline.step(10, false);
  for (let call = 0; call < 100; call += 1) baseline.ended(ended(2));
  baseline.ended(ended(5_000));
  const now = baseline.now('statement', keys.statement, 1_000);
  expect(now.typicalMs).toBeLessThan(2.5);
  expect(now.meanMs).toBeGreaterThan(40);
});
