/** The shapes of alerts, of the rules that raise them, and of what an operator says about them. */

import { type Static, Type } from 'typebox';

const Count = Type.Integer({ minimum: 0 });
const Instant = Type.String({ format: 'date-time' });
const InstantOrNull = Type.Union([Instant, Type.Null()]);
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const Severity = Type.Union([Type.Literal('page'), Type.Literal('ticket'), Type.Literal('note')], {
  description: 'page: users are hurt or about to be; ticket: today; note: on the timeline alone.',
});
export type Severity = Static<typeof Severity>;

export const Feedback = Type.Union([
  Type.Literal('useful'),
  Type.Literal('noise'),
  Type.Literal('expected'),
  Type.Literal('missed'),
]);
export type Feedback = Static<typeof Feedback>;

export const Alert = Type.Object({
  id: Type.String(),
  ruleId: Type.String(),
  ruleName: Type.String(),
  severity: Severity,
  scope: Type.String(),
  group: Type.String({ description: 'What it is one of: the cause, never a pid.' }),
  state: Type.Union([Type.Literal('firing'), Type.Literal('resolved')]),
  sentence: Type.String(),
  startedAt: Instant,
  resolvedAt: InstantOrNull,
  value: NumberOrNull,
  threshold: NumberOrNull,
  unit: Type.String(),
  /** How many of the same group were folded into it. */
  count: Count,
  incidentId: TextOrNull,
  feedback: Type.Union([Feedback, Type.Null()]),
});
export type Alert = Static<typeof Alert>;

export const AlertRule = Type.Object({
  id: Type.String(),
  name: Type.String(),
  about: Type.String({ description: 'What it watches and why, for a person.' }),
  builtIn: Type.Boolean(),
  isEnabled: Type.Boolean(),
  severity: Severity,
  kind: Type.Union([Type.Literal('limit'), Type.Literal('baseline'), Type.Literal('burn'), Type.Literal('event')], {
    description:
      'limit: a fixed bound; baseline: against what is usual at this hour; burn: error budget; event: happens.',
  }),
  series: TextOrNull,
  direction: Type.Union([Type.Literal('above'), Type.Literal('below')]),
  threshold: Type.Union([Type.Number(), Type.Null()], { description: 'Of a limit, in the unit of the series.' }),
  unit: Type.String(),
  forSeconds: Count,
  learnt: Type.Object({
    factor: Type.Number({ description: 'By what feedback has moved the threshold: 1 is as shipped.' }),
    state: Type.Union([Type.Literal('none'), Type.Literal('warming_up'), Type.Literal('ready')]),
    sentence: Type.String(),
  }),
  firedLastWeek: Count,
});
export type AlertRule = Static<typeof AlertRule>;

export const Replay = Type.Object({
  factorBefore: Type.Number(),
  factorAfter: Type.Number(),
  alerts: Type.Integer({ minimum: 0, description: 'Alerts of the rule in what is stored.' }),
  dropped: Type.Integer({ minimum: 0, description: 'How many of them would not have been.' }),
  added: Count,
  incidents: Type.Integer({ minimum: 0, description: 'Incidents and useful alerts among them.' }),
  kept: Type.Integer({ minimum: 0, description: 'How many of those would still have been found.' }),
  sentence: Type.String(),
});
export type Replay = Static<typeof Replay>;
