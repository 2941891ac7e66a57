/** The shapes of what statements cost, over a span and against another. */

import { type Static, Type } from 'typebox';

const Count = Type.Integer({ minimum: 0 });
const Instant = Type.String({ format: 'date-time' });
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const QueryFigures = Type.Object({
  calls: Count,
  errors: Count,
  rows: Count,
  totalMs: Type.Number(),
  meanMs: Type.Number(),
  p50Ms: NumberOrNull,
  p95Ms: NumberOrNull,
  p99Ms: NumberOrNull,
  maxMs: Type.Number(),
  share: Type.Number({ minimum: 0, maximum: 1, description: 'Of all time that statements took in the span.' }),
  blocksPerCall: Type.Union([Type.Number(), Type.Null()], {
    description: 'Blocks hit and read; null where pg_stat_statements is not there.',
  }),
  readBlocksPerCall: NumberOrNull,
});
export type QueryFigures = Static<typeof QueryFigures>;

export const QueryView = Type.Object({
  id: Type.String({ description: 'Of the statement: a digest of its name or its text without constants.' }),
  statement: Type.String({ description: 'Its declared name, or its text without constants.' }),
  text: TextOrNull,
  lane: TextOrNull,
  isOurs: Type.Boolean({ description: 'Declared by Aquifer itself.' }),
  figures: QueryFigures,
  before: Type.Union([QueryFigures, Type.Null()], { description: 'Over the span it is compared with.' }),
  change: Type.Union(
    [
      Type.Object({
        kind: Type.Union([
          Type.Literal('new'),
          Type.Literal('slower'),
          Type.Literal('faster'),
          Type.Literal('more_calls'),
          Type.Literal('plan_regression'),
          Type.Literal('same'),
        ]),
        sentence: Type.String(),
      }),
      Type.Null(),
    ],
    { description: 'What became of it since; null where nothing is compared.' },
  ),
});
export type QueryView = Static<typeof QueryView>;

export const QueryCaller = Type.Object({
  route: TextOrNull,
  calls: Count,
  totalMs: Type.Number(),
  share: Type.Number(),
});
export type QueryCaller = Static<typeof QueryCaller>;

export const QueryPlan = Type.Object({
  planId: Type.String({ description: 'A digest of its canonical form.' }),
  summary: Type.String(),
  firstSeenAt: Instant,
  lastSeenAt: Instant,
  cost: NumberOrNull,
});
export type QueryPlan = Static<typeof QueryPlan>;

export const QueryRegression = Type.Object({
  at: Instant,
  sentence: Type.String(),
  blocksRatio: NumberOrNull,
  timeRatio: Type.Number(),
  planBefore: TextOrNull,
  planAfter: TextOrNull,
  precededBy: Type.Array(Type.Object({ at: Instant, sentence: Type.String() }), {
    description: 'Deploys, migrations, DDL, ANALYZE, seen shortly before it.',
  }),
});
export type QueryRegression = Static<typeof QueryRegression>;

export const QueryPoint = Type.Object({
  at: Instant,
  calls: Count,
  meanMs: Type.Number(),
  p99Ms: NumberOrNull,
  blocksPerCall: NumberOrNull,
});
export type QueryPoint = Static<typeof QueryPoint>;

export const QueryDetail = Type.Object({
  query: QueryView,
  callers: Type.Array(QueryCaller),
  points: Type.Array(QueryPoint),
  stepSeconds: Count,
  plans: Type.Array(QueryPlan),
  regressions: Type.Array(QueryRegression),
});
export type QueryDetail = Static<typeof QueryDetail>;
