/** What the endpoints of alerts and their rules take and answer. */

import { Type } from 'typebox';
import {
  AlertPage,
  AlertRule,
  AlertRuleChange,
  FeedbackAnswer,
  FeedbackRequest,
  MissedAnswer,
  MissedRequest,
  NewAlertRule,
} from './schema.ts';

const Id = Type.String({ minLength: 1, maxLength: 64 });
const AlertParams = Type.Object({ id: Type.String({ format: 'uuid' }) });
const RuleParams = Type.Object({ id: Id });
const RuleAnswer = Type.Object({ rule: AlertRule });

export const listAlerts = {
  summary: 'Alerts, newest first',
  description: 'What fires now is answered from memory, also while the database is away.',
  query: Type.Object(
    {
      state: Type.Optional(Type.Union([Type.Literal('firing'), Type.Literal('resolved')])),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      cursor: Type.Optional(Type.String({ pattern: '^\\d{1,16}-[0-9a-f-]{36}$' })),
    },
    { additionalProperties: false },
  ),
  response: { 200: AlertPage },
} as const;

export const giveFeedback = {
  summary: 'Say whether an alert was of use',
  description:
    'With `apply` false nothing is changed: the answer is the replay, what the moved threshold would have done with what is stored.',
  params: AlertParams,
  body: FeedbackRequest,
  response: { 200: FeedbackAnswer },
  errors: ['alert_not_found'],
} as const;

export const reportMissed = {
  summary: 'Report an incident that no alert told of',
  description: 'Lowers the threshold of the rule that should have. With `apply` false it only answers with the replay.',
  body: MissedRequest,
  response: { 200: MissedAnswer },
  errors: ['alert_rule_not_found'],
} as const;

export const listAlertRules = {
  summary: 'The rules that raise alerts, and what they have learnt',
  response: { 200: Type.Object({ rules: Type.Array(AlertRule) }) },
} as const;

export const createAlertRule = {
  summary: 'Make a rule of one’s own',
  body: NewAlertRule,
  response: { 201: RuleAnswer },
  errors: ['invalid_alert_rule', 'too_many_alert_rules'],
} as const;

export const changeAlertRule = {
  summary: 'Change a rule, or switch it off',
  params: RuleParams,
  body: AlertRuleChange,
  response: { 200: RuleAnswer },
  errors: ['alert_rule_not_found', 'invalid_alert_rule'],
} as const;

export const deleteAlertRule = {
  summary: 'Delete a rule of one’s own',
  params: RuleParams,
  response: { 204: null },
  errors: ['alert_rule_not_found', 'alert_rule_built_in'],
} as const;
