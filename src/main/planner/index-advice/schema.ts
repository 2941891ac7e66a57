/** The shapes of index advice: what to create, what to drop, what each does to every statement, and how sure it is. */

import { type Static, Type } from 'typebox';
import { ReadPlan } from '../plans/schema.ts';

const Count = Type.Integer({ minimum: 0 });
const Amount = Type.Number({ minimum: 0 });
const AmountOrNull = Type.Union([Amount, Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);
const Sentence = Type.String({ description: 'A whole sentence for people.' });

export const AdviceIndexKey = Type.Object({
  column: TextOrNull,
  expression: TextOrNull,
  isDescending: Type.Boolean(),
  nullsFirst: Type.Boolean(),
  operatorClass: TextOrNull,
});
export type AdviceIndexKey = Static<typeof AdviceIndexKey>;

export const AdviceIndex = Type.Object({
  schema: Type.String(),
  table: Type.String(),
  name: Type.String({ description: 'Proposed, where it is to be created.' }),
  method: Type.String(),
  keys: Type.Array(AdviceIndexKey),
  include: Type.Array(Type.String()),
  predicate: Type.Union([Type.String(), Type.Null()], { description: 'Without the word where.' }),
  sizeBytes: Amount,
  height: AmountOrNull,
});
export type AdviceIndex = Static<typeof AdviceIndex>;

export const Confidence = Type.Object({
  level: Type.Union([Type.Literal('high'), Type.Literal('medium'), Type.Literal('low')]),
  reasons: Type.Array(Sentence, { description: 'What it rests on, and what weakens it; the weightiest first.' }),
});
export type Confidence = Static<typeof Confidence>;

export const StatementEffect = Type.Object({
  statement: Type.String({ description: 'Its declared name, or its fingerprint’s.' }),
  text: TextOrNull,
  callsPerDay: AmountOrNull,
  costBefore: Amount,
  costAfter: Amount,
  timesCheaper: Type.Number({ description: 'Below one where it became dearer.' }),
  millisecondsBefore: Type.Union([Amount, Type.Null()], { description: 'As measured; null where nobody measured.' }),
  millisecondsAfter: Type.Union([Amount, Type.Null()], { description: 'Measured before, scaled by the cost.' }),
  before: Type.Union([ReadPlan, Type.Null()], { description: 'With the values that weigh most.' }),
  after: Type.Union([ReadPlan, Type.Null()]),
});
export type StatementEffect = Static<typeof StatementEffect>;

export const WriteEffect = Type.Object({
  writesPerDay: Amount,
  bytesPerDay: Type.Number({ minimum: 0, description: 'Index entries written, before the write-ahead log’s own.' }),
  hotUpdatesLostPerDay: Type.Number({ minimum: 0, description: 'Updates that today touch no index and then would.' }),
  costPerDay: Type.Number({ minimum: 0, description: 'In the planner’s units.' }),
  sentence: Sentence,
});
export type WriteEffect = Static<typeof WriteEffect>;

export const CreateAdvice = Type.Object({
  id: Type.String({ description: 'The same for the same index, from run to run.' }),
  kind: Type.Literal('create'),
  index: AdviceIndex,
  ddl: Type.String(),
  steps: Type.Array(Type.String(), {
    description: 'The DDL as single statements in order: several where a partitioned table asks for them.',
  }),
  undoDdl: Type.String(),
  sentence: Sentence,
  benefit: Type.Object({
    costPerDay: Type.Number({ description: 'Saved in reading, in the planner’s units.' }),
    shareOfWorkload: Type.Number({ description: 'Of the workload’s cost today.' }),
    millisecondsPerDay: AmountOrNull,
    worstTimesCheaper: Type.Number({ description: 'The statement it helps least, or hurts.' }),
    bestTimesCheaper: Type.Number(),
  }),
  statements: Type.Array(StatementEffect, { description: 'Those it changes, the greatest saving first.' }),
  moreStatements: Count,
  writes: WriteEffect,
  confidence: Confidence,
});
export type CreateAdvice = Static<typeof CreateAdvice>;

export const DropAdvice = Type.Object({
  id: Type.String(),
  kind: Type.Literal('drop'),
  index: AdviceIndex,
  reason: Type.Union([
    Type.Literal('duplicate'),
    Type.Literal('prefix'),
    Type.Literal('unused'),
    Type.Literal('invalid'),
    Type.Literal('superseded'),
  ]),
  sentence: Sentence,
  coveredBy: Type.Union([Type.String(), Type.Null()], { description: 'The index that does its work.' }),
  scans: Type.Union([Count, Type.Null()]),
  countedSince: TextOrNull,
  ddl: Type.String(),
  undoDdl: Type.String({ description: 'Makes it again, as it was.' }),
  writes: WriteEffect,
  proof: Type.Object({
    statementsChecked: Count,
    worstRise: Type.Number({ description: 'Of one statement’s cost: 0.01 is one hundredth.' }),
    worstStatement: TextOrNull,
  }),
  confidence: Confidence,
});
export type DropAdvice = Static<typeof DropAdvice>;

export const AdviceReport = Type.Object({
  format: Type.Literal(1),
  takenAt: Type.String({ format: 'date-time', description: 'When the statistics were taken.' }),
  database: Type.String(),
  serverVersion: Type.String(),
  engine: Type.Object({
    kind: Type.Union([Type.Literal('pglite'), Type.Literal('native')]),
    version: Type.String(),
  }),
  sentence: Sentence,
  create: Type.Array(CreateAdvice, { description: 'In the order in which they are worth creating.' }),
  drop: Type.Array(DropAdvice),
  workload: Type.Object({
    statements: Count,
    planned: Count,
    callsPerDay: AmountOrNull,
    notPlanned: Type.Array(Type.Object({ statement: Type.String(), sentence: Sentence })),
  }),
  cost: Type.Object({
    before: Type.Number({ minimum: 0, description: 'Of all statements in a day, in the planner’s units.' }),
    after: Amount,
    cut: Type.Number({ description: 'Share of the cost of reading that goes away.' }),
    writesAdded: Type.Number({ description: 'A day, in the planner’s units; below zero where drops save more.' }),
  }),
  budget: Type.Object({ bytes: AmountOrNull, usedBytes: Amount, freedBytes: Amount }),
  search: Type.Object({
    candidates: Count,
    configurations: Count,
    plans: Count,
    remembered: Type.Integer({ minimum: 0, description: 'Plans that were known already.' }),
    isComplete: Type.Boolean({
      description: 'False where its time ended first: the advice is right, but not all of it.',
    }),
  }),
  gaps: Type.Array(Type.Object({ subject: Type.String(), sentence: Sentence })),
});
export type AdviceReport = Static<typeof AdviceReport>;
