import { expect, test } from 'vitest';
import { toPrecedingEvents } from '../../../main/monitor/query-stats/preceding-events.ts';

test('only what may change a plan precedes a regression', () => {
  const at = '2026-11-23T10:00:00.000Z';
  const entries = ['alert', 'deploy', 'plan_changed', 'migration', 'ddl', 'analyze', 'note', 'limit_changed'];
  expect(toPrecedingEvents(entries.map((kind) => ({ at, kind, sentence: kind })))).toEqual(
    ['deploy', 'migration', 'ddl', 'analyze'].map((sentence) => ({ atMs: Date.parse(at), sentence })),
  );
});
