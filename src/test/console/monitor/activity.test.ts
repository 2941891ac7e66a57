import { expect, test } from 'vitest';
import type { SessionView } from '../../../main/client/index.ts';
import { arrangeSessions, sessionState, whoIs } from '../../../main/console/monitor/activity.ts';

const session = (given: Partial<SessionView>): SessionView =>
  ({
    pid: 100,
    backendType: 'client backend',
    backendStart: '2026-11-23 10:00:00+00',
    queryStart: null,
    state: 'active',
    waitEventType: null,
    waitEvent: null,
    transactionMs: null,
    queryMs: 0,
    statement: 'select 1',
    applicationName: 'psql',
    userName: 'app',
    blockedBy: [],
    lane: null,
    route: null,
    tenant: null,
    requestId: null,
    ...given,
  }) as SessionView;

test('whoever stands in the way of others comes first, then who is there longest', () => {
  const all = [
    session({ pid: 1, queryMs: 90_000 }),
    session({ pid: 2, queryMs: 10, blockedBy: [3] }),
    session({ pid: 3, state: 'idle in transaction', transactionMs: 5_000 }),
  ];
  expect(arrangeSessions(all, '').map(({ pid }) => pid)).toEqual([3, 1, 2]);
});

test('sessions that only wait for work are left out, unless they hold a lane', () => {
  const all = [session({ pid: 1, state: 'idle' }), session({ pid: 2, state: 'idle', lane: 'bulk' })];
  expect(arrangeSessions(all, '').map(({ pid }) => pid)).toEqual([2]);
});

test('the standing processes of the server are left out', () => {
  const all = [session({ pid: 1, state: null, backendType: 'checkpointer' }), session({ pid: 2, state: 'active' })];
  expect(arrangeSessions(all, '').map(({ pid }) => pid)).toEqual([2]);
});

test('the search looks at the statement, the route and the program', () => {
  const all = [session({ pid: 1, route: 'GET /reports' }), session({ pid: 2, applicationName: 'Metabase' })];
  expect(arrangeSessions(all, 'metabase').map(({ pid }) => pid)).toEqual([2]);
  expect(arrangeSessions(all, '/reports').map(({ pid }) => pid)).toEqual([1]);
});

test('a state says what is waited for', () => {
  expect(sessionState(session({ blockedBy: [812, 0] }))).toBe('waits for a lock of pid 812, a prepared transaction');
  expect(sessionState(session({ waitEventType: 'IO', waitEvent: 'DataFileRead' }))).toBe(
    'active, waits for IO DataFileRead',
  );
  expect(sessionState(session({}))).toBe('active, on the processor');
  expect(sessionState(session({ state: 'idle in transaction' }))).toBe('idle in transaction');
});

test('a session is the route it works for, or else its program', () => {
  expect(whoIs(session({ route: 'GET /reports', tenant: 'u-1' }))).toBe('GET /reports, user u-1, app, pid 100');
  expect(whoIs(session({ applicationName: '' }))).toBe('a program without a name, app, pid 100');
  expect(whoIs(session({ backendType: 'autovacuum worker', userName: null }))).toBe('autovacuum worker, pid 100');
});
