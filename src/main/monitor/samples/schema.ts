/** The shapes of figures over time, and of the tables and indexes they are about. */

import { type Static, Type } from 'typebox';

const Count = Type.Integer({ minimum: 0 });
const Instant = Type.String({ format: 'date-time' });
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const InstantOrNull = Type.Union([Instant, Type.Null()]);

export const SeriesPoint = Type.Object({
  at: Type.String({ format: 'date-time', description: 'When the step began.' }),
  mean: Type.Number(),
  min: Type.Number(),
  max: Type.Number(),
});
export type SeriesPoint = Static<typeof SeriesPoint>;

export const Series = Type.Object({
  name: Type.String(),
  scope: Type.String({ description: 'A lane, a route, a statement, a table; empty where there is one alone.' }),
  points: Type.Array(SeriesPoint, { description: 'Oldest first. A step without a point was not measured.' }),
});
export type Series = Static<typeof Series>;

export const SeriesAnswer = Type.Object({
  stepSeconds: Type.Integer({
    minimum: 0,
    description: 'As asked, or wider: no narrower than what is kept of that time.',
  }),
  series: Type.Array(Series, { description: 'By name and scope.' }),
  isComplete: Type.Boolean({
    description: 'False where Postgres did not answer in time: what this process has in memory is all there is.',
  }),
});
export type SeriesAnswer = Static<typeof SeriesAnswer>;

const NAMES_MAX = 12;
const NAME_PATTERN = '[a-z][A-Za-z]*\\.[a-z][A-Za-z0-9]*';
const NAMES_PATTERN = `^${NAME_PATTERN}(,${NAME_PATTERN}){0,${NAMES_MAX - 1}}$`;

export const readSeries = {
  summary: 'Figures over time: the pool, the process, Postgres, tables, statements, requests',
  description:
    'Kept in steps of 10 seconds for 6 hours, of a minute for 14 days, of an hour for 400 days. Names and units are in the user guide under Watching.',
  query: Type.Object(
    {
      name: Type.String({
        ...{ minLength: 1, maxLength: 1_000, pattern: NAMES_PATTERN },
        default: 'pool.inUse,pool.waiting',
        description: `Such as \`pool.waitP99Ms\`; up to ${NAMES_MAX}, with commas between.`,
      }),
      scope: Type.Optional(
        Type.String({
          ...{ maxLength: 200, pattern: '^[^\\u0000-\\u001f]*$' },
          description: 'One lane, route, statement or table alone.',
        }),
      ),
      from: Type.Optional(Type.String({ format: 'date-time', description: 'An hour before `to` when left out.' })),
      to: Type.Optional(Type.String({ format: 'date-time', description: 'Now when left out.' })),
      stepSeconds: Type.Optional(
        Type.Integer({ minimum: 10, maximum: 2_764_800, description: 'Left out: so that there are about 360 steps.' }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: SeriesAnswer },
  errors: ['invalid_span'],
} as const;

const EmptyQuery = Type.Object({}, { additionalProperties: false });
const TakenAt = Type.Union([Instant, Type.Null()], { description: 'Null where Postgres has not answered yet.' });
const Hidden = Type.Integer({ minimum: 0, description: 'Smaller ones beyond the first 500 are not listed.' });

export const TableView = Type.Object({
  schema: Type.String(),
  name: Type.String(),
  rows: Type.Number({ description: 'As Postgres estimates.' }),
  totalBytes: Type.Number(),
  tableBytes: Type.Number(),
  indexBytes: Type.Number(),
  deadRows: Type.Number(),
  seqScansPerHour: NumberOrNull,
  seqRowsPerScan: NumberOrNull,
  indexScansPerHour: NumberOrNull,
  writesPerHour: NumberOrNull,
  hotUpdateShare: NumberOrNull,
  cacheHitShare: NumberOrNull,
  growthBytesPerDay: NumberOrNull,
  lastVacuumAt: InstantOrNull,
  lastAnalyzeAt: InstantOrNull,
  frozenXidAge: Count,
  concerns: Type.Array(Type.String(), { description: 'Sentences; empty where there is nothing to say.' }),
});
export type TableView = Static<typeof TableView>;

export const IndexView = Type.Object({
  schema: Type.String(),
  table: Type.String(),
  name: Type.String(),
  definition: Type.String({ description: 'Empty where its table was locked against everybody when it was looked at.' }),
  bytes: Type.Number(),
  scansPerHour: NumberOrNull,
  lastUsedAt: InstantOrNull,
  isUnique: Type.Boolean(),
  isValid: Type.Boolean(),
  concerns: Type.Array(Type.String()),
});
export type IndexView = Static<typeof IndexView>;

export const TableList = Type.Object({ at: TakenAt, tables: Type.Array(TableView), left: Hidden });
export type TableList = Static<typeof TableList>;

export const IndexList = Type.Object({ at: TakenAt, indexes: Type.Array(IndexView), left: Hidden });
export type IndexList = Static<typeof IndexList>;

export const listTables = {
  summary: 'The tables of the database, largest first, and what is to be said of each',
  description:
    'As last looked at: at most a minute ago while somebody asks. Rates are over the last day, or since there are figures.',
  query: EmptyQuery,
  response: { 200: TableList },
} as const;

export const listIndexes = {
  summary: 'The indexes of the database, largest first, and what is to be said of each',
  description: 'As last looked at, like the tables.',
  query: EmptyQuery,
  response: { 200: IndexList },
} as const;
