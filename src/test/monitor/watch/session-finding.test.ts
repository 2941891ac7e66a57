import { describe, expect, test } from 'vitest';
import { findInSessions } from '../../../main/monitor/watch/session-finding.ts';
import { backendOf } from '../../support/activity.ts';

const holder = backendOf({
  pid: 1,
  state: 'idle in transaction',
  stateMs: 42_000,
  queryMs: 43_000,
  applicationName: 'psql',
});
const waiting = (pid: number, queryMs: number, blockedBy = [1]) =>
  backendOf({ pid, queryMs, blockedBy, waitEventType: 'Lock', waitEvent: 'relation', applicationName: 'shop' });
const running = (pid: number, queryMs: number, changes = {}) =>
  backendOf({
    pid,
    queryMs,
    query: 'select a from b where c = ?',
    statement: 'select a from b where c = ?',
    ...changes,
  });

describe('a lock', () => {
  test('is told by who holds it, with what would end exactly that session', () => {
    const finding = findInSessions([holder, waiting(2, 3_000), waiting(3, 2_000)]);
    expect(finding?.body).toMatchObject({ kind: 'lock_held', confidence: 'certain', lockTree: { pid: 1 } });
    expect(finding?.body.sentence).toContain(
      'A session of psql (pid 1, user shop) has been idle in transaction for 42 s',
    );
    expect(finding?.body.evidence[0]).toBe('2 sessions wait in this queue, the longest for 3.0 s.');
    expect(finding?.body.evidence.join()).not.toContain('ours');
    expect(finding?.body.actions).toEqual([
      {
        kind: 'fix_code',
        sentence: expect.stringContaining('End a session of psql'),
        detail: expect.stringContaining(`pid = 1 and backend_start = '${holder.backendStart}'`),
      },
    ]);
  });

  test('that others wait for only for a moment is nothing', () => {
    expect(findInSessions([holder, waiting(2, 900)])).toBeUndefined();
  });

  test('behind a change of a definition that waits itself is told as that', () => {
    const change = backendOf({
      ...waiting(2, 5_000),
      query: 'alter table b add column d int',
      statement: 'alter table b',
    });
    const finding = findInSessions([backendOf({ pid: 1, queryMs: 60_000 }), change, waiting(3, 4_000, [2])]);
    expect(finding?.body.kind).toBe('ddl_queued');
    expect(finding?.body.actions[0]?.detail).toContain('pid = 2');
  });
});

describe('a statement that many run for long', () => {
  test('is told with how many, how long and what they wait for; never as certain', () => {
    const onDisk = { waitEventType: 'IO', waitEvent: 'DataFileRead' };
    const finding = findInSessions([running(1, 6_000), running(2, 9_000, onDisk), running(3, 7_000)]);
    expect(finding?.body).toMatchObject({ kind: 'slow_statement', confidence: 'likely', plan: null });
    expect(finding?.body.sentence).toBe(
      '3 sessions of psql run `select a from b where c = ?` at once, the longest for 9.0 s.',
    );
    expect(finding?.body.evidence).toEqual([
      '2 of them want a processor.',
      'Others of them wait for IO:DataFileRead.',
      'How Postgres plans it cannot be asked for by this role.',
    ]);
  });

  const notLong: [string, ReturnType<typeof running>[]][] = [
    ['two for seconds', [running(1, 6_000), running(2, 9_000)]],
    ['three that differ', [1, 2, 3].map((pid) => running(pid, 9_000, { statement: `s${pid}` }))],
    ['three that have just begun', [1, 2, 3].map((pid) => running(pid, 4_000))],
    ['three that wait to be read', [1, 2, 3].map((pid) => running(pid, 9_000, { waitEventType: 'Client' }))],
    ['workers of one', [1, 2, 3].map((pid) => running(pid, 9_000, { leaderPid: pid === 1 ? null : 1 }))],
    ['upkeep', [1, 2, 3].map((pid) => running(pid, 99_000, { query: 'vacuum b' }))],
    ['what may not be seen', [1, 2, 3].map((pid) => running(pid, 99_000, { query: '', statement: '' }))],
    ['senders of the log', [1, 2, 3].map((pid) => running(pid, 99_000, { backendType: 'walsender' }))],
  ];
  test.each(notLong)('but not %s', (_name, backends) => {
    expect(findInSessions(backends)).toBeUndefined();
  });

  test('two for half a minute', () => {
    expect(findInSessions([running(1, 31_000), running(2, 32_000)])?.body.kind).toBe('slow_statement');
  });
});
