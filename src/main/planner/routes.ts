/** The planner's endpoints, a line each. All of them are for operators; what changes something asks for `planner.write`. */

import { type Route, route } from '../http/index.ts';
import * as schema from './route-schemas.ts';
import type * as shape from './schema.ts';

type RunWith<Report> = Promise<{ run: shape.Run | null; report: Report | null }>;

/** What answers them. Each may throw the errors that its endpoint lists. */
export interface PlannerAnswers {
  overview(): Promise<shape.PlannerOverview>;
  startRun(request: schema.NewRun, userId: string): Promise<shape.Run>;
  runs(): Promise<shape.Run[]>;
  run(id: string): Promise<shape.Run>;
  cancelRun(id: string): Promise<shape.Run>;
  review(request: schema.ReviewRequest): Promise<shape.ReviewPage>;
  reviewStatement(id: string): Promise<{ run: shape.Run | null; statement: shape.ReviewedStatement }>;
  advice(): Promise<shape.AdvicePage>;
  adviceItem(id: string): Promise<shape.AdviceItem>;
  apply(id: string, userId: string): Promise<shape.IndexWork>;
  decline(id: string, userId: string, reason: string | undefined): Promise<shape.AdviceItem>;
  reoffer(id: string, userId: string): Promise<shape.AdviceItem>;
  works(): Promise<shape.IndexWork[]>;
  cancelWork(id: string, userId: string): Promise<shape.IndexWork>;
  undoWork(id: string, userId: string): Promise<shape.IndexWork>;
  ledger(): Promise<{ entries: shape.LedgerEntry[]; totals: shape.LedgerTotals }>;
  forecast(): RunWith<shape.ForecastReport>;
  sizing(): RunWith<shape.SizingReport>;
  snapshots(): Promise<shape.SnapshotView[]>;
  takeSnapshot(): Promise<shape.SnapshotView>;
  bisect(request: schema.NewBisection, signal: AbortSignal): Promise<shape.Bisection>;
  whatIf(request: schema.NewWhatIf, signal: AbortSignal): Promise<shape.WhatIf>;
}

const access = 'operator';
const base = '/v1/planner';
/** A twin that has to be made first, on a busy machine. */
const TWIN_DEADLINE_MS = 60_000;

export function plannerRoutes(answers: PlannerAnswers): Route[] {
  return [
    route('GET', `${base}/overview`, { access, schema: schema.readOverview }, () => answers.overview()),
    ...runRoutes(answers),
    ...reportRoutes(answers),
    ...adviceRoutes(answers),
    ...workRoutes(answers),
    ...twinRoutes(answers),
  ];
}

function runRoutes(answers: PlannerAnswers): Route[] {
  return [
    route('POST', `${base}/runs`, { access, schema: schema.startRun }, async ({ body, caller }) => ({
      run: await answers.startRun(body, caller.userId),
    })),
    route('GET', `${base}/runs`, { access, schema: schema.listRuns }, async () => ({ runs: await answers.runs() })),
    route('GET', `${base}/runs/:id`, { access, schema: schema.readRun }, async ({ params }) => ({
      run: await answers.run(params.id),
    })),
    route('DELETE', `${base}/runs/:id`, { access, schema: schema.cancelRun }, async ({ params }) => ({
      run: await answers.cancelRun(params.id),
    })),
  ];
}

function reportRoutes(answers: PlannerAnswers): Route[] {
  return [
    route('GET', `${base}/review`, { access, schema: schema.readReview }, ({ query }) => answers.review(query)),
    route('GET', `${base}/review/statements/:id`, { access, schema: schema.readReviewStatement }, ({ params }) =>
      answers.reviewStatement(params.id),
    ),
    route('GET', `${base}/forecast`, { access, schema: schema.readForecast }, () => answers.forecast()),
    route('GET', `${base}/sizing`, { access, schema: schema.readSizing }, () => answers.sizing()),
    route('GET', `${base}/ledger`, { access, schema: schema.readLedger }, () => answers.ledger()),
  ];
}

function adviceRoutes(answers: PlannerAnswers): Route[] {
  const advice = `${base}/advice`;
  return [
    route('GET', advice, { access, schema: schema.readAdvice }, () => answers.advice()),
    route('GET', `${advice}/:id`, { access, schema: schema.readAdviceItem }, async ({ params }) => ({
      item: await answers.adviceItem(params.id),
    })),
    route('POST', `${advice}/:id/apply`, { access, schema: schema.applyAdvice }, async ({ caller, params }) => ({
      work: await answers.apply(params.id, caller.userId),
    })),
    route(
      'POST',
      `${advice}/:id/decline`,
      { access, schema: schema.declineAdvice },
      async ({ body, caller, params }) => ({ item: await answers.decline(params.id, caller.userId, body.reason) }),
    ),
    route('POST', `${advice}/:id/offer`, { access, schema: schema.reofferAdvice }, async ({ caller, params }) => ({
      item: await answers.reoffer(params.id, caller.userId),
    })),
  ];
}

function workRoutes(answers: PlannerAnswers): Route[] {
  const works = `${base}/index-works`;
  return [
    route('GET', works, { access, schema: schema.listWorks }, async () => ({ works: await answers.works() })),
    route('DELETE', `${works}/:id`, { access, schema: schema.cancelWork }, async ({ caller, params }) => ({
      work: await answers.cancelWork(params.id, caller.userId),
    })),
    route('POST', `${works}/:id/undo`, { access, schema: schema.undoWork }, async ({ caller, params }) => ({
      work: await answers.undoWork(params.id, caller.userId),
    })),
  ];
}

function twinRoutes(answers: PlannerAnswers): Route[] {
  const deadlineMs = TWIN_DEADLINE_MS;
  return [
    route('GET', `${base}/snapshots`, { access, schema: schema.listSnapshots }, async () => ({
      snapshots: await answers.snapshots(),
    })),
    route('POST', `${base}/snapshots`, { access, schema: schema.takeSnapshot, deadlineMs }, async () => ({
      snapshot: await answers.takeSnapshot(),
    })),
    route('POST', `${base}/bisect`, { access, schema: schema.bisect, deadlineMs }, async ({ body, context }) => ({
      bisection: await answers.bisect(body, context.signal),
    })),
    route('POST', `${base}/what-if`, { access, schema: schema.tryWhatIf, deadlineMs }, ({ body, context }) =>
      answers.whatIf(body, context.signal),
    ),
  ];
}
