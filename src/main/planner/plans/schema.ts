/** The shape of a plan as people are shown it: a tree with what each step reads, costs and may be wrong about, and no constants. */

import { type Static, Type } from 'typebox';

const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const PlanWarningKind = Type.Union(
  [
    Type.Literal('reads_all'),
    Type.Literal('filters_most'),
    Type.Literal('spills'),
    Type.Literal('many_loops'),
    Type.Literal('cartesian'),
    Type.Literal('uncertain'),
    Type.Literal('misestimated'),
    Type.Literal('not_analyzed'),
  ],
  { description: 'What a step is worth a second look for.' },
);
export type PlanWarningKind = Static<typeof PlanWarningKind>;

export const PlanWarning = Type.Object({ kind: PlanWarningKind, sentence: Type.String() });
export type PlanWarning = Static<typeof PlanWarning>;

export const PlanCondition = Type.Object({
  kind: Type.Union([
    Type.Literal('index'),
    Type.Literal('recheck'),
    Type.Literal('join'),
    Type.Literal('filter'),
    Type.Literal('once'),
  ]),
  text: Type.String({ description: 'As Postgres writes it, each constant as `…`.' }),
});
export type PlanCondition = Static<typeof PlanCondition>;

export const PlanEstimate = Type.Object({
  certainty: Type.Union([Type.Literal('sure'), Type.Literal('uncertain'), Type.Literal('measured')]),
  factor: Type.Number({
    minimum: 1,
    description:
      'How many times too many or too few the rows may be: a guess from what the estimate rests on, or measured.',
  }),
  realRows: Type.Union([Type.Number(), Type.Null()], { description: 'Where they have been counted.' }),
  reasons: Type.Array(Type.String()),
});
export type PlanEstimate = Static<typeof PlanEstimate>;

/** A step of a plan, with those it takes its rows from. */
export interface ReadNode {
  /** Its place in the tree from 0, a step before those below it. */
  id: number;
  /** As Postgres names it: `Index Scan`. */
  type: string;
  /** "Index Scan on orders by orders_user_id_idx". */
  title: string;
  relation: string | null;
  schema: string | null;
  alias: string | null;
  index: string | null;
  /** `InitPlan 1`, `CTE recent`: what is run aside. */
  role: string | null;
  joinType: string | null;
  conditions: PlanCondition[];
  sortKeys: string[];
  groupKeys: string[];
  /** Parallel workers that it starts. */
  workers: number | null;
  /** Each time it is run. */
  rows: number;
  widthBytes: number;
  /** How often it is run, by the estimate. */
  loops: number;
  /** As Postgres has it: for one run, with those below. */
  cost: number;
  /** In the planner's units, over all its runs, without those below. */
  ownCost: number;
  /** Of the whole plan's cost: its own, and with those below it. */
  ownShare: number;
  share: number;
  estimate: PlanEstimate;
  warnings: PlanWarning[];
  children: ReadNode[];
}

/** Steps have steps below them, which a flat schema can only describe. */
export const ReadNode = Type.Unsafe<ReadNode>(
  Type.Object({
    id: Type.Integer({ description: 'Its place in the tree from 0, a step before those below it.' }),
    type: Type.String({ description: 'As Postgres names it.' }),
    title: Type.String(),
    relation: TextOrNull,
    schema: TextOrNull,
    alias: TextOrNull,
    index: TextOrNull,
    role: Type.Union([Type.String(), Type.Null()], { description: 'What is run aside: `InitPlan 1`, `CTE recent`.' }),
    joinType: TextOrNull,
    conditions: Type.Array(PlanCondition),
    sortKeys: Type.Array(Type.String()),
    groupKeys: Type.Array(Type.String()),
    workers: Type.Union([Type.Integer(), Type.Null()], { description: 'Parallel workers that it starts.' }),
    rows: Type.Number({ description: 'Each time it is run, by the estimate.' }),
    widthBytes: Type.Number(),
    loops: Type.Number({ description: 'How often it is run, by the estimate.' }),
    cost: Type.Number({ description: 'As Postgres has it: for one run, with the steps below.' }),
    ownCost: Type.Number({ description: 'Over all its runs, without the steps below.' }),
    ownShare: Type.Number({ minimum: 0, maximum: 1, description: "Of the whole plan's cost." }),
    share: Type.Number({ minimum: 0, maximum: 1, description: "Of the whole plan's cost, with the steps below." }),
    estimate: PlanEstimate,
    warnings: Type.Array(PlanWarning),
    children: Type.Array(Type.Object({}, { additionalProperties: true }), {
      description: 'The steps below it: each of the same shape.',
    }),
  }),
);

export const ReadPlan = Type.Object({
  shapeId: Type.String({ description: 'Equal for plans of the same shape, here and in what the monitor keeps.' }),
  summary: Type.String({ description: 'The steps in one line, without figures.' }),
  cost: Type.Number({ description: "In the planner's units." }),
  rows: Type.Number(),
  root: ReadNode,
});
export type ReadPlan = Static<typeof ReadPlan>;
