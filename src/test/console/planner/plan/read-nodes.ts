// Plans to draw in tests: a step with what is usual, and a plan around it.
import type { ReadNode, ReadPlan } from '../../../../main/client/index.ts';

export function readNode(id: number, given: Partial<ReadNode> = {}): ReadNode {
  return {
    ...{ id, type: 'Result', title: 'Result', relation: null, schema: null, alias: null, index: null, role: null },
    ...{ joinType: null, conditions: [], sortKeys: [], groupKeys: [], workers: null, rows: 1, widthBytes: 8, loops: 1 },
    ...{ cost: 0, ownCost: 0, ownShare: 0, share: 0, warnings: [], children: [] },
    estimate: { certainty: 'sure', factor: 1, realRows: null, reasons: [] },
    ...given,
  };
}

export function readPlan(root: ReadNode, cost = 100): ReadPlan {
  return { shapeId: 'a', summary: root.type, cost, rows: root.rows, root };
}

/** A limit over a join of a table that is read whole and one that is looked up. */
export function joined(): ReadPlan {
  const scan = readNode(2, { type: 'Seq Scan', relation: 'orders', schema: 'public', ownShare: 0.6, rows: 400 });
  const lookUp = readNode(4, { type: 'Index Scan', relation: 'customers', index: 'customers_pkey', ownShare: 0.1 });
  const remembered = readNode(3, { type: 'Memoize', ownShare: 0.05, children: [lookUp] });
  const join = readNode(1, { type: 'Nested Loop', ownShare: 0.2, children: [scan, remembered] });
  return readPlan(readNode(0, { type: 'Limit', ownShare: 0.05, children: [join] }));
}
