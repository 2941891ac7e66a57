/** What people are told of what rules find: once, together where it belongs together, and over when it is over. */

import { describe, expect, test } from 'vitest';
import { AlertBook, type AlertBookOptions, type Sign } from '../../../main/monitor/alerts/alert-book.ts';
import { builtInRules } from '../../../main/monitor/alerts/built-in-rules.ts';
import type { AlertRuleDefinition } from '../../../main/monitor/alerts/rule.ts';
import type { Alert } from '../../../main/monitor/alerts/schema.ts';

const SETTLE_MS = 120_000;

const ruleOf = (id: string) => builtInRules.find((rule) => rule.id === id) as AlertRuleDefinition;

function signOf(id: string, some: Partial<Sign> = {}): Sign {
  const scope = some.scope ?? '';
  const sentence = `${id} says so.`;
  return { rule: ruleOf(id), scope, atMs: 0, value: 2, threshold: 1, sentence, group: scope || id, ...some };
}

function createBook(some: Partial<AlertBookOptions> = {}) {
  const told: { alert: Alert; change: string }[] = [];
  const book = new AlertBook({
    settleMs: SETTLE_MS,
    onAlert: (alert, change) => told.push({ alert, change }),
    ...some,
  });
  return { book, told, changes: () => told.map(({ alert, change }) => `${alert.ruleId} ${change}`) };
}

describe('an alert', () => {
  test('is told once, however long it holds, and is over when it has been gone for a while', () => {
    const { book, changes } = createBook();
    book.began(signOf('replica-lags', { scope: 'standby' }));
    book.holds(signOf('replica-lags', { scope: 'standby', value: 9, atMs: 10_000 }));
    expect(book.firing()).toMatchObject([{ value: 9, state: 'firing', count: 1 }]);
    book.ended('replica-lags', 'standby', 20_000);
    book.tick(20_000 + SETTLE_MS - 1);
    expect(changes()).toEqual(['replica-lags fired']);
    book.tick(20_000 + SETTLE_MS);
    expect(changes()).toEqual(['replica-lags fired', 'replica-lags resolved']);
    expect(book.recent).toMatchObject([{ state: 'resolved', resolvedAt: new Date(20_000).toISOString() }]);
    expect(book.firing()).toEqual([]);
  });

  test('that flickers is one', () => {
    const { book, changes } = createBook();
    for (let atMs = 0; atMs < 600_000; atMs += 60_000) {
      book.began(signOf('replica-lags', { scope: 'standby', atMs }));
      book.ended('replica-lags', 'standby', atMs + 30_000);
      book.tick(atMs + 30_000);
    }
    expect(changes()).toEqual(['replica-lags fired']);
    expect(book.firing()).toMatchObject([{ count: 1 }]);
  });

  test('has numbers that JSON knows', () => {
    const { book } = createBook();
    book.began(signOf('disk-fills', { value: Number.POSITIVE_INFINITY, threshold: Number.NaN }));
    expect(book.firing()).toMatchObject([{ value: null, threshold: null }]);
  });
});

describe('signs of one trouble', () => {
  test('are folded into one alert, which becomes as grave as the gravest and names the cause', () => {
    const { book, changes, told } = createBook();
    book.began(signOf('statement-slower', { scope: 'orders.list' }));
    book.began(signOf('pool-waits', { scope: 'critical' }));
    book.began(signOf('pool-refuses', { scope: 'interactive' }));
    book.began(
      signOf('lock-tree', { scope: 'psql', isCause: true, group: 'lock of psql', sentence: 'psql holds a lock.' }),
    );
    expect(changes().map((change) => change.split(' ')[1])).toEqual(['fired', 'updated', 'updated', 'updated']);
    expect(new Set(told.map(({ alert }) => alert.id)).size).toBe(1);
    expect(book.firing()).toMatchObject([
      { ruleId: 'statement-slower', severity: 'page', count: 4, group: 'lock of psql', sentence: 'psql holds a lock.' },
    ]);
  });

  test('are over together, when the last of them is', () => {
    const { book, changes } = createBook();
    book.began(signOf('pool-waits', { scope: 'critical' }));
    book.began(signOf('requests-slow', { scope: 'GET /a' }));
    book.ended('pool-waits', 'critical', 10_000);
    book.tick(10_000_000);
    expect(book.firing()).toHaveLength(1);
    book.ended('requests-slow', 'GET /a', 10_000_000);
    book.tick(10_000_000 + SETTLE_MS);
    expect(changes().at(-1)).toBe('pool-waits resolved');
  });

  test('other troubles stay their own: two replicas are two, a disk is no sign of slow requests', () => {
    const { book } = createBook();
    book.began(signOf('requests-slow', { scope: 'GET /a' }));
    book.began(signOf('replica-lags', { scope: 'one' }));
    book.began(signOf('replica-lags', { scope: 'two' }));
    book.began(signOf('disk-fills'));
    book.began(signOf('disk-nearly-full'));
    expect(
      book
        .firing()
        .map(({ ruleId, count }) => `${ruleId} ${count}`)
        .sort(),
    ).toEqual([...['disk-fills 2', 'replica-lags 1', 'replica-lags 1', 'requests-slow 1']]);
  });

  test('what was harmless and begins to hurt joins what hurts', () => {
    const { book } = createBook();
    const overstay = { scope: 'reports.monthly', severity: 'ticket' as const };
    book.began(signOf('query-overstays', overstay));
    book.began(signOf('pool-waits', { scope: 'critical' }));
    expect(book.firing()).toHaveLength(2);
    book.holds(
      signOf('query-overstays', { ...overstay, severity: 'page', isCause: true, sentence: 'It holds the pool.' }),
    );
    expect(book.firing()).toMatchObject([{ ruleId: 'pool-waits', sentence: 'It holds the pool.', count: 2 }]);
    expect(book.recent).toMatchObject([{ ruleId: 'query-overstays', state: 'resolved' }]);
  });

  test('and alone it only becomes graver', () => {
    const { book, changes } = createBook();
    book.began(signOf('query-overstays', { scope: 'a', severity: 'note' }));
    book.holds(signOf('query-overstays', { scope: 'a', severity: 'page', isCause: true }));
    book.began(signOf('pool-waits', { scope: 'critical' }));
    expect(changes()).toEqual(['query-overstays fired', 'query-overstays updated', 'query-overstays updated']);
    expect(book.firing()).toMatchObject([{ severity: 'page', count: 2 }]);
  });
});

describe('what is known beside', () => {
  test('the cause is added once, as soon as it is known, and only to what hurts users', () => {
    let cause: string | null = null;
    const { book, changes } = createBook({ readCause: () => cause });
    book.began(signOf('pool-waits', { scope: 'critical' }));
    book.began(signOf('replica-lags', { scope: 'one' }));
    cause = 'reports.monthly holds all connections.';
    book.tick(1_000);
    book.tick(2_000);
    expect(changes()).toEqual(['pool-waits fired', 'replica-lags fired', 'pool-waits updated']);
    expect(book.firing().find(({ ruleId }) => ruleId === 'pool-waits')?.sentence).toMatch(/says so\. reports\.monthly/);
  });

  test('its incident is attached, and nobody is told anew', () => {
    const amended: Alert[] = [];
    let incident: string | null = null;
    const { book, changes } = createBook({ readIncident: () => incident, onAmended: (alert) => amended.push(alert) });
    book.began(signOf('pool-waits', { scope: 'critical' }));
    book.tick(0);
    incident = 'i1';
    book.tick(1_000);
    book.tick(2_000);
    expect(amended).toMatchObject([{ incidentId: 'i1' }]);
    expect(changes()).toEqual(['pool-waits fired']);
  });

  test('feedback is kept with what fires and with what is over', () => {
    const { book } = createBook();
    book.began(signOf('deadlocks'));
    const [{ id = '' } = {}] = book.firing();
    expect(book.amend(id, { feedback: 'useful' })).toMatchObject({ feedback: 'useful' });
    book.ended('deadlocks', '', 0);
    book.tick(SETTLE_MS);
    expect(book.amend(id, { feedback: 'noise' })).toMatchObject({ feedback: 'noise', state: 'resolved' });
    expect(book.recent).toMatchObject([{ feedback: 'noise' }]);
    expect(book.amend('another', { feedback: 'noise' })).toBeUndefined();
  });
});

describe('after a restart', () => {
  const left = (): Alert => {
    const { book } = createBook();
    book.began(signOf('replica-lags', { scope: 'one' }));
    return book.firing()[0] as Alert;
  };

  test('what still holds goes on as the same alert', () => {
    const alert = left();
    const { book, changes } = createBook();
    book.adopt([alert], ruleOf, 1_000);
    book.began(signOf('replica-lags', { scope: 'one', atMs: 5_000 }));
    book.tick(10_000_000);
    expect(book.firing()).toMatchObject([{ id: alert.id }]);
    expect(changes()).toEqual([]);
  });

  test('what does not is over after a while', () => {
    const { book, changes } = createBook();
    book.adopt([left()], ruleOf, 1_000);
    // The rule needs five minutes before it could say so again.
    book.tick(1_000 + 300_000);
    expect(changes()).toEqual([]);
    book.tick(1_000 + 300_000 + SETTLE_MS);
    expect(changes()).toEqual(['replica-lags resolved']);
  });

  test('what fired anew before the old was read ends the old', () => {
    const { book, changes } = createBook();
    book.began(signOf('replica-lags', { scope: 'one' }));
    book.adopt([left()], ruleOf, 1_000);
    expect(changes()).toEqual(['replica-lags fired', 'replica-lags resolved']);
    expect(book.firing()).toHaveLength(1);
  });
});

test('a rule that is switched off ends its own signs and leaves the others', () => {
  const { book, changes } = createBook();
  book.began(signOf('pool-waits', { scope: 'critical' }));
  book.began(signOf('requests-slow', { scope: 'GET /a' }));
  book.drop('pool-waits', 1_000);
  expect(book.firing()).toHaveLength(1);
  book.drop('requests-slow', 2_000);
  expect(changes().at(-1)).toBe('pool-waits resolved');
});
