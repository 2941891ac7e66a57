/**
 * What each step of a plan costs over all its runs. EXPLAIN tells one run's cost, those below included, and says nowhere how often a step
 * is run; and a step under a LIMIT is charged by its parent for a part only. So each step is given what its parent could have
 * charged for it, and what is left is the parent's own.
 */

import type { PlanNode } from './plan.ts';

export interface NodeCost {
  /** How often it is run. */
  loops: number;
  /** Over all runs, in the planner's units: with the steps below, and without them. */
  total: number;
  own: number;
}

export type NodeCosts = ReadonlyMap<PlanNode, NodeCost>;

export function costNodes(root: PlanNode): NodeCosts {
  const costs = new Map<PlanNode, NodeCost>();
  share(root, { loops: 1, charged: root['Total Cost'] }, costs);
  return costs;
}

interface Claim {
  node: PlanNode;
  loops: number;
  charged: number;
}

function share(node: PlanNode, { charged, loops }: Omit<Claim, 'node'>, costs: Map<PlanNode, NodeCost>): void {
  const whole = node['Total Cost'] * loops;
  const part = whole > 0 ? Math.min(1, charged / whole) : 1;
  const claims = claimsOf(node, loops, part);
  const claimed = fit(claims, charged);
  costs.set(node, { loops, total: charged, own: Math.max(0, charged - claimed) });
  for (const claim of claims) share(claim.node, claim, costs);
}

/** @param part what of the step its parent pays for */
function claimsOf(node: PlanNode, loops: number, part: number): Claim[] {
  const children = node.Plans ?? [];
  const outer = children.find((one) => one['Parent Relationship'] === 'Outer') ?? children[0];
  return children.map((child) => {
    const times = timesRun(node, child, outer, loops);
    return { node: child, loops: times, charged: child['Total Cost'] * times * part };
  });
}

function timesRun(node: PlanNode, child: PlanNode, outer: PlanNode | undefined, loops: number): number {
  const relationship = child['Parent Relationship'];
  if (relationship === 'InitPlan') return 1;
  if (relationship === 'SubPlan') return loops * subplanRuns(node, child);
  // Its rows are kept after the first run.
  if (node['Node Type'] === 'Materialize') return 1;
  if (node['Node Type'] === 'Nested Loop' && relationship === 'Inner' && outer)
    return loops * Math.max(1, outer['Plan Rows']);
  return loops;
}

/** It runs for each row that its parent looks at, of which EXPLAIN says nothing but what was charged. */
function subplanRuns(node: PlanNode, child: PlanNode): number {
  const name = child['Subplan Name'];
  const texts = [node.Filter, node['Join Filter'], node['One-Time Filter']];
  if (name === undefined || texts.some((text) => text?.includes(`hashed ${name}`))) return 1;
  const others = (node.Plans ?? []).reduce((sum, one) => sum + (one === child ? 0 : one['Total Cost']), 0);
  return Math.max(1, Math.floor((node['Total Cost'] - others) / Math.max(child['Total Cost'], 0.01)));
}

/**
 * Claims above what was charged are cut: runs after a first one are cheaper than it, so the inner side gives way first.
 *
 * @returns the sum of what is left of them
 */
function fit(claims: Claim[], charged: number): number {
  const sum = () => claims.reduce((total, one) => total + one.charged, 0);
  for (const repeated of claims.filter(({ loops, node }) => loops > 1 && node['Parent Relationship'] === 'Inner')) {
    repeated.charged = Math.max(0, Math.min(repeated.charged, charged - (sum() - repeated.charged)));
  }
  const total = sum();
  if (total <= charged || total === 0) return total;
  for (const claim of claims) claim.charged *= charged / total;
  return charged;
}
