/** From a suspicion to what is told: whether the plan is at fault, what came before, in which words. */

import { beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../main/foundation/logger.ts';
import { MemoryQueryStore } from '../../../main/monitor/query-stats/memory-query-store.ts';
import type { PlanChange, SeenPlan } from '../../../main/monitor/query-stats/plan-history.ts';
import type { PrecedingEvent } from '../../../main/monitor/query-stats/query-store.ts';
import { RegressionWatch, type Suspicion } from '../../../main/monitor/query-stats/regression-watch.ts';
import { type FoundRegression, Regressions } from '../../../main/monitor/query-stats/regressions.ts';
import { HOUR_MS, MINUTE_MS } from '../../../main/monitor/query-stats/spans.ts';

const AT_MS = Date.parse('2026-11-23T10:00:00.000Z');
const SPAN = { fromMs: AT_MS - HOUR_MS, toMs: AT_MS + HOUR_MS };
const facts = { id: 'orders', name: 'shop.findOrders', text: 'select ?', lane: 'interactive', isOurs: false };

const planOf = (planId: string, some: Partial<SeenPlan> = {}): SeenPlan => ({
  ...{ planId, summary: `Plan ${planId}`, cost: 10, analyzedAtMs: null },
  ...some,
});
const changed: PlanChange = { kind: 'changed', before: planOf('a'), after: planOf('b', { cost: 400 }) };

class PlantedWatch extends RegressionWatch {
  planted: Suspicion[] = [];
  override judge(): Suspicion[] {
    const planted = this.planted;
    this.planted = [];
    return planted;
  }
}

let watch: PlantedWatch;
let change: PlanChange;
let events: PrecedingEvent[];
let store: MemoryQueryStore;
let told: FoundRegression[];
let regressions: Regressions;

beforeEach(() => {
  watch = new PlantedWatch();
  change = changed;
  events = [];
  told = [];
  store = new MemoryQueryStore({ nowMs: () => AT_MS });
  regressions = new Regressions({
    ...{ watch, store, plans: { around: () => change }, logger: createLogger({ level: 'silent' }) },
    factsOf: (id) => (id === facts.id ? facts : undefined),
    eventsBetween: (fromMs, toMs) => events.filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
  });
  regressions.onRegression((one) => told.push(one));
});

function plant(some: Partial<Suspicion> = {}): Promise<void> {
  watch.planted.push({ statementId: 'orders', atMs: AT_MS, blocks: [12, 1_240], ms: [0.6, 48], minutes: 1, ...some });
  return regressions.judge(AT_MS + MINUTE_MS);
}

test('another plan is named, in a sentence that a person understands, and kept', async () => {
  await plant();
  expect(told).toMatchObject([
    {
      ...{ statement: 'shop.findOrders', atMs: AT_MS, blocksRatio: 103.3, timeRatio: 80 },
      ...{ planBefore: 'Plan a', planAfter: 'Plan b', precededBy: [] },
    },
  ]);
  expect(told[0]?.sentence).toBe(
    'shop.findOrders reads 1,240 blocks for each call, before 12, and takes 48 ms, before 0.6 ms: its plan has changed from Plan a to Plan b.',
  );
  expect(await store.regressions(SPAN)).toMatchObject([{ statementId: 'orders', atMs: AT_MS }]);
});

describe('whether the plan is at fault', () => {
  test.each<[string, Partial<PlanChange>, Partial<Suspicion>, boolean]>([
    ['another plan, seen by time alone', changed, { blocks: null }, true],
    ['the same plan at a multiple of its cost', { kind: 'costlier' }, {}, true],
    ['the same plan at the same cost: other values', { kind: 'same' }, { minutes: 5 }, false],
    ['the same plan, seen by time alone: a busy server', { kind: 'costlier' }, { blocks: null }, false],
    ['a plan nobody knows, for one minute', { kind: 'unknown' }, { minutes: 2 }, false],
    ['a plan nobody knows, for three minutes', { kind: 'unknown' }, { minutes: 3 }, true],
    ['a plan nobody knows, and twice the blocks', { kind: 'unknown' }, { minutes: 3, blocks: [12, 30] }, false],
  ])('%s', async (_what, plan, suspicion, isTold) => {
    change = { before: undefined, after: undefined, kind: 'unknown', ...plan };
    await plant(suspicion);
    expect(told).toHaveLength(isTold ? 1 : 0);
  });
});

test('what came shortly before is told with it, an ANALYZE of its tables too, and nothing of an hour ago', async () => {
  events = [
    { atMs: AT_MS - HOUR_MS, sentence: 'Version 1 was deployed.' },
    { atMs: AT_MS + 30_000, sentence: 'Version 2 was deployed.' },
    { atMs: AT_MS + 2 * MINUTE_MS, sentence: 'Version 3 was deployed.' },
  ];
  change = { ...changed, after: planOf('b', { analyzedAtMs: AT_MS - MINUTE_MS }) };
  await plant();
  expect(told[0]?.precededBy).toEqual([
    { atMs: AT_MS - MINUTE_MS, sentence: 'A table that it reads was analysed.' },
    { atMs: AT_MS + 30_000, sentence: 'Version 2 was deployed.' },
  ]);
  events = [{ atMs: AT_MS - MINUTE_MS + 5_000, sentence: 'shop.orders was analysed.' }];
  await plant();
  expect(told[1]?.precededBy).toEqual(events);
});

test('what the store cannot take stays in line, and is told once', async () => {
  const save = store.saveRegression.bind(store);
  store.saveRegression = () => Promise.reject(new Error('the database is away'));
  await expect(plant()).rejects.toThrow('away');
  store.saveRegression = save;
  await regressions.judge(AT_MS + 2 * MINUTE_MS);
  expect(await store.regressions(SPAN)).toHaveLength(1);
  expect(told).toHaveLength(1);
});

test('a listener that fails keeps nobody else from hearing, and one that has left hears nothing', async () => {
  const heard: string[] = [];
  regressions.onRegression(() => {
    throw new Error('not today');
  });
  const stop = regressions.onRegression(({ statement }) => heard.push(statement));
  await plant();
  stop();
  await plant();
  expect(heard).toEqual(['shop.findOrders']);
});
