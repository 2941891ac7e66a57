/** Answers the planner's endpoints from its runs, its ledger, its work on indexes and its stored snapshots. */

import type { IndexWorks } from './creation/index.ts';
import { plannerOff, statementNotFound } from './errors.ts';
import { STATEMENTS, statementPart, WHOLE } from './jobs/pack-reports.ts';
import { unpack } from './jobs/packed.ts';
import type { RunBook } from './jobs/run-book.ts';
import type { AdviceLedger } from './ledger/index.ts';
import type { NewWhatIf, ReviewRequest } from './route-schemas.ts';
import type { PlannerAnswers } from './routes.ts';
import type * as shape from './schema.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

export interface AnswerSources {
  isOn: boolean;
  runs: RunBook;
  ledger: AdviceLedger;
  works: IndexWorks;
  shelf: SnapshotShelf;
  bisect: PlannerAnswers['bisect'];
  whatIf: (request: NewWhatIf, signal: AbortSignal) => Promise<shape.WhatIf>;
}

export function createAnswers(sources: AnswerSources): PlannerAnswers {
  const { isOn, ledger, runs, shelf, works } = sources;
  const whenOn = <Args extends unknown[], Answer>(work: (...given: Args) => Promise<Answer>) => {
    return async (...given: Args): Promise<Answer> => {
      if (!isOn) throw plannerOff();
      return work(...given);
    };
  };
  return {
    overview: () => readOverview(sources),
    startRun: whenOn((request, userId) => runs.start(request, userId)),
    runs: () => runs.list(),
    run: (id) => runs.find(id),
    cancelRun: (id) => runs.cancel(id),
    review: (request) => readReview(runs, request),
    reviewStatement: (id) => readStatement(runs, id),
    advice: async () => ({ ...(await readReport<shape.AdviceSummary>(runs, 'advice')), items: await ledger.items() }),
    adviceItem: (id) => ledger.item(id),
    apply: (id, userId) => ledger.apply(id, userId),
    decline: (id, userId, reason) => ledger.decline(id, userId, reason),
    reoffer: (id, userId) => ledger.reoffer(id, userId),
    works: () => works.list(),
    cancelWork: (id, userId) => works.cancel(id, userId),
    undoWork: (id, userId) => works.undo(id, userId),
    ledger: () => ledger.entries(),
    forecast: () => readReport<shape.ForecastReport>(runs, 'forecast'),
    sizing: () => readReport<shape.SizingReport>(runs, 'sizing'),
    snapshots: () => shelf.list(),
    takeSnapshot: whenOn(async () => (await shelf.take('Taken by an operator.')).stored),
    bisect: whenOn(sources.bisect),
    whatIf: whenOn(sources.whatIf),
  };
}

interface Reported<Report> {
  run: shape.Run | null;
  report: Report | null;
}

/** The newest of its kind, whole or a part of it. */
async function readReport<Report>(runs: RunBook, kind: shape.RunKind, part = WHOLE): Promise<Reported<Report>> {
  const run = await runs.last(kind);
  const body = run && (await runs.part(run.id, part));
  return { run, report: body ? await unpack<Report>(body) : null };
}

async function readReview(runs: RunBook, request: ReviewRequest): Promise<shape.ReviewPage> {
  const { report, run } = await readReport<shape.ReviewSummary>(runs, 'review');
  const body = run && (await runs.part(run.id, STATEMENTS));
  const all = body ? await unpack<shape.StatementSummary[]>(body) : [];
  const found = all.filter((one) => matches(one, request));
  const { limit, offset } = request;
  return { run, report, statements: found.slice(offset, offset + limit), total: found.length };
}

function matches(one: shape.StatementSummary, { finding, search, severity }: ReviewRequest): boolean {
  if (severity !== undefined && one.severity !== severity) return false;
  if (finding !== undefined && !one.findings.includes(finding)) return false;
  if (search === undefined) return true;
  const sought = search.toLowerCase();
  return one.name.toLowerCase().includes(sought) || (one.origin?.toLowerCase().includes(sought) ?? false);
}

/** @throws AppError statement_not_found */
async function readStatement(runs: RunBook, id: string) {
  const { report, run } = await readReport<shape.ReviewedStatement>(runs, 'review', statementPart(id));
  if (!report) throw statementNotFound();
  return { run, statement: report };
}

async function readOverview({ isOn, ledger, runs, shelf, works }: AnswerSources): Promise<shape.PlannerOverview> {
  const snapshots = await shelf.list();
  const review = await readReport<shape.ReviewSummary>(runs, 'review');
  const advice = await readReport<shape.AdviceSummary>(runs, 'advice');
  const forecast = await readReport<shape.ForecastReport>(runs, 'forecast');
  const sizing = await readReport<shape.SizingReport>(runs, 'sizing');
  const newest = [review, advice].sort((a, b) => (b.run?.endedAt ?? '').localeCompare(a.run?.endedAt ?? ''))[0];
  const isNeeded = ({ state }: shape.SizingAdvice) => state === 'now' || state === 'soon';
  return {
    isOn,
    ...{ snapshot: snapshots[0] ?? null, snapshots: snapshots.length, gaps: newest?.report?.gaps ?? [] },
    review: { run: review.run, totals: review.report?.totals ?? null },
    advice: {
      ...{ run: advice.run, ...(await ledger.count()) },
      costCut: advice.report?.cost.cut ?? null,
      sentence: advice.report?.sentence ?? null,
    },
    forecast: {
      ...{ run: forecast.run, sentence: forecast.report?.sentence ?? null },
      cliffs: forecast.report?.statements.filter(({ cliff }) => cliff !== null).length ?? 0,
    },
    sizing: {
      ...{ run: sizing.run, sentence: sizing.report?.sentence ?? null },
      needed: sizing.report?.advice.filter(isNeeded).length ?? 0,
    },
    work: (await works.list()).find(({ state }) => state === 'running') ?? null,
    ledger: await ledger.totals(),
  };
}
