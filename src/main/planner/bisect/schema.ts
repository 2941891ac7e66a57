/** The shape of what is said of a plan that flipped between two snapshots: which change did it. */

import { type Static, Type } from 'typebox';
import { ReadPlan } from '../plans/schema.ts';

const Instant = Type.String({ format: 'date-time' });
const InstantOrNull = Type.Union([Instant, Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const PlanChangeKind = Type.Union(
  [
    Type.Literal('statistics'),
    Type.Literal('size'),
    Type.Literal('analyzed'),
    Type.Literal('index'),
    Type.Literal('index_size'),
    Type.Literal('setting'),
  ],
  {
    description:
      'statistics: of one column; size: the length of a table; analyzed: what ANALYZE or VACUUM counted; index: made, dropped or become invalid; setting: of the planner.',
  },
);
export type PlanChangeKind = Static<typeof PlanChangeKind>;

export const PlanCulprit = Type.Object({
  kind: PlanChangeKind,
  schema: TextOrNull,
  relation: TextOrNull,
  column: TextOrNull,
  field: Type.String({ description: '`n_distinct`, `most common values`, `pages`, the name of a setting…' }),
  before: Type.Union([Type.String(), Type.Null()], {
    description: 'A figure; of values only how many there are, unless values may be shown.',
  }),
  after: TextOrNull,
  at: Type.Union([Instant, Type.Null()], {
    description: 'When the table was analysed, where that is between the two.',
  }),
  sentence: Type.String(),
});
export type PlanCulprit = Static<typeof PlanCulprit>;

export const BisectRemedy = Type.Object({
  sentence: Type.String(),
  sql: Type.Union([Type.String(), Type.Null()], { description: 'Ready to copy.' }),
});
export type BisectRemedy = Static<typeof BisectRemedy>;

export const Bisection = Type.Object({
  statement: Type.String(),
  from: Instant,
  to: Instant,
  isFlipped: Type.Boolean({ description: 'Whether the two snapshots give plans of two shapes.' }),
  sentence: Type.String({ description: 'The answer, for a tired person.' }),
  culprits: Type.Array(PlanCulprit, {
    description: 'What flips the plan: one change, or several where no single one does.',
  }),
  isProven: Type.Boolean({
    description: 'Whether it was also tried the other way round: all but these changes leave the plan as it was.',
  }),
  changes: Type.Integer({ description: 'How many things of the tables that the statement reads differ.' }),
  tried: Type.Integer({ description: 'How many plans were asked of the twin.' }),
  before: ReadPlan,
  after: ReadPlan,
  costRatio: Type.Number({
    description: 'The cost of the new plan to that of the old one, each by its own statistics.',
  }),
  analyzedAt: InstantOrNull,
  remedies: Type.Array(BisectRemedy),
  gaps: Type.Array(Type.Object({ subject: Type.String(), sentence: Type.String() })),
});
export type Bisection = Static<typeof Bisection>;
