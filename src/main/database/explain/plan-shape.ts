/**
 * The identity of a query plan: its steps, relations, indexes, kinds of join and sort keys, without figures and constants. The
 * monitor and the planner both tell plans apart by it. Parallel workers are no difference in shape: whether there are any
 * is decided elsewhere.
 */

import { createHash } from 'node:crypto';
import { shapeOf } from '../fingerprint.ts';

/** A step of `explain (format json)`, as far as it makes the shape. */
export interface PlanStep {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Join Type'?: string;
  'Partial Mode'?: string;
  'Sort Key'?: string[];
  Plans?: PlanStep[];
}

export interface PlanShape {
  /** Equal for equal shapes. */
  id: string;
  /** "Nested Loop (Index Scan on orders by orders_pkey, Seq Scan on people)". */
  summary: string;
}

const SUMMARY_MAX = 300;

export function planShapeOf(plan: PlanStep): PlanShape {
  const summary = describe(plan, { isWhole: false });
  const id = createHash('sha256')
    .update(describe(plan, { isWhole: true }))
    .digest('base64url')
    .slice(0, 11);
  return { id, summary: summary.length > SUMMARY_MAX ? `${summary.slice(0, SUMMARY_MAX)}…` : summary };
}

/** Only gathers what workers found, or finishes what they began. */
function isTransparent(step: PlanStep): boolean {
  return /^Gather/.test(step['Node Type']) || step['Partial Mode'] === 'Finalize';
}

/** @param isWhole with what only tells two plans apart: by what they sort */
function describe(step: PlanStep, how: { isWhole: boolean }): string {
  const below = step.Plans ?? [];
  if (isTransparent(step) && below[0]) return describe(below[0], how);
  const join = step['Join Type'] && step['Join Type'] !== 'Inner' ? ` ${step['Join Type']}` : '';
  const on = step['Relation Name'] ? ` on ${step['Relation Name']}` : '';
  const by = step['Index Name'] ? ` by ${step['Index Name']}` : '';
  const sorted = how.isWhole && step['Sort Key'] ? ` [${step['Sort Key'].map(shapeOf).join(', ')}]` : '';
  const parts = below.map((one) => describe(one, how));
  // Partitions are numbered, and one more of them is no other plan.
  const steps = /^(?:Merge )?Append$/.test(step['Node Type']) ? [...new Set(parts.map(withoutNumbers))] : parts;
  const inner = steps.length === 0 ? '' : ` (${steps.join(', ')})`;
  return `${step['Node Type']}${join}${on}${by}${sorted}${inner}`;
}

function withoutNumbers(step: string): string {
  return step.replace(/\d+/g, '#');
}
