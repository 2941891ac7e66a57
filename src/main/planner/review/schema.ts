/**
 * The shapes of a review: every statement with its plans, what is wrong with each and what cures it; and of a comparison of two
 * revisions, as a gate before a merge has it. Costs are in the planner's own units. Plans and texts hold no constants unless
 * they were asked for.
 */

import { type Static, Type } from 'typebox';
import { ReadPlan } from '../plans/schema.ts';

const TextOrNull = Type.Union([Type.String(), Type.Null()]);
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

/** The worst first. `severe`: it will hurt users as the tables grow. `concern`: worth a look. `note`: good to know. */
export const Severity = Type.Union([Type.Literal('severe'), Type.Literal('concern'), Type.Literal('note')]);
export type Severity = Static<typeof Severity>;

export const FindingKind = Type.Union([
  Type.Literal('sequential_scan'),
  Type.Literal('filter_after_index'),
  Type.Literal('spilling_sort'),
  Type.Literal('spilling_hash'),
  Type.Literal('uncertain_nested_loop'),
  Type.Literal('cartesian_join'),
  Type.Literal('function_hides_index'),
  Type.Literal('cast_hides_index'),
  Type.Literal('leading_wildcard'),
  Type.Literal('or_hides_index'),
  Type.Literal('deep_offset'),
  Type.Literal('missing_limit'),
  Type.Literal('not_in_subquery'),
  Type.Literal('correlated_subquery'),
  Type.Literal('count_of_all'),
  Type.Literal('repeated_statement'),
]);
export type FindingKind = Static<typeof FindingKind>;

export const BindingKind = Type.Union([
  Type.Literal('common'),
  Type.Literal('middle'),
  Type.Literal('rare'),
  Type.Literal('none'),
]);
export type BindingKind = Static<typeof BindingKind>;

/** An index or another text, tried in the twin. Costs are those of the binding that the finding is about. */
export const Cure = Type.Object({
  kind: Type.Union([Type.Literal('index'), Type.Literal('rewrite'), Type.Literal('advice')]),
  sentence: Type.String({ description: 'What to do, in one sentence.' }),
  sql: Type.Union([Type.String(), Type.Null()], {
    description: 'The DDL of an index, or the statement written anew; null where words must do.',
  }),
  needsIndex: Type.Union([Type.String(), Type.Null()], {
    description: 'The DDL of the index that the statement written anew needs, where there is none yet.',
  }),
  costBefore: NumberOrNull,
  costAfter: Type.Union([Type.Number(), Type.Null()], {
    description: 'As the twin plans it; null where it could not be tried.',
  }),
  isVerified: Type.Boolean({ description: 'The twin plans it, and plans it cheaper.' }),
  sizeBytes: Type.Union([Count, Type.Null()], { description: 'Of an index.' }),
  caution: Type.Union([Type.String(), Type.Null()], {
    description: 'What must hold for the text to answer the same, or what the caller has to change.',
  }),
  planAfter: Type.Union([ReadPlan, Type.Null()]),
});
export type Cure = Static<typeof Cure>;

export const Finding = Type.Object({
  kind: FindingKind,
  severity: Severity,
  sentence: Type.String({ description: 'What is wrong, with its figures.' }),
  relation: Type.Union([Type.String(), Type.Null()], { description: '`schema.table`' }),
  binding: Type.Union([BindingKind, Type.Null()], { description: 'The worst of the values that it was planned with.' }),
  nodeId: Type.Union([Count, Type.Null()], {
    description: 'Of the step in the plan of that binding: its place in the order of reading, from 0.',
  }),
  cure: Cure,
  justification: Type.Union([Type.String(), Type.Null()], {
    description: 'Why it is accepted, as the statement declares; it then fails nothing.',
  }),
});
export type Finding = Static<typeof Finding>;

export const ReviewedPlan = Type.Object({
  bindings: Type.Array(BindingKind, { description: 'Of values that are planned so.' }),
  weight: Type.Number({ description: 'What share of calls that is.' }),
  plan: ReadPlan,
});
export type ReviewedPlan = Static<typeof ReviewedPlan>;

export const StatementSource = Type.Union([
  Type.Literal('declared'),
  Type.Literal('observed'),
  Type.Literal('collection'),
  Type.Literal('file'),
  Type.Literal('server'),
]);

/** A statement as a list shows it. */
export const StatementSummary = Type.Object({
  id: Type.String({ description: 'A digest of its name, for addresses.' }),
  name: Type.String(),
  source: StatementSource,
  origin: TextOrNull,
  callsPerDay: NumberOrNull,
  meanMs: NumberOrNull,
  cost: Type.Number({ description: 'Of a call, over its bindings by their weight.' }),
  worstCost: Type.Number(),
  share: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
    description: 'Of the cost of all calls of a day; null where nobody counted calls.',
  }),
  severity: Type.Union([Severity, Type.Null()], { description: 'Of its worst finding that is not justified.' }),
  findings: Type.Array(FindingKind),
});
export type StatementSummary = Static<typeof StatementSummary>;

export const ReviewedStatement = Type.Object({
  ...StatementSummary.properties,
  text: Type.String({ description: 'As declared, or the fingerprint’s; constants of others are left out.' }),
  unindexedBecause: TextOrNull,
  plans: Type.Array(ReviewedPlan, { description: 'The different plans, the dearest first.' }),
  findings: Type.Array(Finding, { description: 'The worst first.' }),
});
export type ReviewedStatement = Static<typeof ReviewedStatement>;

export const UnplannedStatement = Type.Object({
  name: Type.String(),
  source: StatementSource,
  origin: TextOrNull,
  sentence: Type.String({ description: 'Why there is no plan.' }),
});
export type UnplannedStatement = Static<typeof UnplannedStatement>;

export const ReviewEngine = Type.Object({
  kind: Type.Union([Type.Literal('pglite'), Type.Literal('native')]),
  version: Type.String(),
});

export const ReviewGap = Type.Object({ subject: Type.String(), sentence: Type.String() });

export const ReviewReport = Type.Object({
  format: Type.Literal(1),
  database: Type.String(),
  serverVersion: Type.String(),
  takenAt: Type.String({ format: 'date-time', description: 'When the statistics were taken.' }),
  engine: ReviewEngine,
  gaps: Type.Array(ReviewGap, { description: 'What of production the twin does not have.' }),
  totals: Type.Object({
    statements: Count,
    planned: Count,
    severe: Count,
    concern: Count,
    note: Count,
    justified: Type.Integer({ minimum: 0, description: 'Findings that their statements answer for.' }),
  }),
  statements: Type.Array(ReviewedStatement, { description: 'The worst first, then the dearest.' }),
  unplanned: Type.Array(UnplannedStatement),
});
export type ReviewReport = Static<typeof ReviewReport>;

export const ChangedStatement = Type.Object({
  name: Type.String(),
  verdict: Type.Union([
    Type.Literal('worse'),
    Type.Literal('better'),
    Type.Literal('same'),
    Type.Literal('new'),
    Type.Literal('gone'),
    Type.Literal('broken'),
  ]),
  sentence: Type.String(),
  costBefore: NumberOrNull,
  costAfter: NumberOrNull,
  binding: Type.Union([BindingKind, Type.Null()], { description: 'The values for which it is worst.' }),
  planBefore: Type.Union([ReadPlan, Type.Null()]),
  planAfter: Type.Union([ReadPlan, Type.Null()]),
  findings: Type.Array(Finding, { description: 'Those that were not there before.' }),
});
export type ChangedStatement = Static<typeof ChangedStatement>;

/** Two revisions, planned with the same statistics. */
export const ChangeReport = Type.Object({
  format: Type.Literal(1),
  before: Type.String({ description: 'What it is compared with, such as `main at 4f1c2d9`.' }),
  after: Type.String(),
  isWorse: Type.Boolean(),
  totals: Type.Object({
    worse: Count,
    better: Count,
    same: Count,
    new: Count,
    gone: Count,
    broken: Count,
  }),
  statements: Type.Array(ChangedStatement, {
    description: 'What changed, the worst first; those that did not are only counted.',
  }),
  migrations: Type.Array(Type.String(), { description: 'Applied to the twin of the later revision.' }),
  assumptions: Type.Array(Type.String(), { description: 'What had to be assumed, such as the rows of a new table.' }),
  engine: ReviewEngine,
  gaps: Type.Array(ReviewGap),
});
export type ChangeReport = Static<typeof ChangeReport>;
