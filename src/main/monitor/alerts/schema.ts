/** The shapes of alerts, of the rules that raise them, and of what an operator says about them. */

import { type Static, Type } from 'typebox';

/** Neither NUL nor half a character, which Postgres cannot store. */
const STORABLE = '^[^\\u0000\\p{Cs}]*$';
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

export const AlertPage = Type.Object({
  alerts: Type.Array(Alert, { description: 'Newest first.' }),
  nextCursor: TextOrNull,
});
export type AlertPage = Static<typeof AlertPage>;

/** Where alerts marked as expected keep coming at one hour of the week: a silence for that hour, offered and not made. */
export const SilenceOffer = Type.Object({
  ruleId: Type.String(),
  scope: TextOrNull,
  weekday: Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday, UTC.' }),
  startsAt: Type.String({ description: 'Such as 02:00, UTC.' }),
  minutes: Count,
  seen: Type.Integer({ minimum: 0, description: 'In how many weeks it was so.' }),
  sentence: Type.String(),
});
export type SilenceOffer = Static<typeof SilenceOffer>;

export const FeedbackAnswer = Type.Object({
  alert: Alert,
  replay: Type.Union([Replay, Type.Null()], { description: 'Null where the threshold does not move by it.' }),
  offer: Type.Union([SilenceOffer, Type.Null()]),
});
export type FeedbackAnswer = Static<typeof FeedbackAnswer>;

export const MissedAnswer = Type.Object({ replay: Replay });
export type MissedAnswer = Static<typeof MissedAnswer>;

const Id = Type.String({ minLength: 1, maxLength: 64 });
const RuleName = Type.String({ minLength: 1, maxLength: 80 });
const About = Type.String({ maxLength: 500 });
const Threshold = Type.Number({ minimum: -1e15, maximum: 1e15 });
const ForSeconds = Type.Integer({ minimum: 0, maximum: 86_400 });

export const NewAlertRule = Type.Object(
  {
    name: RuleName,
    about: Type.Optional(About),
    kind: Type.Union([Type.Literal('limit'), Type.Literal('baseline')]),
    series: Type.String({
      pattern: '^[a-z][A-Za-z]{1,30}\\.[a-z][A-Za-z0-9]{1,60}$',
      description: 'Such as pool.usedShare.',
    }),
    scope: Type.Optional(Type.String({ maxLength: 200, description: 'Left out: each of them.' })),
    direction: Type.Union([Type.Literal('above'), Type.Literal('below')]),
    threshold: Type.Optional(
      Type.Unsafe<number>({
        ...Threshold,
        description: 'Of a limit, in its unit; of a baseline in spreads, 6 when left out.',
      }),
    ),
    unit: Type.Optional(Type.String({ maxLength: 30 })),
    forSeconds: Type.Optional(ForSeconds),
    severity: Type.Optional(Severity),
    onlyWhenUsersAreHurt: Type.Optional(
      Type.Boolean({ description: 'Left out: true for a baseline, false for a limit.' }),
    ),
    isEnabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type NewAlertRule = Static<typeof NewAlertRule>;

export const AlertRuleChange = Type.Object(
  {
    name: Type.Optional(RuleName),
    about: Type.Optional(About),
    isEnabled: Type.Optional(Type.Boolean()),
    severity: Type.Optional(Severity),
    threshold: Type.Optional(Threshold),
    forSeconds: Type.Optional(ForSeconds),
  },
  { additionalProperties: false },
);
export type AlertRuleChange = Static<typeof AlertRuleChange>;

export const FeedbackRequest = Type.Object(
  {
    feedback: Type.Union([Type.Literal('useful'), Type.Literal('noise'), Type.Literal('expected')]),
    apply: Type.Boolean({ description: 'False changes nothing and answers with the replay.' }),
  },
  { additionalProperties: false },
);
export type FeedbackRequest = Static<typeof FeedbackRequest>;

export const MissedRequest = Type.Object(
  {
    at: Instant,
    ruleId: Id,
    scope: Type.Optional(Type.String({ maxLength: 200, pattern: STORABLE })),
    note: Type.String({ maxLength: 2_000, pattern: STORABLE }),
    apply: Type.Optional(Type.Boolean({ description: 'Left out: true.' })),
  },
  { additionalProperties: false },
);
export type MissedRequest = Static<typeof MissedRequest>;
