import { expect, test } from 'vitest';
import { observedStatements } from '../../../main/planner/workload/observed-statements.ts';

test('of the observed ones those that have a plan', () => {
  const one = { callsPerDay: 3, meanMs: 1 };
  const observed = [
    { ...one, name: 'a', text: 'select ?' },
    { ...one, name: 'b', text: 'begin' },
    { ...one, name: 'c', text: null },
  ];
  expect(observedStatements(observed)).toEqual([{ ...one, name: 'a', source: 'observed', text: 'select $1' }]);
});
