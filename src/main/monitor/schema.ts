/** The shapes of the operator's view of the pool. */

import { type Static, Type } from 'typebox';

const Count = Type.Integer({ minimum: 0 });

export const LaneName = Type.Union([
  Type.Literal('control'),
  Type.Literal('critical'),
  Type.Literal('interactive'),
  Type.Literal('bulk'),
  Type.Literal('background'),
]);
export type LaneName = Static<typeof LaneName>;

export const LaneSnapshot = Type.Object({
  name: LaneName,
  guaranteed: Count,
  ceiling: Type.Integer({ minimum: 0, description: 'The most the lane may hold at present.' }),
  configuredCeiling: Type.Integer({ minimum: 0, description: 'The most it may hold while nothing is wrong.' }),
  active: Count,
  waiting: Count,
  free: Type.Integer({ minimum: 0, description: 'What the lane could take at this moment.' }),
  refusedTotal: Count,
  refusedLastMinute: Count,
  acquiredTotal: Count,
  oldestWaitMs: Type.Number(),
});
export type LaneSnapshot = Static<typeof LaneSnapshot>;

export const PoolSnapshot = Type.Object({
  at: Type.String({ format: 'date-time' }),
  total: Type.Integer({ minimum: 0, description: 'Open connections.' }),
  maxConnections: Count,
  share: Type.Integer({ minimum: 0, description: 'What this process may open of what the database has.' }),
  limit: Type.Integer({ minimum: 0, description: 'What may be held before nothing more is lent between lanes.' }),
  idle: Count,
  refusedTotal: Count,
  lanes: Type.Array(LaneSnapshot),
});
export type PoolSnapshot = Static<typeof PoolSnapshot>;

export const LeaseView = Type.Object({
  lane: LaneName,
  statement: Type.String(),
  route: Type.Union([Type.String(), Type.Null()]),
  pid: Type.Integer(),
  heldMs: Type.Number(),
  inTransaction: Type.Boolean(),
});
export type LeaseView = Static<typeof LeaseView>;

export const StatementView = Type.Object({
  name: Type.String(),
  lane: LaneName,
  deadlineMs: Count,
  text: Type.String(),
  calls: Count,
  errors: Count,
  rows: Count,
  totalMs: Type.Number(),
  meanMs: Type.Number(),
  maxMs: Type.Number(),
});
export type StatementView = Static<typeof StatementView>;

export const Overview = Type.Object({
  version: Type.String(),
  uptimeSeconds: Count,
  users: Count,
  sessions: Count,
  collections: Count,
  database: Type.Object({
    kind: Type.Union([Type.Literal('embedded'), Type.Literal('external')]),
    version: Type.String(),
    host: Type.String(),
  }),
});
export type Overview = Static<typeof Overview>;

export const readPool = {
  summary: 'The pool now, lane by lane',
  response: { 200: Type.Object({ pool: PoolSnapshot, leases: Type.Array(LeaseView) }) },
} as const;

export const streamPool = {
  summary: 'The pool as it changes',
  description:
    'Server-sent events named `pool`, each with a PoolSnapshot: at once, with every change (at most ten a second), and every five seconds at least.',
  response: { 200: Type.Unsafe<undefined>({ type: 'string', description: 'text/event-stream' }) },
} as const;

export const listStatements = {
  summary: 'Every declared statement, with what this process has seen of it',
  response: { 200: Type.Object({ statements: Type.Array(StatementView) }) },
} as const;

export const readOverview = {
  summary: 'The figures of the first page; counts are estimates where tables are large',
  response: { 200: Overview },
} as const;
