/** A plan as EXPLAIN (FORMAT JSON) gives it, as far as it is read here. */

export interface PlanNode {
  'Node Type': string;
  'Parent Relationship'?: string;
  'Relation Name'?: string;
  Schema?: string;
  Alias?: string;
  'Index Name'?: string;
  'Join Type'?: string;
  'Partial Mode'?: string;
  Strategy?: string;
  /** Of what writes: `Insert`, `Update`, `Delete`, `Merge`. */
  Operation?: string;
  'Scan Direction'?: string;
  'Parallel Aware'?: boolean;
  /** A setting such as enable_seqscan speaks against it, and there was nothing else (from 18). */
  Disabled?: boolean;
  'Startup Cost': number;
  'Total Cost': number;
  'Plan Rows': number;
  'Plan Width': number;
  'Workers Planned'?: number;
  'Subplan Name'?: string;
  'CTE Name'?: string;
  'Function Name'?: string;
  'Sort Key'?: string[];
  'Presorted Key'?: string[];
  'Group Key'?: string[];
  'Order By'?: string;
  'Cache Key'?: string;
  Filter?: string;
  'One-Time Filter'?: string;
  'Index Cond'?: string;
  'Recheck Cond'?: string;
  'TID Cond'?: string;
  'Hash Cond'?: string;
  'Merge Cond'?: string;
  'Join Filter'?: string;
  Plans?: PlanNode[];
}

export interface Plan {
  root: PlanNode;
  /** In the planner's units. */
  cost: number;
  rows: number;
}
