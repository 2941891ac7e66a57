/** The shapes of the ledger of advice: what was offered, what became of it, and what was predicted against what came true. */

import { type Static, Type } from 'typebox';
import { IndexWork } from '../creation/schema.ts';
import { AdviceIndex, CreateAdvice, DropAdvice } from '../index-advice/schema.ts';

const Instant = Type.String({ format: 'date-time' });
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

export const AdviceState = Type.Union(
  [
    Type.Literal('offered'),
    Type.Literal('declined'),
    Type.Literal('under_way'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('undone'),
    Type.Literal('outdated'),
  ],
  {
    description: 'done: it was followed; undone: and then taken back; outdated: a later run does not say it any more.',
  },
);
export type AdviceState = Static<typeof AdviceState>;

export const AdviceItem = Type.Object({
  id: Type.String(),
  state: AdviceState,
  offeredAt: Type.String({ format: 'date-time', description: 'When it was said first.' }),
  changedAt: Instant,
  by: Type.Union([Type.String(), Type.Null()], { description: 'The operator who followed or declined it.' }),
  reason: Type.Union([Type.String(), Type.Null()], { description: 'Why it was declined.' }),
  advice: Type.Union([CreateAdvice, DropAdvice]),
  work: Type.Union([IndexWork, Type.Null()], { description: 'What was done last in production to follow it.' }),
});
export type AdviceItem = Static<typeof AdviceItem>;

/** Of one statement over a span. */
export const RealisedFigures = Type.Object({
  calls: Count,
  msPerCall: Type.Number(),
  blocksPerCall: Type.Union([Type.Number(), Type.Null()], { description: 'Null without pg_stat_statements.' }),
});
export type RealisedFigures = Static<typeof RealisedFigures>;

export const RealisedStatement = Type.Object({
  statement: Type.String(),
  predictedTimes: Type.Number({ description: 'How many times cheaper it was to become.' }),
  before: Type.Union([RealisedFigures, Type.Null()]),
  after: Type.Union([RealisedFigures, Type.Null()]),
  realisedTimes: Type.Union([Type.Number(), Type.Null()], {
    description: 'How many times less it takes: by blocks where both are known, else by time. Null for too few calls.',
  }),
  basis: Type.Union([Type.Literal('blocks'), Type.Literal('time'), Type.Null()]),
  sentence: Type.String(),
});
export type RealisedStatement = Static<typeof RealisedStatement>;

export const LedgerVerdict = Type.Union(
  [
    Type.Literal('waiting'),
    Type.Literal('helped'),
    Type.Literal('helped_less'),
    Type.Literal('did_not_help'),
    Type.Literal('hurt'),
    Type.Literal('unknown'),
  ],
  {
    description:
      'waiting: the first hour is not over; helped_less: by less than half of what was predicted; unknown: too few calls to say.',
  },
);
export type LedgerVerdict = Static<typeof LedgerVerdict>;

export const LedgerEntry = Type.Object({
  id: Type.String({ description: 'Of the advice.' }),
  kind: Type.Union([Type.Literal('create'), Type.Literal('drop')]),
  state: AdviceState,
  index: AdviceIndex,
  ddl: Type.String(),
  doneAt: Instant,
  by: TextOrNull,
  predicted: Type.Object({
    sizeBytes: Type.Number(),
    costPerDay: Type.Union([Type.Number(), Type.Null()], { description: "Saved, in the planner's units." }),
    millisecondsPerDay: NumberOrNull,
  }),
  realised: Type.Object({
    sizeBytes: Type.Union([Type.Number(), Type.Null()], { description: 'Null where the index is not there any more.' }),
    scans: Type.Union([Count, Type.Null()], { description: 'Of the index since it was made.' }),
    millisecondsPerDay: Type.Union([Type.Number(), Type.Null()], { description: 'Saved, by what was measured.' }),
  }),
  stage: Type.Union([Type.Literal('waiting'), Type.Literal('first_hour'), Type.Literal('day')], {
    description: 'Over what span after it the figures are: none yet, an hour, a day.',
  }),
  verdict: LedgerVerdict,
  predictionError: Type.Union([Type.Number(), Type.Null()], {
    description:
      'How far the prediction was off, as a factor of 1 or more: 1.2 is by a fifth. The median of the statements.',
  }),
  sentence: Type.String(),
  suggestion: Type.Union([Type.Object({ sentence: Type.String(), sql: Type.String() }), Type.Null()], {
    description: 'What to take back, where it did not help.',
  }),
  statements: Type.Array(RealisedStatement),
});
export type LedgerEntry = Static<typeof LedgerEntry>;

export const LedgerTotals = Type.Object({
  done: Count,
  helped: Count,
  didNotHelp: Count,
  waiting: Count,
  millisecondsPerDay: Type.Number({ description: 'Saved altogether, by what was measured.' }),
  predictionError: NumberOrNull,
});
export type LedgerTotals = Static<typeof LedgerTotals>;
