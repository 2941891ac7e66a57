// Searching and ordering statements.
import { expect, test } from 'vitest';
import type { StatementView } from '../../../main/client/index.ts';
import { arrange } from '../../../main/console/monitor/arrange-statements.ts';

function statement(name: string, change: Partial<StatementView> = {}): StatementView {
  const costs = { calls: 0, errors: 0, rows: 0, totalMs: 0, meanMs: 0, maxMs: 0 };
  return { name, lane: 'interactive', deadlineMs: 1000, text: 'select 1', ...costs, ...change };
}

const all = [
  statement('b.two', { totalMs: 5, meanMs: 5 }),
  statement('a.one', { totalMs: 9, meanMs: 1, text: 'select id\nfrom aquifer_data.notes' }),
  statement('c.three', { totalMs: 5, meanMs: 2 }),
];

test('the most time comes first, equals by name', () => {
  expect(arrange(all, { search: '', order: 'total' }).map(({ name }) => name)).toEqual(['a.one', 'b.two', 'c.three']);
  expect(arrange(all, { search: '', order: 'mean' })[0]?.name).toBe('b.two');
});

test('the search looks at names and at the SQL', () => {
  expect(arrange(all, { search: 'NOTES', order: 'name' }).map(({ name }) => name)).toEqual(['a.one']);
  expect(arrange(all, { search: 'two', order: 'name' })).toHaveLength(1);
});
