/** The shapes of incidents: who was hurt, what happened in order, why, and what can be done. */

import { type Static, Type } from 'typebox';
import { Verdict, VerdictAction } from '../cause/schema.ts';

const Count = Type.Integer({ minimum: 0 });
const Instant = Type.String({ format: 'date-time' });
const InstantOrNull = Type.Union([Instant, Type.Null()]);

export const TimelineKind = Type.Union([
  Type.Literal('deploy'),
  Type.Literal('migration'),
  Type.Literal('ddl'),
  Type.Literal('analyze'),
  Type.Literal('plan_changed'),
  Type.Literal('lane_saturated'),
  Type.Literal('refusals'),
  Type.Literal('limit_changed'),
  Type.Literal('statement_moved'),
  Type.Literal('session_ended'),
  Type.Literal('rule'),
  Type.Literal('alert'),
  Type.Literal('trouble'),
  Type.Literal('verdict'),
  Type.Literal('users_hurt'),
  Type.Literal('database'),
  Type.Literal('operator'),
  Type.Literal('note'),
  Type.Literal('opened'),
  Type.Literal('closed'),
]);
export type TimelineKind = Static<typeof TimelineKind>;

export const TimelineEntry = Type.Object({
  id: Type.String(),
  at: Instant,
  kind: TimelineKind,
  sentence: Type.String(),
  by: Type.Union([Type.String(), Type.Null()], { description: 'The operator, where a person did or wrote it.' }),
  details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
});
export type TimelineEntry = Static<typeof TimelineEntry>;

export const RouteImpact = Type.Object({
  route: Type.String(),
  requests: Count,
  failed: Count,
  slow: Count,
  users: Count,
});
export type RouteImpact = Static<typeof RouteImpact>;

export const Impact = Type.Object({
  usersSeen: Type.Integer({ minimum: 0, description: 'Users who asked for anything while it lasted.' }),
  usersHurt: Type.Integer({ minimum: 0, description: 'Of those, who saw a failure or waited far too long.' }),
  share: Type.Number({ minimum: 0, maximum: 1 }),
  requests: Count,
  failed: Count,
  slow: Count,
  refused: Count,
  isEstimated: Type.Optional(
    Type.Boolean({ description: 'Users could not all be told apart: too many, a restart, or several servers.' }),
  ),
  routes: Type.Array(RouteImpact, { description: 'Those that were hurt most, first.' }),
});
export type Impact = Static<typeof Impact>;

export const ImpactPoint = Type.Object({
  at: Instant,
  usersHurt: Count,
  failed: Count,
  requests: Count,
  p99Ms: Type.Number(),
});
export type ImpactPoint = Static<typeof ImpactPoint>;

export const IncidentAction = Type.Object({
  ...VerdictAction.properties,
  call: Type.Union(
    [
      Type.Object({
        method: Type.Union([Type.Literal('POST'), Type.Literal('PUT'), Type.Literal('DELETE')]),
        path: Type.String(),
        body: Type.Record(Type.String(), Type.Unknown()),
        button: Type.String({ description: 'What the button says.' }),
        effect: Type.String({ description: 'What will happen, and what will be lost, in a sentence.' }),
      }),
      Type.Null(),
    ],
    { description: 'The one call that does it; null where a person has to.' },
  ),
  doneAt: InstantOrNull,
});
export type IncidentAction = Static<typeof IncidentAction>;

export const IncidentSummary = Type.Object({
  id: Type.String(),
  number: Type.Integer({ minimum: 1, description: 'For people: incident 12.' }),
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  title: Type.String({ description: 'A sentence: what hurts whom, by what.' }),
  openedAt: Instant,
  detectedAt: InstantOrNull,
  namedAt: InstantOrNull,
  containedAt: Type.Union([Instant, Type.Null()], { description: 'From when on nobody more was hurt.' }),
  closedAt: InstantOrNull,
  usersHurt: Count,
  verdictKind: Type.Union([Type.String(), Type.Null()]),
  hasPostmortem: Type.Boolean(),
});
export type IncidentSummary = Static<typeof IncidentSummary>;

export const IncidentDetail = Type.Object({
  incident: IncidentSummary,
  impact: Impact,
  verdict: Type.Union([Verdict, Type.Null()], { description: 'The one that explains most of it.' }),
  verdicts: Type.Array(Verdict),
  timeline: Type.Array(TimelineEntry, { description: 'Oldest first, from ten minutes before it opened.' }),
  points: Type.Array(ImpactPoint, {
    description: 'Second by second, a minute before to a minute after; thinned where long.',
  }),
  actions: Type.Array(IncidentAction),
});
export type IncidentDetail = Static<typeof IncidentDetail>;

export const Deploy = Type.Object({
  id: Type.String(),
  at: Instant,
  version: Type.String(),
  about: Type.String(),
});
export type Deploy = Static<typeof Deploy>;

/** No more than so many of a statement run at once, until it is lifted or its time is over. */
export const StatementCap = Type.Object({
  id: Type.String(),
  statement: Type.String(),
  max: Type.Integer({ minimum: 0, description: '0 refuses it.' }),
  until: Instant,
  reason: Type.String(),
  by: Type.String(),
});
export type StatementCap = Static<typeof StatementCap>;

export const IndexJob = Type.Object({
  id: Type.String(),
  sql: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed'), Type.Literal('cancelled')]),
  phase: Type.String(),
  share: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]),
  startedAt: Instant,
  endedAt: InstantOrNull,
  sentence: Type.String(),
});
export type IndexJob = Static<typeof IndexJob>;
