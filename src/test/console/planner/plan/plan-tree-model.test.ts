import { expect, test } from 'vitest';
import { treeOf } from '../../../../main/console/planner/plan/plan-tree-model.ts';
import { joined, readNode, readPlan } from './read-nodes.ts';

const rootOf = (given: Parameters<typeof readNode>[1]) => treeOf(readPlan(readNode(0, given))).root;

test('a step’s part of the cost is its own with that of all below it', () => {
  const { root } = treeOf(joined());
  expect(root.share).toBeCloseTo(1);
  expect(root.steps[0]?.steps[1]?.share).toBeCloseTo(0.15);
});

test('the schema that everybody has is not said', () => {
  expect(rootOf({ relation: 'orders', schema: 'public' }).relation).toBe('orders');
  expect(rootOf({ relation: 'orders', schema: 'shop' }).relation).toBe('shop.orders');
  expect(rootOf({}).relation).toBeNull();
});

test('what it sorts and groups by stands with what it asks', () => {
  const { conditions } = rootOf({ conditions: [{ kind: 'filter', text: '(a = …)' }], sortKeys: ['b', 'c desc'] });
  expect(conditions).toEqual([
    { kind: 'filter', text: '(a = …)' },
    { kind: 'sort', text: 'b, c desc' },
  ]);
});

test('an estimate is doubted where it is unsure or was counted otherwise, and by enough to matter', () => {
  const estimate = (certainty: 'sure' | 'uncertain' | 'measured', factor: number) =>
    rootOf({ estimate: { certainty, factor, realRows: null, reasons: ['Why.'] } }).doubt;
  expect(estimate('sure', 100)).toBeNull();
  expect(estimate('uncertain', 40)).toEqual({ factor: 40, realRows: null, reasons: ['Why.'] });
  expect(estimate('measured', 1.4)).toBeNull();
  expect(estimate('measured', 12)?.factor).toBe(12);
});

test('warnings that the doubt tells already are not told twice', () => {
  const warnings = [
    { kind: 'spills' as const, sentence: 'It spills.' },
    { kind: 'uncertain' as const, sentence: 'Unsure.' },
    { kind: 'misestimated' as const, sentence: 'Wrong.' },
  ];
  expect(rootOf({ warnings }).warnings).toEqual(['It spills.']);
});
