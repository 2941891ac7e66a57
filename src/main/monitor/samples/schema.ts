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

export const SeriesAnswer = Type.Object({ stepSeconds: Count, series: Type.Array(Series) });
export type SeriesAnswer = Static<typeof SeriesAnswer>;

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
  definition: Type.String(),
  bytes: Type.Number(),
  scansPerHour: NumberOrNull,
  lastUsedAt: InstantOrNull,
  isUnique: Type.Boolean(),
  isValid: Type.Boolean(),
  concerns: Type.Array(Type.String()),
});
export type IndexView = Static<typeof IndexView>;
