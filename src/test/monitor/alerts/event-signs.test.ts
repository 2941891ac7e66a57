/** What is told of the moment: who overstays, who stands in whose way, who has forgotten something. */

import { describe, expect, test } from 'vitest';
import { builtInRules } from '../../../main/monitor/alerts/built-in-rules.ts';
import { type Moment, readEventSigns } from '../../../main/monitor/alerts/event-signs.ts';
import { backendOf, leaseOf, sampleOf } from '../../support/activity.ts';

const NOW_MS = 1_000_000;

function moment(some: Partial<Moment> = {}): Moment {
  return {
    ...{ atMs: NOW_MS, monotonicMs: NOW_MS, leases: [], sample: undefined, limit: 10, hurtingMs: 0 },
    usualMs: () => undefined,
    ruleOf: (id) => builtInRules.find((rule) => rule.id === id),
    ...some,
  };
}

const running = (statement: string, lane: string, ageMs: number) =>
  leaseOf({ lane, statement, statementAtMs: NOW_MS - ageMs, isRunning: true });
const many = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make);
const tell = (some: Partial<Moment>) => readEventSigns(moment(some)).map(({ rule, scope }) => `${rule.id} ${scope}`);

describe('a statement overstays', () => {
  test('in a lane of users after two seconds, or ten times its usual', () => {
    expect(tell({ leases: [running('orders.list', 'interactive', 1_900)] })).toEqual([]);
    expect(tell({ leases: [running('orders.list', 'interactive', 2_100)] })).toEqual(['query-overstays orders.list']);
    expect(tell({ leases: [running('orders.list', 'critical', 2_100)], usualMs: () => 400 })).toEqual([]);
    expect(tell({ leases: [running('orders.list', 'critical', 4_100)], usualMs: () => 400 })).toHaveLength(1);
  });

  test('moved to bulk, too, where a request waits for what is usually short', () => {
    const origin = { requestId: 'r', route: 'GET /orders', tenant: undefined };
    const moved = { ...running('select ?', 'bulk', 2_100), origin } as ReturnType<typeof running>;
    expect(tell({ leases: [moved], usualMs: () => 20 })).toEqual(['query-overstays select ?']);
    expect(tell({ leases: [moved], usualMs: () => 600 }), 'it is long by nature').toEqual([]);
    expect(tell({ leases: [moved] }), 'nothing is known of it').toEqual([]);
    expect(tell({ leases: [{ ...moved, origin: undefined }], usualMs: () => 20 }), 'nobody waits').toEqual([]);
  });

  test('is one sign for a statement, however many run it, and names its caller', () => {
    const origin = { requestId: 'r', route: 'GET /orders', tenant: undefined };
    const leases = [3_000, 5_000, 4_000].map((ageMs) => ({ ...running('orders.list', 'interactive', ageMs), origin }));
    const [sign, ...others] = readEventSigns(moment({ leases: leases as Moment['leases'] }));
    expect(others).toEqual([]);
    expect(sign).toMatchObject({ severity: 'ticket', value: 5 });
    expect(sign?.sentence).toBe(
      'orders.list has been running on 3 connections, the longest for 5 s, called by GET /orders.',
    );
  });

  test('a job is a note, until users are hurt and it holds a share of the pool', () => {
    const leases = many(3, () => running('jobs.once', 'bulk', 3_600_000));
    expect(readEventSigns(moment({ leases }))).toMatchObject([{ severity: 'note' }]);
    const [sign] = readEventSigns(moment({ leases, hurtingMs: 20_000 }));
    expect(sign).toMatchObject({ severity: 'page', isCause: true });
    expect(sign?.sentence).toMatch(/holds 30 % of the pool, and users wait/);
  });

  test('and one that began long before the trouble and holds little is not blamed', () => {
    const severityOf = (ageMs: number, hurtingMs: number) =>
      readEventSigns(moment({ leases: [running('jobs.once', 'bulk', ageMs)], hurtingMs }))[0]?.severity;
    expect(severityOf(3_600_000, 20_000)).toBe('note');
    expect(severityOf(60_000, 20_000)).toBe('page');
    expect(severityOf(60_000, 5_000)).toBe('note');
    expect(severityOf(4_000, 0)).toBeUndefined();
  });

  test('who waits for a lock, who is patient by design, and who asks to be kept do not', () => {
    const waits = { ...running('orders.list', 'interactive', 60_000), blockedByPid: 7 };
    const kept = backendOf({ queryMs: 600_000, isKept: true });
    const vacuum = backendOf({ queryMs: 600_000, query: 'vacuum orders' });
    const leases = [waits, running('monitor.readSeries', 'background', 60_000)];
    expect(tell({ leases, sample: sampleOf([kept, vacuum], NOW_MS), hurtingMs: 500_000 })).toEqual([]);
  });

  test('another program’s is told while users are hurt, and a harmless one of usual length never', () => {
    const other = backendOf({ queryMs: 30_000, statement: 'select ? from orders' });
    const sample = sampleOf([other], NOW_MS);
    expect(tell({ sample })).toEqual([]);
    expect(tell({ sample, hurtingMs: 20_000 })).toEqual(['query-overstays select ? from orders']);
    expect(tell({ sample: sampleOf([other], NOW_MS - 60_000), hurtingMs: 20_000 })).toEqual([]);
  });

  test('a rule that is switched off says nothing', () => {
    const off = (id: string) => ({ ...moment().ruleOf(id), isEnabled: false }) as ReturnType<Moment['ruleOf']>;
    expect(tell({ leases: [running('orders.list', 'interactive', 60_000)], ruleOf: off })).toEqual([]);
  });
});

describe('a lock', () => {
  const holder = backendOf({
    pid: 1,
    state: 'idle in transaction',
    applicationName: 'psql',
    statement: 'update orders',
  });
  const waiter = (pid: number, queryMs: number) =>
    backendOf({ ...{ pid, queryMs, blockedBy: [1], waitEventType: 'Lock' }, lease: leaseOf({ lane: 'critical' }) });

  test('is told by its holder where several wait and it weighs', () => {
    const [sign] = readEventSigns(moment({ sample: sampleOf([holder, waiter(2, 4_000), waiter(3, 9_000)], NOW_MS) }));
    expect(sign).toMatchObject({ rule: { id: 'lock-tree' }, group: 'lock of update orders', isCause: true, value: 2 });
    expect(sign?.sentence).toBe('psql holds a lock, idle in transaction: 2 sessions wait for it, the longest for 9 s.');
  });

  test('is not where one waits, or all for a moment', () => {
    expect(tell({ sample: sampleOf([holder, waiter(2, 60_000)], NOW_MS) })).toEqual([]);
    expect(tell({ sample: sampleOf([holder, waiter(2, 500), waiter(3, 600)], NOW_MS) })).toEqual([]);
  });
});

describe('what is forgotten', () => {
  test('transactions that stand idle, by program, and not before a quarter of an hour', () => {
    const idle = (stateMs: number) => backendOf({ state: 'idle in transaction', stateMs });
    expect(tell({ sample: sampleOf([idle(600_000)], NOW_MS) })).toEqual([]);
    const [sign, ...others] = readEventSigns(moment({ sample: sampleOf([idle(1_000_000), idle(2_000_000)], NOW_MS) }));
    expect(others).toEqual([]);
    expect(sign).toMatchObject({ rule: { id: 'idle-in-transaction' }, scope: 'psql', value: 2_000 });
    expect(sign?.sentence).toMatch(/2 transactions open/);
  });

  test('connections that run nothing for a minute, unless they listen', () => {
    const idle = (statement: string, ageMs: number) =>
      leaseOf({ statement, isRunning: false, statementAtMs: NOW_MS - ageMs });
    expect(tell({ leases: [idle('orders.list', 30_000), idle('listen news', 600_000)] })).toEqual([]);
    expect(tell({ leases: [idle('orders.list', 61_000)] })).toEqual(['connection-leak orders.list']);
  });
});
