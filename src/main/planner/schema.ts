/** The shapes of the planner: those of its rooms, and of its first page. */

import { type Static, Type } from 'typebox';
import { IndexWork } from './creation/schema.ts';
import { AdviceReport } from './index-advice/schema.ts';
import { Run } from './jobs/schema.ts';
import { AdviceItem, LedgerTotals } from './ledger/schema.ts';
import { ReviewEngine, ReviewGap, ReviewReport, StatementSummary } from './review/schema.ts';

export * from './bisect/schema.ts';
export * from './creation/schema.ts';
export * from './forecast/schema.ts';
export * from './index-advice/schema.ts';
export * from './jobs/schema.ts';
export * from './ledger/schema.ts';
export * from './plans/schema.ts';
export * from './playground/schema.ts';
export * from './review/schema.ts';
export * from './sizing/schema.ts';

const Instant = Type.String({ format: 'date-time' });
const Count = Type.Integer({ minimum: 0 });
const RunOrNull = Type.Union([Run, Type.Null()], { description: 'The one that it is of.' });

/** A stored snapshot of schema, sizes and statistics, as a list shows it. */
export const SnapshotView = Type.Object({
  id: Type.String(),
  takenAt: Instant,
  reason: Type.String({ description: 'A sentence: the hour, a change of the schema, an ANALYZE, an operator.' }),
  serverVersion: Type.String(),
  relations: Count,
  indexes: Count,
  storedBytes: Type.Integer({ minimum: 0, description: 'What it takes in the database.' }),
  gaps: Type.Integer({ minimum: 0, description: 'What it could not take.' }),
});
export type SnapshotView = Static<typeof SnapshotView>;

export const PlannerOverview = Type.Object({
  isOn: Type.Boolean(),
  snapshot: Type.Union([SnapshotView, Type.Null()], { description: 'The newest.' }),
  snapshots: Count,
  gaps: Type.Array(Type.Object({ subject: Type.String(), sentence: Type.String() }), {
    description: 'What of the database the twin does not have.',
  }),
  review: Type.Object({
    run: RunOrNull,
    totals: Type.Union(
      [
        Type.Object({
          statements: Count,
          planned: Count,
          severe: Count,
          concern: Count,
          note: Count,
          justified: Count,
        }),
        Type.Null(),
      ],
      { description: 'Null before the first review.' },
    ),
  }),
  advice: Type.Object({
    run: RunOrNull,
    toCreate: Type.Integer({ minimum: 0, description: 'Indexes that are offered.' }),
    toDrop: Count,
    costCut: Type.Union([Type.Number(), Type.Null()], {
      description: 'Of the cost of reading, were all of it followed.',
    }),
    sentence: Type.Union([Type.String(), Type.Null()]),
  }),
  forecast: Type.Object({
    run: RunOrNull,
    sentence: Type.Union([Type.String(), Type.Null()], { description: 'The first cliff.' }),
    cliffs: Count,
  }),
  sizing: Type.Object({
    run: RunOrNull,
    sentence: Type.Union([Type.String(), Type.Null()]),
    needed: Type.Integer({ minimum: 0, description: 'Parts of the machine that are too small now or will be soon.' }),
  }),
  work: Type.Union([IndexWork, Type.Null()], { description: 'What is being made or dropped at present.' }),
  ledger: LedgerTotals,
});
export type PlannerOverview = Static<typeof PlannerOverview>;

/** A review without its plans: those are asked for statement by statement. */
export const ReviewSummary = Type.Object({
  database: Type.String(),
  serverVersion: Type.String(),
  takenAt: Type.String({ format: 'date-time', description: 'When the statistics were taken.' }),
  engine: ReviewEngine,
  gaps: Type.Array(ReviewGap),
  totals: ReviewReport.properties.totals,
  unplanned: ReviewReport.properties.unplanned,
});
export type ReviewSummary = Static<typeof ReviewSummary>;

export const ReviewPage = Type.Object({
  run: RunOrNull,
  report: Type.Union([ReviewSummary, Type.Null()], { description: 'Null before the first review.' }),
  statements: Type.Array(StatementSummary, { description: 'The worst first, then the dearest.' }),
  total: Type.Integer({ minimum: 0, description: 'How many there are, of which `statements` shows some.' }),
});
export type ReviewPage = Static<typeof ReviewPage>;

/** An advice report without its advice, which stands beside it with what became of it. */
export const AdviceSummary = Type.Omit(AdviceReport, ['create', 'drop']);
export type AdviceSummary = Static<typeof AdviceSummary>;

export const AdvicePage = Type.Object({
  run: RunOrNull,
  report: Type.Union([AdviceSummary, Type.Null()], { description: 'Null before the first run.' }),
  items: Type.Array(AdviceItem, {
    description: 'What the last run says, in its order; then what was declined, done, or failed.',
  }),
});
export type AdvicePage = Static<typeof AdvicePage>;
