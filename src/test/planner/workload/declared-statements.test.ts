import { expect, test } from 'vitest';
import { declaredStatements } from '../../../main/planner/workload/declared-statements.ts';

test('the declared ones bring their reason and their figures', () => {
  const statements = [
    { name: 'a.one', text: ' select 1 ', unindexedBecause: 'it reads no table' },
    { name: 'a.two', text: 'select 2' },
  ];
  const figures = (name: string) => (name === 'a.two' ? { callsPerDay: 5, meanMs: 0.5 } : undefined);
  expect(declaredStatements(figures, statements)).toEqual([
    {
      ...{ name: 'a.one', source: 'declared', text: 'select 1', unindexedBecause: 'it reads no table' },
      callsPerDay: null,
      meanMs: null,
    },
    { name: 'a.two', source: 'declared', text: 'select 2', callsPerDay: 5, meanMs: 0.5 },
  ]);
});
