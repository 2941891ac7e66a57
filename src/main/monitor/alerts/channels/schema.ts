/** The shapes of channels, deliveries and silences. */

import { type Static, Type } from 'typebox';
import { Severity } from '../schema.ts';

const Count = Type.Integer({ minimum: 0 });
const Instant = Type.String({ format: 'date-time' });
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const ChannelKind = Type.Union([
  Type.Literal('mail'),
  Type.Literal('webhook'),
  Type.Literal('slack'),
  Type.Literal('discord'),
  Type.Literal('pagerduty'),
  Type.Literal('alertmanager'),
]);
export type ChannelKind = Static<typeof ChannelKind>;

export const Channel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: ChannelKind,
  isEnabled: Type.Boolean(),
  severityLeast: Severity,
  target: Type.String({ description: 'Address or host; what is secret of it is left out.' }),
  hasSecret: Type.Boolean(),
  lastDelivery: Type.Union([
    Type.Object({ at: Instant, succeeded: Type.Boolean(), sentence: Type.String() }),
    Type.Null(),
  ]),
  waiting: Type.Integer({ minimum: 0, description: 'Deliveries that will be tried again.' }),
});
export type Channel = Static<typeof Channel>;

export const Delivery = Type.Object({
  id: Type.String(),
  alertId: TextOrNull,
  at: Instant,
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('delivered'),
    Type.Literal('failed'),
    Type.Literal('silenced'),
  ]),
  attempts: Count,
  sentence: Type.String({ description: 'What was answered, without secrets.' }),
});
export type Delivery = Static<typeof Delivery>;

export const Silence = Type.Object({
  id: Type.String(),
  reason: Type.String(),
  ruleId: TextOrNull,
  scope: TextOrNull,
  from: Instant,
  until: Type.Union([Instant, Type.Null()]),
  weekly: Type.Union(
    [
      Type.Object({
        days: Type.Array(Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday.' })),
        startsAt: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
        minutes: Type.Integer({ minimum: 1, maximum: 1440 }),
        timeZone: Type.String(),
      }),
      Type.Null(),
    ],
    { description: 'Silent at these times of each week, instead of the whole span.' },
  ),
});
export type Silence = Static<typeof Silence>;

const Name = Type.String({ minLength: 1, maxLength: 80 });
const TARGET_LONGEST = 2_000;
const SECRET_LONGEST = 500;
const Target = Type.String({
  ...{ minLength: 1, maxLength: TARGET_LONGEST },
  description:
    'mail: addresses, with commas between. webhook, slack, discord: the URL. alertmanager: its address, such as http://localhost:9093. pagerduty: only where it is not https://events.pagerduty.com.',
});
const Secret = Type.String({
  ...{ minLength: 1, maxLength: SECRET_LONGEST },
  description:
    'webhook: the key of the signature, `whsec_` and base64; made where it is left out. pagerduty: the integration key. alertmanager: a bearer token.',
});

export const NewChannel = Type.Object(
  {
    name: Name,
    kind: ChannelKind,
    target: Type.Optional(Target),
    secret: Type.Optional(Secret),
    severityLeast: Type.Optional(Severity),
    isEnabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type NewChannel = Static<typeof NewChannel>;

/** What is left out stays. */
export const ChannelChange = Type.Object(
  {
    name: Type.Optional(Name),
    target: Type.Optional(Target),
    secret: Type.Optional(Secret),
    severityLeast: Type.Optional(Severity),
    isEnabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type ChannelChange = Static<typeof ChannelChange>;

export const ChannelAnswer = Type.Object({
  channel: Channel,
  secret: Type.Union([Type.String(), Type.Null()], {
    description: 'The key of the signature where one was made now. It is shown this once.',
  }),
});
export type ChannelAnswer = Static<typeof ChannelAnswer>;

export const NewSilence = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 300 }),
    ruleId: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()])),
    scope: Type.Optional(Type.Union([Type.String({ maxLength: 300 }), Type.Null()])),
    from: Type.Optional(Instant),
    until: Type.Optional(Type.Union([Instant, Type.Null()])),
    weekly: Type.Optional(
      Type.Union([
        Type.Object(
          {
            days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }),
            startsAt: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
            minutes: Type.Integer({ minimum: 1, maximum: 1440 }),
            timeZone: Type.String({ minLength: 1, maxLength: 60 }),
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ]),
    ),
  },
  { additionalProperties: false },
);
export type NewSilence = Static<typeof NewSilence>;

export const DeliveryPage = Type.Object({ deliveries: Type.Array(Delivery), nextCursor: TextOrNull });
export type DeliveryPage = Static<typeof DeliveryPage>;
