// The planner: every statement reviewed, indexes advised and made, forecasts, bisections, what-ifs. Operators only.
import type {
  AdviceItem,
  AdvicePage,
  Bisection,
  FindingKind,
  ForecastReport,
  IndexWork,
  LedgerEntry,
  LedgerTotals,
  PlannerOverview,
  ReviewedStatement,
  ReviewPage,
  Run,
  RunKind,
  Severity,
  SizingReport,
  SnapshotView,
  WhatIf,
} from '../planner/schema.ts';
import type { Transport } from './transport.ts';

export type {
  AdviceIndex,
  AdviceItem,
  AdvicePage,
  AdviceState,
  BindingKind,
  Bisection,
  Cliff,
  CreateAdvice,
  Cure,
  DropAdvice,
  Finding,
  FindingKind,
  ForecastPoint,
  ForecastReport,
  ForecastStatement,
  IndexWork,
  LedgerEntry,
  LedgerTotals,
  LedgerVerdict,
  PlanCondition,
  PlanCulprit,
  PlanFlip,
  PlannerOverview,
  PlanWarning,
  ReadNode,
  ReadPlan,
  RealisedStatement,
  ReviewedPlan,
  ReviewedStatement,
  ReviewPage,
  ReviewSummary,
  Run,
  RunKind,
  RunState,
  SizingAdvice,
  SizingReport,
  SnapshotView,
  StatementEffect,
  StatementSummary,
  TableGrowth,
  TriedIndex,
  WhatIf,
  WriteEffect,
} from '../planner/schema.ts';

export interface StartRun {
  readonly kind: RunKind;
  /** Of advice: what the indexes may take together. */
  readonly budgetBytes?: number | undefined;
  /** In a Postgres of the same major version, where one is installed beside the server. */
  readonly isExact?: boolean | undefined;
}

export interface ReviewRequest {
  readonly search?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly finding?: FindingKind | undefined;
  /** 200 when left out. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** Of a report: the run that it is of, and null for both before the first. */
export interface Reported<Report> {
  readonly run: Run | null;
  readonly report: Report | null;
}

export interface BisectRequest {
  /** Its declared name, its fingerprint's, or its text. */
  readonly statement: string;
  /** Ids of two stored snapshots, the earlier first. */
  readonly from: string;
  readonly to: string;
}

export interface WhatIfRequest {
  readonly text: string;
  /** For $1, $2, …, as texts; left out, the plan is generic. */
  readonly params?: readonly string[] | undefined;
  /** Each `create index … on …`. */
  readonly indexes?: readonly string[] | undefined;
  /** Indexes to leave out, `schema.name`. */
  readonly hidden?: readonly string[] | undefined;
}

const base = '/v1/planner';

export function createPlannerClient(transport: Transport) {
  const { send } = transport;
  return {
    overview: (signal?: AbortSignal) => send<PlannerOverview>('GET', `${base}/overview`, { signal }),
    ...createRunsClient(transport),
    ...createAdviceClient(transport),
    review: (request: ReviewRequest = {}, signal?: AbortSignal) =>
      send<ReviewPage>('GET', `${base}/review`, { query: { ...request }, signal }),
    /** @param id as the list of the review has it */
    async reviewStatement(id: string, signal?: AbortSignal) {
      const path = `${base}/review/statements/${encodeURIComponent(id)}`;
      return send<{ readonly run: Run | null; readonly statement: ReviewedStatement }>('GET', path, { signal });
    },
    forecast: (signal?: AbortSignal) => send<Reported<ForecastReport>>('GET', `${base}/forecast`, { signal }),
    sizing: (signal?: AbortSignal) => send<Reported<SizingReport>>('GET', `${base}/sizing`, { signal }),
    /** Newest first. */
    async snapshots(signal?: AbortSignal): Promise<readonly SnapshotView[]> {
      return (await send<{ snapshots: SnapshotView[] }>('GET', `${base}/snapshots`, { signal })).snapshots;
    },
    async takeSnapshot(): Promise<SnapshotView> {
      return (await send<{ snapshot: SnapshotView }>('POST', `${base}/snapshots`)).snapshot;
    },
    async bisect(request: BisectRequest, signal?: AbortSignal): Promise<Bisection> {
      const answer = await send<{ bisection: Bisection }>('POST', `${base}/bisect`, { body: request, signal });
      return answer.bisection;
    },
    /** Nothing is executed. */
    whatIf: (request: WhatIfRequest, signal?: AbortSignal) =>
      send<WhatIf>('POST', `${base}/what-if`, { body: request, signal }),
  };
}

function createRunsClient({ send }: Transport) {
  const pathOf = (id: string) => `${base}/runs/${encodeURIComponent(id)}`;
  return {
    /** Begins it; `run` tells how far it is. */
    async startRun(request: StartRun): Promise<Run> {
      return (await send<{ run: Run }>('POST', `${base}/runs`, { body: request })).run;
    },
    /** Newest first. */
    async runs(signal?: AbortSignal): Promise<readonly Run[]> {
      return (await send<{ runs: Run[] }>('GET', `${base}/runs`, { signal })).runs;
    },
    async run(id: string, signal?: AbortSignal): Promise<Run> {
      return (await send<{ run: Run }>('GET', pathOf(id), { signal })).run;
    },
    async cancelRun(id: string): Promise<Run> {
      return (await send<{ run: Run }>('DELETE', pathOf(id))).run;
    },
  };
}

function createAdviceClient({ send }: Transport) {
  const pathOf = (id: string) => `${base}/advice/${encodeURIComponent(id)}`;
  const works = `${base}/index-works`;
  return {
    advice: (signal?: AbortSignal) => send<AdvicePage>('GET', `${base}/advice`, { signal }),
    async adviceItem(id: string, signal?: AbortSignal): Promise<AdviceItem> {
      return (await send<{ item: AdviceItem }>('GET', pathOf(id), { signal })).item;
    },
    /** Creates or drops the index, as the advice says; `indexWorks` tells how far it is. */
    async applyAdvice(id: string): Promise<IndexWork> {
      return (await send<{ work: IndexWork }>('POST', `${pathOf(id)}/apply`)).work;
    },
    async declineAdvice(id: string, reason?: string): Promise<AdviceItem> {
      return (await send<{ item: AdviceItem }>('POST', `${pathOf(id)}/decline`, { body: { reason } })).item;
    },
    async offerAdviceAgain(id: string): Promise<AdviceItem> {
      return (await send<{ item: AdviceItem }>('POST', `${pathOf(id)}/offer`)).item;
    },
    /** Indexes being created or dropped, and the last that were. Newest first. */
    async indexWorks(signal?: AbortSignal): Promise<readonly IndexWork[]> {
      return (await send<{ works: IndexWork[] }>('GET', works, { signal })).works;
    },
    async cancelIndexWork(id: string): Promise<IndexWork> {
      return (await send<{ work: IndexWork }>('DELETE', `${works}/${encodeURIComponent(id)}`)).work;
    },
    async undoIndexWork(id: string): Promise<IndexWork> {
      return (await send<{ work: IndexWork }>('POST', `${works}/${encodeURIComponent(id)}/undo`)).work;
    },
    ledger: (signal?: AbortSignal) =>
      send<{ readonly entries: readonly LedgerEntry[]; readonly totals: LedgerTotals }>('GET', `${base}/ledger`, {
        signal,
      }),
  };
}
