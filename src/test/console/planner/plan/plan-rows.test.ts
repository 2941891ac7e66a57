import { expect, test } from 'vitest';
import { moveInTree, openRows, planRows } from '../../../../main/console/planner/plan/plan-rows.ts';
import { treeOf } from '../../../../main/console/planner/plan/plan-tree-model.ts';
import { joined } from './read-nodes.ts';

const rows = planRows(treeOf(joined()));
const ids = (some: readonly { readonly step: { readonly id: number } }[]) => some.map(({ step }) => step.id);

test('steps stand below the step that takes their rows, one level deeper', () => {
  expect(rows.map(({ depth, step }) => [step.type, depth])).toEqual([
    ['Limit', 0],
    ['Nested Loop', 1],
    ['Seq Scan', 2],
    ['Memoize', 2],
    ['Index Scan', 3],
  ]);
});

test('a line goes on past a row only where a later sibling follows', () => {
  const [, join, scan, memoize, lookUp] = rows;
  expect(join?.rails).toEqual([]);
  expect([scan?.isLast, memoize?.isLast]).toEqual([false, true]);
  // The join is the only step below the limit, and what is remembered is the last below the join.
  expect(scan?.rails).toEqual([false]);
  expect(lookUp?.rails).toEqual([false, false]);
});

test('a step’s span holds the spans of the steps below it, beside each other, and its own part comes last', () => {
  const [limit, join, scan, memoize, lookUp] = rows;
  expect(limit?.span).toBeCloseTo(1);
  expect(join?.span).toBeCloseTo(0.95);
  expect(scan?.start).toBeCloseTo(0);
  expect(memoize?.start).toBeCloseTo(0.6);
  expect(lookUp?.start).toBeCloseTo(0.6);
  expect((join?.start ?? 0) + (join?.span ?? 0) - (join?.own ?? 0)).toBeCloseTo(0.75);
});

test('on a scale that another plan shares, a plan of a tenth of the cost has a tenth of the width', () => {
  const shared = planRows(treeOf(joined()), 1000);
  expect(shared[0]?.span).toBeCloseTo(0.1);
  expect(shared[3]?.start).toBeCloseTo(0.06);
  expect(planRows({ ...treeOf(joined()), cost: 0 })[0]?.span).toBe(0);
});

test('what stands below a closed step is hidden with all below it', () => {
  expect(ids(openRows(rows, new Set([3])))).toEqual([0, 1, 2, 3]);
  expect(ids(openRows(rows, new Set([1, 3])))).toEqual([0, 1]);
  expect(openRows(rows, new Set())).toHaveLength(5);
});

test('the arrow keys go up and down, into a step and out of it', () => {
  const closed: ReadonlySet<number> = new Set([3]);
  const shown = openRows(rows, closed);
  const press = (key: string, at: number) => moveInTree(shown, { key, at, closed });
  expect(press('ArrowDown', 1)).toEqual({ focus: 2 });
  expect(press('ArrowUp', 0)).toBeNull();
  expect(press('ArrowDown', 3)).toBeNull();
  expect(press('ArrowRight', 3)).toEqual({ open: 3 });
  expect(press('ArrowRight', 1)).toEqual({ focus: 2 });
  expect(press('ArrowRight', 2)).toBeNull();
  expect(press('ArrowLeft', 2)).toEqual({ focus: 1 });
  expect(press('ArrowLeft', 1)).toEqual({ close: 1 });
  expect(press('Home', 3)).toEqual({ focus: 0 });
  expect(press('End', 0)).toEqual({ focus: 3 });
  expect(press('x', 0)).toBeNull();
});
