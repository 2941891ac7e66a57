/** The shapes of what statements cost, over a span and against another, and the routes that answer with them. */

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

export const QuerySpan = Type.Object({ from: Instant, to: Instant });
export type QuerySpan = Static<typeof QuerySpan>;

export const QueryTotals = Type.Object({
  calls: Count,
  errors: Count,
  totalMs: Type.Number(),
});
export type QueryTotals = Static<typeof QueryTotals>;

export const QueryList = Type.Object({
  queries: Type.Array(QueryView),
  total: Type.Integer({ minimum: 0, description: 'How many there are, of which `queries` shows the first.' }),
  totals: Type.Object(
    { now: QueryTotals, before: Type.Union([QueryTotals, Type.Null()]) },
    { description: 'Of all statements in the span, whatever is searched for.' },
  ),
  spans: Type.Object(
    { now: QuerySpan, before: Type.Union([QuerySpan, Type.Null()]) },
    {
      description: 'As they were read: begun and ended at whole minutes, or hours where minutes are not kept any more.',
    },
  ),
  blocks: Type.Object(
    { areKnown: Type.Boolean(), reason: TextOrNull },
    { description: 'Whether pg_stat_statements is read, and why not.' },
  ),
});
export type QueryList = Static<typeof QueryList>;

export const QuerySort = Type.Union(
  [
    Type.Literal('totalMs'),
    Type.Literal('calls'),
    Type.Literal('meanMs'),
    Type.Literal('p99Ms'),
    Type.Literal('blocksPerCall'),
    Type.Literal('rows'),
    Type.Literal('errors'),
    Type.Literal('change'),
  ],
  { default: 'totalMs', description: 'The greatest first; `change` is by what came up in total time.' },
);
export type QuerySort = Static<typeof QuerySort>;

const Span = {
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Left out: an hour before `to`.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Left out: now.' })),
  compareFrom: Type.Optional(
    Type.String({ format: 'date-time', description: 'The span to compare with; needs `compareTo`.' }),
  ),
  compareTo: Type.Optional(Type.String({ format: 'date-time' })),
};

export const listQueries = {
  summary: 'What statements cost over a span, against another span',
  description:
    'By the minute for 14 days, by the hour and the day for 400. Times are as this pool saw them; statements of other programs, and blocks, are as pg_stat_statements counts them. The spans may lie anywhere and be of any length: calls are compared by their rate.',
  query: Type.Object(
    {
      ...Span,
      route: Type.Optional(Type.String({ maxLength: 300, description: 'Only what this route has called.' })),
      search: Type.Optional(Type.String({ maxLength: 200, description: 'In the name and in the text.' })),
      sort: QuerySort,
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    },
    { additionalProperties: false },
  ),
  response: { 200: QueryList },
} as const;

export const readQuery = {
  summary: 'One statement: who calls it, over time, its plans, its regressions',
  params: Type.Object({ id: Type.String({ pattern: '^[\\w-]{1,40}$' }) }, { additionalProperties: false }),
  query: Type.Object(Span, { additionalProperties: false }),
  response: { 200: QueryDetail },
  errors: ['query_not_found'],
} as const;
