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
