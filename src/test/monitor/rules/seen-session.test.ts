/** From a sample to what rules see of each session. */

import { describe, expect, test } from 'vitest';
import { fingerprintOf, listStatements } from '../../../main/database/index.ts';
import { seeSessions } from '../../../main/monitor/rules/seen-session.ts';
import '../../../main/monitor/rules/queries.ts';
import type { Backend } from '../../../main/monitor/samples/backend.ts';
import { backendOf, leaseOf, OUR_DATABASE, sampleOf } from '../../support/activity.ts';

const around = { databaseName: OUR_DATABASE, isPooled: false, slowedLanes: [], monotonicMs: 100_000 };
const see = (...some: Partial<Backend>[]) => seeSessions(sampleOf(some.map(backendOf)), around);

describe('whose it is', () => {
  test('ours by its lease, another process of this server by its name, anybody else’s otherwise', () => {
    const seen = see(
      { pid: 1, lease: leaseOf(), applicationName: 'shop server' },
      { pid: 2, applicationName: 'shop server' },
      { pid: 3, applicationName: 'aquifer' },
      { pid: 4, applicationName: 'psql' },
      { pid: 5, applicationName: '' },
      { pid: 6, lease: leaseOf(), applicationName: '' },
    );
    expect(seen.map(({ scope }) => scope)).toEqual(['own', 'sibling', 'sibling', 'others', 'others', 'own']);
  });
});

describe('who is seen', () => {
  test('those who do something, and who stands in the way though idle', () => {
    const seen = see(
      { pid: 1, state: 'idle' },
      { pid: 2, state: null, backendType: 'checkpointer' },
      { pid: 3, state: 'idle' },
      { pid: 4, blockedBy: [3] },
    );
    expect(seen.map(({ pid }) => pid)).toEqual([3, 4]);
  });
});

describe('its age', () => {
  test('is that of the statement while one runs, and of the state otherwise', () => {
    const times = { queryMs: 60_000, stateMs: 4_000 };
    const [active, idle] = see(times, { ...times, state: 'idle in transaction' });
    expect([active?.ageMs, idle?.ageMs]).toEqual([60_000, 4_000]);
  });
});

describe('its deadline', () => {
  const origin = { deadlineAtMs: 96_000 };
  const declared = listStatements().find(({ name }) => name === 'monitor.readRules');
  const overdue = (some: Parameters<typeof leaseOf>[0]) => see({ lease: leaseOf(some) })[0]?.pastDeadlineMs;

  test('is the request’s', () => {
    expect(overdue({ origin })).toBe(4_000);
    expect(overdue({ origin: { deadlineAtMs: 110_000 } })).toBe(0);
  });

  test('is the declared one from the statement’s beginning on', () => {
    expect(declared?.deadlineMs).toBe(1_000);
    expect(overdue({ statement: 'monitor.readRules', statementAtMs: 97_000 })).toBe(2_000);
    expect(overdue({ statement: 'monitor.readRules', statementAtMs: 99_500 })).toBe(0);
  });

  test('is not the declared one inside of a transaction, which has its own', () => {
    expect(overdue({ statement: 'monitor.readRules', statementAtMs: 90_000, inTransaction: true })).toBe(0);
    expect(overdue({ statement: 'monitor.readRules', inTransaction: true, origin })).toBe(4_000);
  });

  test('is none for what nobody declared, what does not run, and other programs', () => {
    expect(overdue({})).toBe(0);
    expect(overdue({ origin, isRunning: false })).toBe(0);
    expect(see({})[0]?.pastDeadlineMs).toBe(0);
  });
});

describe('what it does', () => {
  test('a change of a definition that waits, with others behind it, is queued', () => {
    const ddl = { pid: 1, query: 'drop table notes', waitEventType: 'Lock', blockedBy: [9] };
    const behind = { pid: 2, blockedBy: [1], queryMs: 1_000 };
    expect(see(ddl, behind).map(({ isQueuedDdl }) => isQueuedDdl)).toEqual([true, false]);
    expect(see(ddl)[0]?.isQueuedDdl).toBe(false);
    expect(see({ ...ddl, waitEventType: null }, behind)[0]?.isQueuedDdl).toBe(false);
    expect(see({ ...ddl, query: 'update notes set a = ?' }, behind)[0]?.isQueuedDdl).toBe(false);
  });

  test.each([
    ['select a from b', true],
    ['with a as (select ?) select b from a', true],
    ['with a as (delete from b returning c) select c from a', false],
    ['select a from b for update', false],
    ['select nextval(?)', false],
    ['update a set b = ?', false],
    ['', false],
  ])('%j only reads: %s', (query, isReadOnly) => {
    expect(see({ query })[0]?.isReadOnly).toBe(isReadOnly);
  });

  test('a transaction that began with its statement is that statement alone', () => {
    expect(see({ transactionStart: 'a', queryStart: 'a' })[0]?.isAutocommit).toBe(true);
    expect(see({ transactionStart: 'a', queryStart: 'b' })[0]?.isAutocommit).toBe(false);
    expect(see({ transactionStart: 'a', queryStart: 'a', state: 'idle in transaction' })[0]?.isAutocommit).toBe(false);
  });

  test('its fingerprint is that of its text, also of one that came without constants', () => {
    const text = 'select a from b where c = 5 and d in (1, 2)';
    const shape = fingerprintOf(text);
    expect(see({ query: shape.text })[0]?.fingerprint).toBe(shape.id);
  });

  test('whom it hurts, in which lanes', () => {
    const victim = { pid: 2, blockedBy: [1], queryMs: 3_000, lease: leaseOf({ lane: 'critical' }) };
    expect(see({ pid: 1 }, victim)[0]).toMatchObject({ weight: 24, victims: 1, blocksLanes: ['critical'] });
  });

  test('why it is left alone, maintenance apart: that is for each rule to say', () => {
    expect(see({ isSuperuser: true })[0]?.protection).toMatch(/superuser/);
    expect(see({ query: 'vacuum notes' })[0]).toMatchObject({ protection: null, maintenance: 'runs VACUUM' });
  });
});
