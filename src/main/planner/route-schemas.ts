/** What the endpoints of the planner take and answer. */

import { type Static, Type } from 'typebox';
import { Bisection } from './bisect/schema.ts';
import { IndexWork } from './creation/schema.ts';
import { ForecastReport } from './forecast/schema.ts';
import { Run, RunKind } from './jobs/schema.ts';
import { AdviceItem, LedgerEntry, LedgerTotals } from './ledger/schema.ts';
import { WhatIf } from './playground/schema.ts';
import { FindingKind, ReviewedStatement, Severity } from './review/schema.ts';
import { AdvicePage, PlannerOverview, ReviewPage, SnapshotView } from './schema.ts';
import { SizingReport } from './sizing/schema.ts';

const closed = { additionalProperties: false } as const;
/** Neither NUL nor half a character, which Postgres cannot store. */
const STORABLE = '[^\\u0000\\p{Cs}]*$';
const NOT_EMPTY = `^(?=[\\s\\S]*\\S)${STORABLE}`;
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: NOT_EMPTY });
const OptionalText = (maxLength: number) => Type.String({ maxLength, pattern: `^${STORABLE}` });
const Id = Type.Object({ id: Type.String({ format: 'uuid' }) });
const AdviceId = Type.Object({ id: Type.String({ pattern: '^[\\w-]{1,100}$' }) });
const RunOrNull = Type.Union([Run, Type.Null()], { description: 'The one that the answer is of.' });

export const readOverview = {
  summary: 'The planner at a glance: its snapshot, what was found, what is offered, what is under way',
  response: { 200: PlannerOverview },
} as const;

export const NewRun = Type.Object(
  {
    kind: RunKind,
    budgetBytes: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2 ** 50,
        description: 'Of advice: what the indexes may take together; half of the tables’ size where left out.',
      }),
    ),
    isExact: Type.Optional(
      Type.Boolean({ description: 'In a Postgres of the same major version, where one is installed here.' }),
    ),
  },
  closed,
);
export type NewRun = Static<typeof NewRun>;

export const startRun = {
  summary: 'Begins a review, index advice, a forecast or sizing advice',
  description:
    'They are done one after the other, in a thread of their own, from the newest snapshot, which is taken anew where it is older than ten minutes. Asked for again while it waits, it is the same run.',
  body: NewRun,
  response: { 202: Type.Object({ run: Run }) },
  errors: ['planner_off'],
} as const;

export const listRuns = {
  summary: 'What the planner does at present, and the last that it did',
  response: { 200: Type.Object({ runs: Type.Array(Run) }) },
} as const;

export const readRun = {
  summary: 'How far a run is',
  params: Id,
  response: { 200: Type.Object({ run: Run }) },
  errors: ['run_not_found'],
} as const;

export const cancelRun = {
  summary: 'Gives up a run',
  params: Id,
  response: { 200: Type.Object({ run: Run }) },
  errors: ['run_not_found', 'run_ended'],
} as const;

export const ReviewRequest = Type.Object(
  {
    search: Type.Optional(OptionalText(200)),
    severity: Type.Optional(Severity),
    finding: Type.Optional(FindingKind),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 200 }),
    offset: Type.Integer({ minimum: 0, maximum: 100_000, default: 0 }),
  },
  closed,
);
export type ReviewRequest = Static<typeof ReviewRequest>;

export const readReview = {
  summary: 'The last review: every statement with what is wrong with its plan',
  query: ReviewRequest,
  response: { 200: ReviewPage },
} as const;

export const readReviewStatement = {
  summary: 'One statement of the last review: its plans, what is wrong with them, what cures it',
  params: Type.Object({
    id: Type.String({ pattern: '^[\\w-]{1,100}$', description: 'As the list of the review has it.' }),
  }),
  response: { 200: Type.Object({ run: RunOrNull, statement: ReviewedStatement }) },
  errors: ['statement_not_found'],
} as const;

export const readAdvice = {
  summary: 'Index advice: what to create, what to drop, and what became of each',
  response: { 200: AdvicePage },
} as const;

export const readAdviceItem = {
  summary: 'One piece of advice',
  params: AdviceId,
  response: { 200: Type.Object({ item: AdviceItem }) },
  errors: ['advice_not_found'],
} as const;

export const applyAdvice = {
  summary: 'Creates or drops the index, as the advice says, without a standstill',
  description:
    'One at a time over all servers of the database, on a connection of its own, with a bound on the wait for its lock; tried again where the lock was not to be had. What an attempt leaves behind is dropped. Refused while users are hurt and where the disk has no room for it.',
  params: AdviceId,
  response: { 202: Type.Object({ work: IndexWork }) },
  errors: [
    ...['advice_not_found', 'advice_closed', 'index_work_running', 'index_work_refused'],
    ...['users_are_hurt', 'disk_has_no_room'],
  ],
} as const;

export const declineAdvice = {
  summary: 'Declines advice: it is not offered again unless it is taken back',
  params: AdviceId,
  body: Type.Object({ reason: Type.Optional(OptionalText(500)) }, closed),
  response: { 200: Type.Object({ item: AdviceItem }) },
  errors: ['advice_not_found', 'advice_closed'],
} as const;

export const reofferAdvice = {
  summary: 'Offers again what was declined',
  params: AdviceId,
  response: { 200: Type.Object({ item: AdviceItem }) },
  errors: ['advice_not_found', 'advice_closed'],
} as const;

export const listWorks = {
  summary: 'Indexes being created or dropped, and the last that were',
  response: { 200: Type.Object({ works: Type.Array(IndexWork) }) },
} as const;

export const cancelWork = {
  summary: 'Gives up creating or dropping an index',
  params: Id,
  response: { 200: Type.Object({ work: IndexWork }) },
  errors: ['index_work_not_found', 'index_work_ended'],
} as const;

export const undoWork = {
  summary: 'Takes it back: drops the index that was created, or creates anew the one that was dropped',
  params: Id,
  response: { 202: Type.Object({ work: IndexWork }) },
  errors: [
    ...['index_work_not_found', 'index_work_running', 'index_work_refused'],
    ...['users_are_hurt', 'disk_has_no_room'],
  ],
} as const;

export const readLedger = {
  summary: 'The ledger of advice: what was predicted against what came true',
  response: { 200: Type.Object({ entries: Type.Array(LedgerEntry), totals: LedgerTotals }) },
} as const;

export const readForecast = {
  summary: 'The last forecast: what statements cost as their tables grow, and where their plans flip',
  response: { 200: Type.Object({ run: RunOrNull, report: Type.Union([ForecastReport, Type.Null()]) }) },
} as const;

export const readSizing = {
  summary: 'The last sizing advice: memory, CPU, disk and connections',
  response: { 200: Type.Object({ run: RunOrNull, report: Type.Union([SizingReport, Type.Null()]) }) },
} as const;

export const listSnapshots = {
  summary: 'Stored snapshots of schema, sizes and statistics, newest first',
  response: { 200: Type.Object({ snapshots: Type.Array(SnapshotView) }) },
} as const;

export const takeSnapshot = {
  summary: 'Takes a snapshot now, by one short transaction that only reads',
  response: { 201: Type.Object({ snapshot: SnapshotView }) },
  errors: ['planner_off'],
} as const;

export const NewBisection = Type.Object(
  {
    statement: Text(20_000),
    from: Type.String({ pattern: '^[\\w:.-]{1,64}$', description: 'The id of a stored snapshot.' }),
    to: Type.String({ pattern: '^[\\w:.-]{1,64}$', description: 'The id of a later one.' }),
  },
  closed,
);
export type NewBisection = Static<typeof NewBisection>;

export const bisect = {
  summary: 'Between two snapshots, which table, column or size flipped the plan of a statement',
  description: 'The statement by its declared name, its fingerprint’s, or its text.',
  body: NewBisection,
  response: { 200: Type.Object({ bisection: Bisection }) },
  errors: ['planner_off', 'snapshot_not_found', 'planner_busy', 'planner_timeout', 'statement_not_planned'],
} as const;

export const NewWhatIf = Type.Object(
  {
    text: Text(20_000),
    params: Type.Optional(
      Type.Array(OptionalText(10_000), {
        maxItems: 100,
        description: 'For $1, $2, …, as texts; left out, the plan is generic.',
      }),
    ),
    indexes: Type.Optional(
      Type.Array(Text(2_000), { maxItems: 10, description: 'Each `create index … on …`, made in the twin alone.' }),
    ),
    hidden: Type.Optional(
      Type.Array(Text(200), {
        maxItems: 20,
        description: 'Indexes that are there and are to be left out, `schema.name`.',
      }),
    ),
  },
  closed,
);
export type NewWhatIf = Static<typeof NewWhatIf>;

export const tryWhatIf = {
  summary: 'Plans a statement in the twin, as it is and with indexes that are not there; nothing is executed',
  body: NewWhatIf,
  response: { 200: WhatIf },
  errors: ['planner_off', 'planner_busy', 'planner_timeout', 'statement_not_planned', 'index_not_understood'],
} as const;
