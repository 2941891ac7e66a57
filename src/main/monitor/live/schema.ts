/** The shape of the live picture: one second of the server, sent each second to whoever has its wall page open. */

import { type Static, Type } from 'typebox';
import { IncidentSummary } from '../incidents/schema.ts';
import { LaneName } from '../schema.ts';

const Count = Type.Integer({ minimum: 0 });
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);

export const LiveLane = Type.Object({
  name: LaneName,
  calls: Type.Integer({ minimum: 0, description: 'Connections lent in the second.' }),
  refused: Count,
  p50Ms: Type.Union([Type.Number(), Type.Null()], { description: 'How long they were held; null where none ended.' }),
  p99Ms: NumberOrNull,
  waitP99Ms: NumberOrNull,
});
export type LiveLane = Static<typeof LiveLane>;

export const LiveStatement = Type.Object({
  statement: Type.String({ description: 'Its declared name, or its text without constants.' }),
  lane: LaneName,
  callsPerSecond: Type.Number(),
  meanMs: Type.Number(),
  share: Type.Number({ minimum: 0, maximum: 1, description: 'Of all time that statements took in these seconds.' }),
  running: Type.Integer({ minimum: 0, description: 'How many of it run at this moment.' }),
});
export type LiveStatement = Static<typeof LiveStatement>;

export const LiveView = Type.Object({
  at: Type.String({ format: 'date-time', description: 'When the second began.' }),
  users: Type.Object({
    active: Type.Integer({ minimum: 0, description: 'Who asked for anything in the last minute.' }),
    hurt: Type.Integer({
      minimum: 0,
      description: 'Who saw a failure or waited far too long in the last ten seconds.',
    }),
  }),
  requests: Type.Object({
    total: Type.Integer({ minimum: 0, description: 'Ended in the second.' }),
    failed: Count,
    p50Ms: NumberOrNull,
    p99Ms: NumberOrNull,
  }),
  lanes: Type.Array(LiveLane),
  statements: Type.Array(LiveStatement, {
    description: 'Those that took most time in the last ten seconds; ten at most.',
  }),
  incident: Type.Union([IncidentSummary, Type.Null()], { description: 'The one that is open.' }),
  alertsFiring: Count,
});
export type LiveView = Static<typeof LiveView>;
