/** The shapes of the pool over time. */

import { type Static, Type } from 'typebox';
import { LaneName } from '../schema.ts';

const Count = Type.Integer({ minimum: 0 });
const Milliseconds = Type.Union([Type.Number(), Type.Null()]);

export const PoolHistoryLane = Type.Object({
  name: LaneName,
  active: Type.Integer({ minimum: 0, description: 'The most connections it held at a moment of the step.' }),
  waiting: Type.Integer({ minimum: 0, description: 'The most callers that waited at a moment of the step.' }),
  acquired: Count,
  refused: Count,
  waitP50Ms: Milliseconds,
  waitP99Ms: Milliseconds,
  holdP50Ms: Milliseconds,
  holdP99Ms: Milliseconds,
});
export type PoolHistoryLane = Static<typeof PoolHistoryLane>;

export const PoolHistoryHolder = Type.Object({
  statement: Type.String(),
  route: Type.Union([Type.String(), Type.Null()]),
  lane: Type.String(),
  count: Count,
});
export type PoolHistoryHolder = Static<typeof PoolHistoryHolder>;

export const PoolHistoryPoint = Type.Object({
  at: Type.String({ format: 'date-time', description: 'When the step began.' }),
  open: Type.Integer({ minimum: 0, description: 'The most that were open at a moment of the step.' }),
  idle: Type.Integer({ minimum: 0, description: 'The fewest that were idle.' }),
  limit: Type.Integer({ minimum: 0, description: 'What might be held before nothing more was lent, at its end.' }),
  opened: Count,
  failed: Type.Integer({ minimum: 0, description: 'Connections that could not be opened.' }),
  lanes: Type.Array(PoolHistoryLane),
  holders: Type.Array(PoolHistoryHolder, {
    description: 'Who held the most connections, at the moment of the step when the most were held; five at most.',
  }),
});
export type PoolHistoryPoint = Static<typeof PoolHistoryPoint>;

export const PoolHistory = Type.Object({
  stepSeconds: Count,
  points: Type.Array(PoolHistoryPoint, { description: 'Oldest first. Where none is, the server was not there.' }),
});
export type PoolHistory = Static<typeof PoolHistory>;

export const LONGEST_SPAN_SECONDS = 86_400;

export const readPoolHistory = {
  summary: 'The pool over time, lane by lane, with who held its connections',
  description:
    'Kept in memory since the start of this process: every second for ten minutes, every ten seconds for six hours, every minute for a day.',
  query: Type.Object(
    {
      spanSeconds: Type.Integer({
        ...{ minimum: 1, maximum: LONGEST_SPAN_SECONDS, default: 600 },
        description: 'How far back.',
      }),
    },
    { additionalProperties: false },
  ),
  response: { 200: PoolHistory },
} as const;
