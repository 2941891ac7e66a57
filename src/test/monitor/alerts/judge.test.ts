/** Figures held against rules: what is told, and what stays a figure. */

import { describe, expect, test } from 'vitest';
import { BaselineBook } from '../../../main/monitor/alerts/baseline-book.ts';
import { builtInRules } from '../../../main/monitor/alerts/built-in-rules.ts';
import { type Evaluation, type Finding, Judge } from '../../../main/monitor/alerts/judge.ts';
import type { AlertRuleDefinition } from '../../../main/monitor/alerts/rule.ts';

const STEP_MS = 10_000;
const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

type Figures = Record<string, number>;

function createJudged(rules: readonly AlertRuleDefinition[] = builtInRules, factor = 1) {
  const told: { change: string; finding: Finding }[] = [];
  const evaluations: Evaluation[] = [];
  const baselines = new BaselineBook();
  const judge = new Judge(
    {
      baselines,
      factorOf: () => factor,
      onFinding: (finding, change) => change !== 'holds' && told.push({ change, finding }),
      onEvaluated: (evaluation) => evaluations.push(evaluation),
    },
    rules,
  );
  let atMs = START_MS;
  const feed = (ms: number, figures: Figures | ((atMs: number) => Figures)) => {
    for (const endMs = atMs + ms; atMs < endMs; atMs += STEP_MS) {
      const now = typeof figures === 'function' ? figures(atMs) : figures;
      const readings = Object.entries(now).map(([key, value]) => {
        const [name = '', ...scope] = key.split(' ');
        return { name, scope: scope.join(' '), value };
      });
      judge.observe(atMs, readings);
      judge.tick(atMs);
    }
    return told.map(({ change, finding }) => `${finding.rule.id} ${change}`);
  };
  return { feed, judge, told, baselines, evaluations };
}

const only = (...ids: string[]) => builtInRules.filter(({ id }) => ids.includes(id));
const MINUTE_MS = 60_000;
/** A little noise, the same every time. */
const wobble = (atMs: number) => 1 + 0.05 * Math.sin(atMs / 7_919);

describe('a limit', () => {
  test('is told once it has held, and is over once it has not', () => {
    const { feed } = createJudged(only('connections-near-limit'));
    const of = (connections: number) => ({ 'server.connections': connections, 'server.connectionsMax': 100 });
    expect(feed(5 * MINUTE_MS, of(85))).toEqual([]);
    expect(feed(MINUTE_MS, of(95))).toEqual(['connections-near-limit began']);
    expect(feed(2 * MINUTE_MS, of(20))).toEqual(['connections-near-limit began', 'connections-near-limit ended']);
  });

  test('below: at nothing left it is beyond', () => {
    const { feed } = createJudged(only('disk-nearly-full'));
    expect(feed(5 * MINUTE_MS, { 'disk.freeShare': 0.4 })).toEqual([]);
    expect(feed(3 * MINUTE_MS, { 'disk.freeShare': 0 })).toEqual(['disk-nearly-full began']);
  });

  test('a full pool is told where users wait, and not where they do not', () => {
    const { feed } = createJudged(only('pool-nearly-exhausted'));
    expect(feed(10 * MINUTE_MS, { 'pool.usedShare': 1, 'pool.waiting bulk': 40 })).toEqual([]);
    expect(feed(5 * MINUTE_MS, { 'pool.usedShare': 1, 'pool.waiting interactive': 4 })).toEqual([
      'pool-nearly-exhausted began',
    ]);
  });

  test('only the lanes of users are refused anything that matters', () => {
    const { feed } = createJudged(only('pool-refuses'));
    expect(feed(10 * MINUTE_MS, { 'pool.refusedPerSecond bulk': 9 })).toEqual([]);
    expect(feed(MINUTE_MS, { 'pool.refusedPerSecond critical': 1 })).toEqual(['pool-refuses began']);
  });

  test('is over when nobody measures it any more', () => {
    const { feed } = createJudged(only('locks-pile-up'));
    feed(2 * MINUTE_MS, { 'locks.waiting': 9 });
    expect(feed(5 * MINUTE_MS, { 'pool.usedShare': 0 })).toEqual(['locks-pile-up began', 'locks-pile-up ended']);
  });
});

describe('a baseline', () => {
  const calm = (atMs: number): Figures => ({
    'statement.meanMs orders.list': 8 * wobble(atMs),
    'statement.callsPerSecond orders.list': 20,
  });
  const slow = (factor: number, calls: number) => (): Figures => ({
    'statement.meanMs orders.list': 8 * factor,
    'statement.callsPerSecond orders.list': calls,
  });

  test('says nothing on its first day, and afterwards tells of what costs users time', () => {
    const { feed, told } = createJudged(only('statement-slower'));
    expect(feed(20 * 3_600_000, slow(10, 20))).toEqual([]);
    feed(3 * DAY_MS, calm);
    expect(told).toEqual([]);
    expect(feed(10 * MINUTE_MS, slow(10, 20))).toEqual(['statement-slower began']);
    const [first] = told;
    expect(first?.finding).toMatchObject({ scope: 'orders.list', rule: { id: 'statement-slower' } });
    expect(first?.finding.usual).toBeCloseTo(8, 0);
    expect(first?.finding.threshold).toBeGreaterThan(8);
    expect(first?.finding.threshold).toBeLessThan(80);
  });

  test('is silent where it is just as odd and costs nobody anything', () => {
    const { feed } = createJudged(only('statement-slower'));
    feed(3 * DAY_MS, calm);
    expect(feed(20 * MINUTE_MS, slow(10, 0.05))).toEqual([]);
    expect(feed(20 * MINUTE_MS, slow(1.6, 20))).toEqual([]);
  });

  test('a single spike says nothing', () => {
    const { feed } = createJudged(only('statement-slower'));
    feed(3 * DAY_MS, calm);
    feed(30_000, slow(50, 20));
    expect(feed(10 * MINUTE_MS, calm)).toEqual([]);
  });

  test('does not learn what it tells of, until that is how things are now', () => {
    const { baselines, feed } = createJudged(only('statement-slower'));
    feed(3 * DAY_MS, calm);
    const atMs = START_MS + 10 * DAY_MS;
    feed(5 * 3_600_000, slow(10, 20));
    expect(baselines.usual('statement.meanMs', 'orders.list', atMs)?.median).toBeLessThan(10);
    feed(6 * DAY_MS, slow(10, 20));
    expect(baselines.usual('statement.meanMs', 'orders.list', atMs)?.median).toBeGreaterThan(40);
  });

  test('tells of requests that stay away, suddenly, and not of a slow day', () => {
    const { feed, told } = createJudged(only('traffic-vanished'));
    const traffic = (part: number) => (atMs: number) => ({ 'http.requestsPerSecond GET /a': 50 * part * wobble(atMs) });
    feed(3 * DAY_MS, traffic(1));
    for (let part = 1; part > 0.3; part *= 0.97) feed(10 * MINUTE_MS, traffic(part));
    expect(told).toEqual([]);
    feed(DAY_MS, traffic(1));
    expect(feed(10 * MINUTE_MS, traffic(0.1))).toEqual(['traffic-vanished began']);
  });

  test('a threshold that was raised by feedback is reached later', () => {
    const patient = createJudged(only('statement-slower'), 4);
    patient.feed(3 * DAY_MS, calm);
    expect(patient.feed(20 * MINUTE_MS, slow(3, 20))).toEqual([]);
    const asShipped = createJudged(only('statement-slower'), 1);
    asShipped.feed(3 * DAY_MS, calm);
    expect(asShipped.feed(20 * MINUTE_MS, slow(3, 20))).toEqual(['statement-slower began']);
  });
});

describe('the rules', () => {
  test('one that is changed or switched off ends what it had said; the others go on', () => {
    const rules = only('locks-pile-up', 'deadlocks');
    const { feed, judge } = createJudged(rules);
    feed(10 * MINUTE_MS, { 'locks.waiting': 9, 'server.deadlocksPerSecond': 1 });
    judge.setRules(rules.map((rule) => (rule.id === 'deadlocks' ? { ...rule, isEnabled: false } : { ...rule })));
    expect(feed(STEP_MS, {})).toEqual(['locks-pile-up began', 'deadlocks began', 'deadlocks ended']);
  });

  test('what was not felt is evaluated all the same, for a replay', () => {
    const { evaluations, feed } = createJudged(only('pool-nearly-exhausted'));
    feed(2 * MINUTE_MS, { 'pool.usedShare': 1 });
    expect(evaluations.length).toBeGreaterThan(5);
    expect(evaluations.every(({ isFelt }) => !isFelt)).toBe(true);
    expect(evaluations.at(-1)?.score).toBeCloseTo(1 / 0.9);
  });

  test('each has a sentence that names its figures, and ids are its own', () => {
    expect(new Set(builtInRules.map(({ id }) => id)).size).toBe(builtInRules.length);
    for (const rule of builtInRules) {
      const sentence = rule.tell({ scope: 'orders.list', value: 3, threshold: 1, usual: 1 });
      if (rule.kind !== 'event') expect(sentence, rule.id).toMatch(/\d.*\.$/);
      expect(rule.about, rule.id).toMatch(/\.$/);
    }
  });
});
