/** The shapes of rules, of their rehearsal, and of ending a session by hand. */

import { type Static, Type } from 'typebox';
import { LaneName } from '../schema.ts';

/** The sampler sees nothing shorter, so that a rule for less would hit by chance. */
const MIN_MS = 1_000;
const MAX_MS = 24 * 3_600_000;
const Milliseconds = (description: string) => Type.Integer({ minimum: MIN_MS, maximum: MAX_MS, description });
const Time = Type.String({ format: 'date-time' });
const Nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);
const Id = Type.String({ minLength: 1, maxLength: 64 });

export const RuleConditions = Type.Object(
  {
    lane: Type.Optional(LaneName),
    fingerprint: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: "The statement's name, or its fingerprint." }),
    ),
    state: Type.Optional(
      Type.Union([
        Type.Literal('active'),
        Type.Literal('idle in transaction'),
        Type.Literal('idle in transaction (aborted)'),
      ]),
    ),
    olderThanMs: Type.Optional(Milliseconds('The statement has been running for longer.')),
    idleInTransactionMs: Type.Optional(Milliseconds('It has run nothing inside of its transaction for longer.')),
    blockingWeight: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1_000_000_000,
        description:
          'Those who wait for its locks, each with its lane’s weight times its seconds of waiting, weigh more.',
      }),
    ),
    pastDeadlineMs: Type.Optional(Milliseconds('Its own deadline has been over for longer.')),
    blocksLanes: Type.Optional(
      Type.Array(LaneName, { minItems: 1, maxItems: 5, description: 'Someone of one of these waits for its locks.' }),
    ),
    isQueuedDdl: Type.Optional(
      Type.Literal(true, {
        description: 'It changes a definition, waits for a lock itself, and others wait behind it.',
      }),
    ),
    whileSlowed: Type.Optional(Type.Unsafe<LaneName>({ ...LaneName, description: 'Only while this lane is hurt.' })),
  },
  { additionalProperties: false, description: 'All that are given must hold.' },
);
export type RuleConditions = Static<typeof RuleConditions>;

const Mode = Type.Union([Type.Literal('off'), Type.Literal('warn'), Type.Literal('enforce')]);
const Scope = Type.Union([Type.Literal('own'), Type.Literal('others')], {
  description: 'Sessions of this server, or of other programs.',
});
const Action = Type.Union([Type.Literal('cancel'), Type.Literal('terminate')], {
  description: 'End the statement; or, where that does not help, the session.',
});

export const Rule = Type.Object({
  id: Id,
  name: Type.String(),
  builtIn: Type.Boolean(),
  mode: Mode,
  scope: Scope,
  conditions: RuleConditions,
  action: Action,
  mayEndMaintenance: Type.Boolean({
    description: 'Also VACUUM, ALTER and the like, where they stand in the way of much.',
  }),
  fault: Nullable(Type.String({ description: 'Why the rule is off, where this build cannot read it.' })),
  changedBy: Nullable(Type.String({ description: 'The user’s id.' })),
  changedAt: Nullable(Time),
  lastHitAt: Nullable(Time),
  hits24h: Type.Integer({ minimum: 0, description: 'Seen by this process, since it started.' }),
});
export type Rule = Static<typeof Rule>;

export const RulesPaused = Type.Object({ since: Time, reason: Type.String() });
export type RulesPaused = Static<typeof RulesPaused>;

export const RuleList = Type.Object({ rules: Type.Array(Rule), paused: Nullable(RulesPaused) });
export type RuleList = Static<typeof RuleList>;

export const RehearsalGroup = Type.Object({
  statement: Type.String({ description: 'Its name, or its text without constants.' }),
  applicationName: Type.String(),
  lane: Nullable(LaneName),
  reason: Nullable(Type.String({ description: 'Why it would have been spared; null for who would have been hit.' })),
  sessions: Type.Integer(),
  longestMs: Type.Integer(),
  heaviest: Type.Number({ description: 'The greatest blocking weight.' }),
  lastSeenAt: Time,
  pids: Type.Array(Type.Integer(), { description: 'Up to five of them.' }),
});
export type RehearsalGroup = Static<typeof RehearsalGroup>;

export const Rehearsal = Type.Object({
  ruleId: Nullable(Id),
  since: Nullable(
    Type.Unsafe<string>({ ...Time, description: 'The oldest session that is remembered; null for none.' }),
  ),
  until: Time,
  seen: Type.Integer({ description: 'Sessions that lived long enough to matter.' }),
  hit: Type.Integer(),
  spared: Type.Integer(),
  wouldHit: Type.Array(RehearsalGroup),
  wouldSpare: Type.Array(RehearsalGroup),
  sentence: Type.String(),
});
export type Rehearsal = Static<typeof Rehearsal>;

const DryRun = Type.Optional(Type.Boolean({ description: 'Changes nothing; answers with the rehearsal.' }));
const Name = Type.String({ minLength: 1, maxLength: 80 });

export const NewRule = Type.Object(
  {
    name: Name,
    conditions: RuleConditions,
    scope: Type.Optional(Scope),
    mode: Type.Optional(Mode),
    action: Type.Optional(Action),
    mayEndMaintenance: Type.Optional(Type.Boolean()),
    dryRun: DryRun,
  },
  { additionalProperties: false },
);
export type NewRule = Static<typeof NewRule>;

export const RuleChange = Type.Object(
  {
    mode: Type.Optional(Mode),
    conditions: Type.Optional(RuleConditions),
    mayEndMaintenance: Type.Optional(Type.Boolean()),
    dryRun: DryRun,
  },
  { additionalProperties: false },
);
export type RuleChange = Static<typeof RuleChange>;

export const RuleAnswer = Type.Object({
  rule: Rule,
  rehearsal: Nullable(Rehearsal),
});
export type RuleAnswer = Static<typeof RuleAnswer>;

/** The instants in Postgres' own words, as the list of sessions gives them. */
const Instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2} [\\d:.]{8,15}[+-][\\d:]{2,8}$' });

export const EndRequest = Type.Object(
  {
    backendStart: Instant,
    queryStart: Nullable(Instant),
    how: Type.Union([Type.Literal('cancel'), Type.Literal('terminate')]),
    mayEndMaintenance: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type EndRequest = Static<typeof EndRequest>;

export const EndOutcome = Type.Object({
  outcome: Type.Union([
    Type.Literal('ended'),
    Type.Literal('gone'),
    Type.Literal('not_permitted'),
    Type.Literal('did_not_yield'),
  ]),
});
export type EndOutcome = Static<typeof EndOutcome>;

const RuleParams = Type.Object({ id: Id });

export const listRules = {
  summary: 'The rules, and whether they act',
  response: { 200: RuleList },
} as const;

export const createRule = {
  summary: 'Make a rule',
  description: 'Answers with whom it would have hit in the last 24 hours. With `dryRun` that is all it does.',
  body: NewRule,
  // 200 where nothing was made, because it was only asked what would be.
  response: { 200: RuleAnswer, 201: RuleAnswer },
  errors: ['invalid_rule', 'too_many_rules'],
} as const;

export const changeRule = {
  summary: 'Change a rule’s mode or limits',
  description:
    'Answers with whom it would have hit in the last 24 hours where it is switched to enforce. Of a built-in rule the mode and the numbers can be changed.',
  params: RuleParams,
  body: RuleChange,
  response: { 200: RuleAnswer },
  errors: ['rule_not_found', 'invalid_rule'],
} as const;

export const deleteRule = {
  summary: 'Delete a rule of one’s own',
  params: RuleParams,
  response: { 204: null },
  errors: ['rule_not_found', 'rule_built_in'],
} as const;

export const rehearseRule = {
  summary: 'Whom the rule would have hit in the last 24 hours',
  params: RuleParams,
  response: { 200: Rehearsal },
  errors: ['rule_not_found'],
} as const;

export const resumeRules = {
  summary: 'Let the rules act again',
  description: 'After they have reached their limit and stopped.',
  response: { 200: RuleList },
} as const;

export const endSession = {
  summary: 'End one statement, or one session, by hand',
  description:
    'Acts on that very session in that very statement, or on none. What the rules never touch is refused here too.',
  params: Type.Object({ pid: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }) }),
  body: EndRequest,
  response: { 200: EndOutcome },
  errors: ['database_session_not_found', 'database_session_changed', 'session_protected', 'nothing_to_cancel'],
} as const;
