import { expect, test } from 'vitest';
import type { StatementSummary } from '../../../../main/client/index.ts';
import {
  arrangeReview,
  countConcerns,
  readReviewSearch,
} from '../../../../main/console/planner/review/arrange-review.ts';

const statement = (name: string, given: Partial<StatementSummary> = {}): StatementSummary => ({
  ...{ id: name, name, source: 'declared', origin: null, callsPerDay: 10, meanMs: 1, cost: 1, worstCost: 1 },
  ...{ share: 0.1, severity: null, findings: [] },
  ...given,
});

const all = [
  statement('orders.list', { severity: 'severe', findings: ['sequential_scan', 'deep_offset'], worstCost: 900 }),
  statement('orders.find', { share: 0.4, callsPerDay: null }),
  statement('people.search', { severity: 'concern', findings: ['leading_wildcard'], origin: 'queries/people.sql:3' }),
  statement('audit.list', { severity: 'concern', findings: ['sequential_scan', 'sequential_scan'], callsPerDay: 99 }),
];
const names = (search: Parameters<typeof arrangeReview>[1]) => arrangeReview(all, search).map(({ name }) => name);

test('every word that is searched for has to stand in the name or the origin', () => {
  expect(names({ search: 'ORDERS list' })).toEqual(['orders.list']);
  expect(names({ search: 'people.sql' })).toEqual(['people.search']);
  expect(names({ search: ' ' })).toHaveLength(4);
});

test('a gravity and a concern narrow it, each alone and together', () => {
  expect(names({ severity: 'concern' })).toEqual(['people.search', 'audit.list']);
  expect(names({ concern: 'sequential_scan' })).toEqual(['orders.list', 'audit.list']);
  expect(names({ severity: 'concern', concern: 'sequential_scan' })).toEqual(['audit.list']);
});

test('the server’s order stays unless another is asked for; what is not counted comes last', () => {
  expect(names({})).toEqual(all.map(({ name }) => name));
  expect(names({ order: 'share' })[0]).toBe('orders.find');
  expect(names({ order: 'cost' })[0]).toBe('orders.list');
  expect(names({ order: 'calls' })[0]).toBe('audit.list');
  expect(names({ order: 'calls' }).at(-1)).toBe('orders.find');
  expect(names({ order: 'name' })[0]).toBe('audit.list');
});

test('a concern counts once for a statement that has it twice', () => {
  expect(countConcerns(all)).toEqual([
    { kind: 'sequential_scan', count: 2 },
    { kind: 'deep_offset', count: 1 },
    { kind: 'leading_wildcard', count: 1 },
  ]);
});

test('an address that is not understood shows everything', () => {
  expect(readReviewSearch({ severity: 'awful', order: 'gravity', search: 7, concern: '' })).toEqual({ search: '7' });
  expect(readReviewSearch({ severity: 'note', order: 'cost', concern: 'deep_offset' })).toEqual({
    ...{ severity: 'note', order: 'cost', concern: 'deep_offset' },
  });
});
