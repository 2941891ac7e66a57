import { expect, test } from 'vitest';
import { type ActionSources, actionsFor } from '../../../main/monitor/incidents/actions.ts';
import { readIndexSql } from '../../../main/monitor/incidents/index-jobs/index-sql.ts';
import type { ActivitySample } from '../../../main/monitor/samples/backend.ts';
import { verdictOf } from './verdict-example.ts';

const SQL = 'create index concurrently on "public"."orders" ("customer")';
const backend = {
  ...{ pid: 812, applicationName: 'psql', state: 'idle in transaction', transactionMs: 41_000 },
  ...{ backendStart: '2026-11-23 09:00:00.123456+00', queryStart: '2026-11-23 09:59:00.1+00' },
};

function sources(change: Partial<ActionSources> = {}): ActionSources {
  const sample = { atMs: 0, hidden: 0, tookMs: 1, backends: [backend] } as unknown as ActivitySample;
  return { sample, caps: [], ruleMode: () => 'warn', timeline: [], ...change };
}

const entry = (details: Record<string, string | number>) => ({
  ...{ id: 'e', at: '2026-11-23T10:05:00.000Z', kind: 'operator' as const, sentence: '', by: 'olga', details },
});

test('an index that is missing is one call, and so is the cap until it is there', () => {
  const [index, cap] = actionsFor([verdictOf()], sources());
  expect(index).toMatchObject({ kind: 'create_index', doneAt: null });
  expect(index?.call).toMatchObject({ method: 'POST', path: '/v1/monitor/indexes', body: { sql: SQL } });
  expect(cap?.call).toMatchObject({
    path: '/v1/monitor/caps',
    body: { statement: 'orders.report', max: 1, minutes: 60 },
  });
  expect(cap?.call?.effect).toContain('left to end');
});

test('an index whose constants a person has to fill in has no button', () => {
  const actions = [{ kind: 'create_index' as const, sentence: 'Create it.', detail: `${SQL} where state = ?` }];
  expect(actionsFor([verdictOf({ actions })], sources())[0]).toMatchObject({ call: null, doneAt: null });
});

test('what was done says when, and a cap that is set has no button', () => {
  const done = [
    entry({ action: 'create_index', index: readIndexSql(SQL).indexName }),
    entry({ action: 'cap_statement', statement: 'orders.report' }),
  ];
  const cap = { id: 'c', statement: 'orders.report', max: 1, until: '', reason: '', by: 'olga' };
  const [index, capped] = actionsFor([verdictOf()], sources({ timeline: done, caps: [cap] }));
  expect(index?.doneAt).toBe('2026-11-23T10:05:00.000Z');
  expect(capped).toMatchObject({ call: null, doneAt: '2026-11-23T10:05:00.000Z' });
});

test('ending a session names that very one, and says what is lost; one that is gone has no button', () => {
  const actions = [{ kind: 'end_session' as const, sentence: 'End it.', detail: '812' }];
  const verdict = verdictOf({ kind: 'lock_held', statement: null, actions });
  const [end] = actionsFor([verdict], sources());
  expect(end?.call).toMatchObject({
    path: '/v1/monitor/sessions/812/end',
    body: { backendStart: backend.backendStart, queryStart: backend.queryStart, how: 'terminate' },
  });
  expect(end?.call?.effect).toContain('Its transaction of 41 s is rolled back.');
  const [gone] = actionsFor([verdict], sources({ sample: undefined }));
  expect(gone?.call).toBeNull();
});

test('a rule that only warns can be let loose, one that acts already cannot', () => {
  const actions = [{ kind: 'switch_rule' as const, sentence: 'Switch it on.' }];
  const verdict = verdictOf({ kind: 'lock_held', statement: null, actions });
  expect(actionsFor([verdict], sources())[0]?.call).toMatchObject({
    method: 'PUT',
    path: '/v1/monitor/rules/others-idle-and-blocking',
    body: { mode: 'enforce' },
  });
  expect(actionsFor([verdict], sources({ ruleMode: () => 'enforce' }))[0]?.call).toBeNull();
});

test('what nobody but a person can do has no call, and two verdicts that advise the same say it once', () => {
  const actions = [{ kind: 'fix_code' as const, sentence: 'Keep the transaction short.' }];
  const verdict = verdictOf({ kind: 'lock_held', statement: null, actions });
  expect(actionsFor([verdict, { ...verdict, id: 'v2' }], sources())).toEqual([
    { kind: 'fix_code', sentence: 'Keep the transaction short.', call: null, doneAt: null },
  ]);
});
