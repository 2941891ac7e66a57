/**
 * Reads a plan for people: a tree whose steps say what they read, what they cost over all their runs, how far their rows may be
 * from true, and what is worth a second look. Constants are taken out unless they were asked for.
 */

import { planShapeOf } from '../../database/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { withoutConstants, withoutOuterBrackets } from './constants.ts';
import { estimateOf, measuredEstimate } from './estimates.ts';
import { costNodes, type NodeCosts } from './node-costs.ts';
import type { Plan, PlanNode } from './plan.ts';
import { createRelationFinder, type RelationFinder } from './relations.ts';
import type { PlanCondition, ReadNode, ReadPlan } from './schema.ts';
import { warningsOf } from './warnings.ts';

export interface ReadPlanOptions {
  /** What the tables are; without it nothing is said of their size and statistics. */
  snapshot?: Snapshot | undefined;
  /** Shows constants: they may be users' data. */
  showValues?: boolean | undefined;
  /** How many rows a call really gave, where that was counted. */
  realRows?: number | undefined;
}

interface Reading {
  snapshot: Snapshot | undefined;
  finder: RelationFinder | undefined;
  costs: NodeCosts;
  wholeCost: number;
  realRows: number | undefined;
  show: (text: string) => string;
  nextId: number;
}

export function readPlan(plan: Plan, { realRows, showValues, snapshot }: ReadPlanOptions = {}): ReadPlan {
  const { id, summary } = planShapeOf(plan.root);
  const reading: Reading = {
    snapshot,
    realRows,
    finder: snapshot && createRelationFinder(snapshot),
    costs: costNodes(plan.root),
    wholeCost: plan.cost,
    show: (text) => withoutOuterBrackets(showValues ? text : withoutConstants(text)),
    nextId: 0,
  };
  return { shapeId: id, summary, cost: plan.cost, rows: plan.rows, root: readNode(plan.root, undefined, reading) };
}

function readNode(node: PlanNode, parent: PlanNode | undefined, reading: Reading): ReadNode {
  const { costs, finder, show, snapshot } = reading;
  const id = reading.nextId;
  reading.nextId += 1;
  const cost = costs.get(node) ?? { loops: 1, total: 0, own: 0 };
  const children = (node.Plans ?? []).map((child) => readNode(child, node, reading));
  const name = node['Relation Name'];
  const relation = name === undefined ? undefined : finder?.relation(name, node.Schema);
  const guessed = estimateOf(
    node,
    children.map(({ estimate }) => estimate),
    { snapshot, finder },
  );
  const isCounted = parent === undefined && reading.realRows !== undefined;
  const estimate = isCounted ? measuredEstimate(node['Plan Rows'], reading.realRows as number) : guessed;
  const sortKeys = (node['Sort Key'] ?? []).map(show);
  const groupKeys = (node['Group Key'] ?? []).map(show);
  return {
    id,
    type: node['Node Type'],
    title: titleOf(node, sortKeys, groupKeys),
    relation: name ?? null,
    schema: node.Schema ?? relation?.schema ?? null,
    alias: node.Alias ?? null,
    index: node['Index Name'] ?? null,
    role: node['Subplan Name'] ?? null,
    joinType: node['Join Type'] ?? null,
    conditions: conditionsOf(node, show),
    sortKeys,
    groupKeys,
    workers: node['Workers Planned'] ?? null,
    rows: node['Plan Rows'],
    widthBytes: node['Plan Width'],
    loops: cost.loops,
    cost: node['Total Cost'],
    ownCost: cost.own,
    ownShare: shareOf(cost.own, reading.wholeCost),
    share: shareOf(cost.total, reading.wholeCost),
    estimate,
    warnings: warningsOf({ node, parent, relation, snapshot, cost, estimate }),
    children,
  };
}

function shareOf(cost: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, cost / whole)) : 0;
}

const conditionKinds = [
  ['Index Cond', 'index'],
  ['Order By', 'index'],
  ['TID Cond', 'index'],
  ['Recheck Cond', 'recheck'],
  ['Hash Cond', 'join'],
  ['Merge Cond', 'join'],
  ['Join Filter', 'join'],
  ['Filter', 'filter'],
  ['One-Time Filter', 'once'],
] as const satisfies readonly (readonly [keyof PlanNode, PlanCondition['kind']])[];

function conditionsOf(node: PlanNode, show: (text: string) => string): PlanCondition[] {
  return conditionKinds.flatMap(([key, kind]) => {
    const text = node[key];
    return text === undefined ? [] : [{ kind, text: show(text) }];
  });
}

const aggregates: Record<string, string> = {
  Hashed: 'Hash Aggregate',
  Sorted: 'Group Aggregate',
  Mixed: 'Mixed Aggregate',
};

function titleOf(node: PlanNode, sortKeys: readonly string[], groupKeys: readonly string[]): string {
  const type = node['Node Type'];
  const workers = node['Parallel Aware'] ? 'Parallel ' : '';
  const partial = node['Partial Mode'] && node['Partial Mode'] !== 'Simple' ? `${node['Partial Mode']} ` : '';
  const backward = node['Scan Direction'] === 'Backward' ? ' backward' : '';
  const relation = node['Relation Name'] ?? node['Function Name'] ?? node['CTE Name'];
  const alias = node.Alias !== undefined && relation !== undefined && node.Alias !== relation ? ` (${node.Alias})` : '';
  const join = node['Join Type'];
  const by = [node['Index Name'], ...(/Sort$/.test(type) ? sortKeys : groupKeys)].filter((one) => one !== undefined);
  const words = [
    `${workers}${partial}${type === 'Aggregate' ? (aggregates[node.Strategy ?? ''] ?? type) : (node.Operation ?? type)}`,
    join !== undefined && join !== 'Inner' ? ` ${join}` : '',
    backward,
    relation === undefined ? '' : ` on ${relation}${alias}`,
    by.length === 0 ? '' : ` by ${by.join(', ')}`,
  ];
  return words.join('');
}
