/** What hurts and why, as it is told: the verdict with its evidence, the sessions behind it, the journal. */

import { type Static, Type } from 'typebox';

const Instant = Type.String({ format: 'date-time' });
const Milliseconds = Type.Number({ minimum: 0 });
const orNull = <Of extends Parameters<typeof Type.Union>[0][number]>(of: Of) => Type.Union([of, Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const VerdictKind = Type.Union(
  [
    Type.Literal('missing_index'),
    Type.Literal('slow_statement'),
    Type.Literal('plan_changed'),
    Type.Literal('volume_surge'),
    Type.Literal('lock_held'),
    Type.Literal('ddl_queued'),
    Type.Literal('idle_in_transaction'),
    Type.Literal('leak'),
    Type.Literal('server_slow'),
    Type.Literal('connect_storm'),
  ],
  { description: 'What it is; docs/user-guide/cause.md says what to do about each.' },
);
export type VerdictKind = Static<typeof VerdictKind>;

export const VerdictTerms = Type.Object(
  {
    moreCalls: Type.Number(),
    longerExecution: Type.Number(),
    idleInTransaction: Type.Number(),
    lockWait: Type.Number(),
    serverSlow: Type.Number(),
    leak: Type.Number(),
    connectStorm: Type.Number(),
  },
  { description: 'Connections held beyond what is usual, by what holds them.' },
);
export type VerdictTerms = Static<typeof VerdictTerms>;

export interface LockNode {
  /** 0 stands for a prepared transaction. */
  pid: number;
  statement: string;
  state: string;
  /** 0 for who waits for nobody. */
  waitsForMs: number;
  isOurs: boolean;
  route: string | null;
  victims: LockNode[];
}

/** Victims have victims of their own, which a flat schema can only describe. */
export const LockNode = Type.Unsafe<LockNode>(
  Type.Object({
    pid: Type.Integer({ description: '0 stands for a prepared transaction.' }),
    statement: Type.String(),
    state: Type.String(),
    waitsForMs: Type.Number({ minimum: 0, description: '0 for who waits for nobody.' }),
    isOurs: Type.Boolean(),
    route: TextOrNull,
    victims: Type.Array(Type.Object({}, { additionalProperties: true }), {
      description: 'Who waits for it: each of the same shape, with victims of its own.',
    }),
  }),
);

export const Holder = Type.Object({
  pid: Type.Integer(),
  state: Type.String(),
  forMs: Milliseconds,
  applicationName: Type.String(),
  userName: TextOrNull,
  statement: Type.String(),
  route: TextOrNull,
  isOurs: Type.Boolean(),
});
export type Holder = Static<typeof Holder>;

export const PlanFinding = Type.Object({
  summary: Type.String({ description: 'The steps of the plan, without figures.' }),
  relation: TextOrNull,
  rows: orNull(Type.Number({ description: 'Rows of the relation, as Postgres estimates.' })),
  filterColumns: Type.Array(Type.String()),
  before: TextOrNull,
  after: TextOrNull,
  analyzedAt: orNull(Instant),
});
export type PlanFinding = Static<typeof PlanFinding>;

export const VerdictAction = Type.Object({
  kind: Type.Union([
    Type.Literal('create_index'),
    Type.Literal('end_session'),
    Type.Literal('switch_rule'),
    Type.Literal('cap_statement'),
    Type.Literal('fix_code'),
    Type.Literal('none'),
  ]),
  sentence: Type.String(),
  detail: Type.Optional(Type.String({ description: 'What to run or whom to end, ready to copy.' })),
});
export type VerdictAction = Static<typeof VerdictAction>;

export const Verdict = Type.Object({
  id: Type.String(),
  kind: VerdictKind,
  sentence: Type.String({ description: 'The cause, for a tired person.' }),
  detectedAt: Instant,
  namedAt: Type.String({ format: 'date-time', description: 'When the present kind was first named.' }),
  closedAt: orNull(Instant),
  confidence: Type.Union([Type.Literal('likely'), Type.Literal('certain')]),
  statement: Type.Union([Type.Object({ name: Type.String(), text: TextOrNull }), Type.Null()], {
    description: 'What hurts. The text is without constants.',
  }),
  caller: Type.Object({
    routes: Type.Array(Type.Object({ route: Type.String(), share: Type.Number({ minimum: 0, maximum: 1 }) })),
    tenants: Type.Array(Type.Object({ tenant: Type.String(), share: Type.Number({ minimum: 0, maximum: 1 }) })),
    application: TextOrNull,
  }),
  terms: VerdictTerms,
  holder: Type.Union([Holder, Type.Null()], { description: 'Who stands in the way, or holds the most.' }),
  lockTree: orNull(LockNode),
  plan: Type.Union([PlanFinding, Type.Null()]),
  evidence: Type.Array(Type.String()),
  actions: Type.Array(VerdictAction),
});
export type Verdict = Static<typeof Verdict>;

export const CauseReport = Type.Object({
  state: Type.Union([Type.Literal('calm'), Type.Literal('trouble')]),
  since: Instant,
  verdict: Type.Union([Verdict, Type.Null()], { description: 'Null in calm, and until the cause is named.' }),
  recent: Type.Array(Verdict, { description: 'Verdicts that are over, newest first, twenty at most.' }),
});
export type CauseReport = Static<typeof CauseReport>;

export const SessionView = Type.Object({
  pid: Type.Integer(),
  leaderPid: orNull(Type.Integer({ description: 'Whom a parallel worker works for.' })),
  backendType: Type.String(),
  databaseName: TextOrNull,
  userName: TextOrNull,
  applicationName: Type.String(),
  clientAddress: TextOrNull,
  state: TextOrNull,
  waitEventType: TextOrNull,
  waitEvent: TextOrNull,
  backendStart: Type.String({ description: 'As Postgres writes it, with microseconds: ending a session asks for it.' }),
  queryStart: TextOrNull,
  transactionMs: orNull(Type.Number()),
  queryMs: orNull(Type.Number()),
  stateMs: orNull(Type.Number()),
  statement: Type.String({
    description: 'By its name, or its text without constants; empty where it may not be seen.',
  }),
  blockedBy: Type.Array(Type.Integer(), { description: 'Whose lock it waits for; 0 is a prepared transaction.' }),
  holdsReplicationSlot: Type.Boolean(),
  isOurs: Type.Boolean({ description: 'Whether this server holds it at this moment.' }),
  lane: TextOrNull,
  route: TextOrNull,
  tenant: TextOrNull,
  requestId: TextOrNull,
});
export type SessionView = Static<typeof SessionView>;

export const SessionList = Type.Object({
  at: Type.Union([Instant, Type.Null()], {
    description: 'When they were looked at; null where that has not succeeded yet.',
  }),
  hidden: Type.Integer({
    minimum: 0,
    description: 'Sessions of which no more is seen than that they are there: the role lacks pg_monitor.',
  }),
  sessions: Type.Array(SessionView),
});
export type SessionList = Static<typeof SessionList>;

export const JournalEntryView = Type.Object({
  id: Type.String(),
  at: Instant,
  kind: Type.String(),
  sentence: Type.String(),
  details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
});
export type JournalEntryView = Static<typeof JournalEntryView>;

export const JournalPageView = Type.Object({ entries: Type.Array(JournalEntryView), nextCursor: TextOrNull });
export type JournalPageView = Static<typeof JournalPageView>;

export const readCause = {
  summary: 'What hurts, and why',
  response: { 200: CauseReport },
} as const;

export const listSessions = {
  summary: 'The sessions of the server, joined with what this process knows of them',
  description: 'A sample that is a second old at most. Constants are taken out of all texts.',
  response: { 200: SessionList },
} as const;

const JOURNAL_PAGE_MAX = 200;

export const listJournal = {
  summary: 'What the guard did and saw, newest first',
  query: Type.Object(
    {
      limit: Type.Integer({ minimum: 1, maximum: JOURNAL_PAGE_MAX, default: 50 }),
      cursor: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
    },
    { additionalProperties: false },
  ),
  response: { 200: JournalPageView },
} as const;
