import { beforeEach, describe, expect, test } from 'vitest';
import type { Verdict, VerdictKind } from '../../../main/monitor/cause/schema.ts';
import type { VerdictBody } from '../../../main/monitor/cause/sentences.ts';
import { VerdictLog } from '../../../main/monitor/cause/verdict-log.ts';

const named: Verdict[] = [];
let log: VerdictLog;
beforeEach(() => {
  named.length = 0;
  log = new VerdictLog({
    instantOf: (ms) => new Date(ms).toISOString(),
    onNamed: (verdict) => named.push(verdict),
  });
});

const body = (kind: VerdictKind, more: Partial<VerdictBody> = {}) =>
  ({
    ...{ kind, confidence: 'certain', sentence: kind, statement: null, holder: null, lockTree: null, plan: null },
    ...{ caller: { routes: [], tenants: [], application: null }, evidence: [], actions: [] },
    ...more,
  }) as unknown as VerdictBody;

/** Finds the same every 250 ms. */
function keepFinding(kind: VerdictKind, fromMs: number, forMs: number): void {
  for (let atMs = fromMs; atMs <= fromMs + forMs; atMs += 250) log.found(body(kind), atMs, 0);
}

test('a verdict is named once and kept up to date', () => {
  log.found(body('leak'), 1_000, 300);
  log.found(body('leak', { sentence: 'more of it' }), 2_000, 300);
  expect(log.current).toMatchObject({
    ...{ id: 'v1', kind: 'leak', sentence: 'more of it', closedAt: null },
    ...{ detectedAt: new Date(300).toISOString(), namedAt: new Date(1_000).toISOString() },
  });
  expect(named).toHaveLength(1);
});

describe('another kind', () => {
  test('sharpens a likely one at once, under the same id', () => {
    log.found(body('slow_statement', { confidence: 'likely' }), 500, 0);
    log.found(body('missing_index'), 900, 0);
    expect(log.current).toMatchObject({ id: 'v1', kind: 'missing_index', namedAt: new Date(900).toISOString() });
    expect(log.recent).toEqual([]);
  });

  test('replaces a certain one only when it was found for a second', () => {
    log.found(body('lock_held'), 500, 0);
    keepFinding('volume_surge', 1_000, 750);
    expect(log.current?.kind).toBe('lock_held');
    log.found(body('lock_held'), 1_900, 0);
    keepFinding('volume_surge', 2_000, 750);
    expect(log.current?.kind).toBe('lock_held');
    keepFinding('volume_surge', 3_000, 0);
    expect(log.current).toMatchObject({ id: 'v1', kind: 'volume_surge' });
  });

  test('that is only likely takes no certain one’s place: it is a verdict of its own, once it was found for long enough', () => {
    log.found(body('lock_held'), 500, 0);
    const likely = body('slow_statement', { confidence: 'likely' });
    for (let atMs = 1_000; atMs < 4_000; atMs += 250) log.found(likely, atMs, 0);
    expect(log.current).toMatchObject({ id: 'v1', kind: 'lock_held' });
    log.found(likely, 4_000, 0);
    expect(log.current).toMatchObject({ id: 'v2', kind: 'slow_statement' });
    expect(log.recent).toMatchObject([{ id: 'v1', kind: 'lock_held' }]);
  });

  test('after ten seconds is a verdict of its own, and the old one is over', () => {
    log.found(body('lock_held'), 500, 0);
    keepFinding('lock_held', 750, 20_000);
    keepFinding('leak', 21_000, 2_750);
    expect(log.current?.kind).toBe('lock_held');
    keepFinding('leak', 24_000, 0);
    expect(log.current).toMatchObject({ id: 'v2', kind: 'leak', detectedAt: new Date(21_000).toISOString() });
    expect(log.recent).toMatchObject([{ id: 'v1', closedAt: new Date(24_000).toISOString() }]);
  });
});

test('who called stays told while none of them holds a connection', () => {
  const caller = { routes: [{ route: 'GET /reports', share: 1 }], tenants: [], application: null };
  log.found(body('slow_statement', { caller }), 500, 0);
  log.found(body('slow_statement'), 750, 0);
  expect(log.current?.caller).toEqual(caller);
});

test('the last twenty that are over are kept, newest first', () => {
  for (let at = 1; at <= 25; at += 1) {
    log.found(body('leak'), at * 1_000, 0);
    log.close(at * 1_000 + 500);
  }
  expect(log.current).toBeNull();
  expect(log.recent.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, at) => `v${25 - at}`));
});

test('what is found out later is further evidence, of a verdict that stands and of one that is over', () => {
  log.found(body('plan_changed', { evidence: ['first'] }), 500, 0);
  log.add('v1', 'It was the statistics.');
  log.found(body('plan_changed', { evidence: ['second'] }), 1_000, 0);
  expect(log.current?.evidence).toEqual(['second', 'It was the statistics.']);
  log.close(2_000);
  expect(log.recent[0]?.evidence).toEqual(['second', 'It was the statistics.']);
  log.add('v1', 'It was the statistics.');
  expect(log.recent[0]?.evidence).toHaveLength(2);
});
