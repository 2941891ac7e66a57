/** Plans of a real database beside those of its twin: the same shape, and how far apart their costs are. */

import type pg from 'pg';
import type { PlanNode } from '../../main/planner/plans/plan.ts';
import type { Twin } from '../../main/planner/twin/twin.ts';

export interface Question {
  text: string;
  params?: string[];
}

export interface PlanComparison {
  text: string;
  production: string;
  twin: string;
  /** Share by which the twin's cost is off. */
  costError: number;
  rowsError: number;
}

export async function comparePlans(
  client: pg.Client,
  twin: Twin,
  questions: readonly Question[],
): Promise<PlanComparison[]> {
  const comparisons: PlanComparison[] = [];
  for (const { text, params = [] } of questions) {
    const { rows } = await client.query(`explain (format json) ${text}`, params);
    const real = rows[0]['QUERY PLAN'][0].Plan as PlanNode;
    const { root } = await twin.explain(text, { params });
    comparisons.push({
      text,
      production: shapeOf(real),
      twin: shapeOf(root),
      costError: errorOf(root['Total Cost'], real['Total Cost']),
      rowsError: errorOf(root['Plan Rows'], real['Plan Rows']),
    });
  }
  return comparisons;
}

/** As lines of text: a difference is then read at once. */
export function shapeOf(node: PlanNode, depth = 0): string {
  const parts = [
    node['Node Type'],
    node['Join Type'],
    node.Strategy,
    node['Partial Mode'],
    node['Scan Direction'],
    node['Index Name'],
    node['Relation Name'],
    node.Alias,
    node['Sort Key']?.join(','),
    node['Index Cond'],
    node['Workers Planned'],
  ];
  const line = '  '.repeat(depth) + parts.filter((part) => part !== undefined).join(' | ');
  return [line, ...(node.Plans ?? []).map((child) => shapeOf(child, depth + 1))].join('\n');
}

const errorOf = (found: number, real: number) => (real === 0 ? Math.abs(found) : Math.abs(found - real) / real);
