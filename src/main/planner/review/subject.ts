/**
 * A statement as the rules look at it: its tree, what it asks of each table, and its plan for each of the values that were drawn,
 * as a list of steps with what each of them reads.
 */

import type { Node } from '@pgsql/types';
import { costNodes } from '../plans/node-costs.ts';
import type { Plan, PlanNode } from '../plans/plan.ts';
import { createRelationFinder, type RelationFinder } from '../plans/relations.ts';
import type { Snapshot, SnapshotRelation } from '../snapshot/snapshot.ts';
import type { PreparedStatement } from '../workload/prepare-workload.ts';
import type { SchemaIndex } from '../workload/schema-index.ts';
import type { Binding, TableUse } from '../workload/workload.ts';

export interface Step {
  /** Its place in the order of reading, from 0. */
  readonly id: number;
  readonly node: PlanNode;
  readonly parent: Step | undefined;
  readonly children: Step[];
  /** How often it is run. */
  readonly loops: number;
  /** What part of a whole run is asked of it: less than one below a LIMIT. */
  readonly part: number;
  /** Over all runs, with what is below. */
  readonly cost: number;
  /** Rows and costs are told for one of the workers. */
  readonly workers: number;
  /** Of a scan, where the snapshot knows the table. */
  readonly relation: SnapshotRelation | undefined;
}

export interface PlannedBinding {
  readonly binding: Binding;
  readonly plan: Plan;
  readonly steps: readonly Step[];
}

/** What all statements of a review have in common. */
export interface ReviewGround {
  readonly snapshot: Snapshot;
  readonly schema: SchemaIndex;
  readonly finder: RelationFinder;
}

export interface Subject extends ReviewGround {
  readonly prepared: PreparedStatement;
  readonly tree: Node;
  readonly planned: readonly PlannedBinding[];
}

export function createGround(snapshot: Snapshot, schema: SchemaIndex): ReviewGround {
  return { snapshot, schema, finder: createRelationFinder(snapshot) };
}

/** @returns the steps in the order of reading: each before those below it */
export function listSteps(plan: Plan, finder: RelationFinder): Step[] {
  const costs = costNodes(plan.root);
  const steps: Step[] = [];
  const add = (node: PlanNode, parent: Step | undefined, workers: number): Step => {
    const cost = costs.get(node) ?? { loops: 1, total: node['Total Cost'], own: node['Total Cost'] };
    const whole = node['Total Cost'] * cost.loops;
    const name = node['Relation Name'];
    const step: Step = {
      ...{ id: steps.length, node, parent, children: [], loops: cost.loops, cost: cost.total, workers },
      part: whole > 0 ? Math.min(1, cost.total / whole) : 1,
      relation: name === undefined ? undefined : finder.relation(name, node.Schema),
    };
    steps.push(step);
    const below = workersBelow(node, workers);
    for (const child of node.Plans ?? []) step.children.push(add(child, step, below));
    return step;
  };
  add(plan.root, undefined, 1);
  return steps;
}

/** As the planner divides rows: the process that leads helps, the less the more there are to look after. */
function workersBelow(node: PlanNode, workers: number): number {
  const planned = node['Workers Planned'];
  return planned === undefined ? workers : planned + Math.max(0, 1 - 0.3 * planned);
}

/** As the planner has it: the density that was last seen, over the file's present length. */
export function rowsIn({ counters, size }: SnapshotRelation): number {
  if (size.tuples >= 0 && size.pages > 0) return Math.round((size.tuples / size.pages) * size.blocks);
  return counters?.liveRows ?? 0;
}

/** What the step hands on each time it is run, by all workers. */
export function rowsOut({ node, workers }: Step): number {
  return node['Plan Rows'] * workers;
}

export function nameOf({ name, schema }: { name: string; schema: string }): string {
  return `${schema}.${name}`;
}

/** The table of which this one is a partition, or the table itself. */
export function wholeOf(relation: SnapshotRelation, { finder }: ReviewGround): SnapshotRelation {
  const { partitionOf } = relation;
  const parent = partitionOf && finder.relation(partitionOf.name, partitionOf.schema);
  return parent ? wholeOf(parent, { finder } as ReviewGround) : relation;
}

/** How the statement uses the table that a scan reads: by its alias, or by its name where Postgres renamed it. */
export function useOf(step: Step, subject: Subject): TableUse | undefined {
  const { relation } = step;
  if (!relation) return undefined;
  const whole = wholeOf(relation, subject);
  const uses = subject.prepared.shape.uses.filter(
    ({ schema, table }) => table === whole.name && (schema === null || schema === whole.schema),
  );
  return uses.find(({ alias }) => alias === step.node.Alias) ?? uses[0];
}

export function primaryKeyOf(relation: SnapshotRelation): readonly string[] {
  return relation.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [];
}
