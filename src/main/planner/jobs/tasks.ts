/**
 * What the planner's thread can do: each task stands up a twin of the snapshot that it is given, does its work there, and gives back
 * what was found, packed as it is kept. A twin that people try things in is kept for the next of them.
 */

import { join } from 'node:path';
import { bisectPlan } from '../bisect/bisect-plan.ts';
import { forecastWorkload } from '../forecast/forecast-workload.ts';
import { adviseIndexes } from '../index-advice/advise-indexes.ts';
import type { Offer } from '../ledger/index.ts';
import { whatIf } from '../playground/what-if.ts';
import { reviewWorkload } from '../review/review.ts';
import type { RepeatedStatement } from '../review/rules/repeats.ts';
import type { NewWhatIf } from '../route-schemas.ts';
import type { Bisection, WhatIf } from '../schema.ts';
import { adviseSizing } from '../sizing/advise-sizing.ts';
import type { SizingFacts } from '../sizing/facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { createTwin } from '../twin/create-twin.ts';
import type { Twin } from '../twin/twin.ts';
import { loadParser, parseStatement } from '../workload/sql-tree.ts';
import type { WorkloadStatement } from '../workload/workload.ts';
import { type PackedReport, packAdvice, packReport, packReview } from './pack-reports.ts';
import type { TaskContext, TaskServer } from './serve-tasks.ts';

interface OfWorkload {
  readonly snapshot: Snapshot;
  readonly workload: readonly WorkloadStatement[];
  /** In a native Postgres of the same major version, where there is one. */
  readonly isExact: boolean;
}

export type PlannerTask =
  | (OfWorkload & { readonly kind: 'review'; readonly repeats: readonly RepeatedStatement[] })
  | (OfWorkload & { readonly kind: 'advice'; readonly budgetBytes: number | null; readonly timeBudgetMs: number })
  | (OfWorkload & { readonly kind: 'forecast'; readonly history: readonly Snapshot[] })
  | (OfWorkload & { readonly kind: 'sizing'; readonly history: readonly Snapshot[]; readonly facts: SizingFacts })
  | { readonly kind: 'what-if'; readonly snapshotId: string; readonly snapshot: Snapshot; readonly request: NewWhatIf }
  | {
      readonly kind: 'bisect';
      readonly before: Snapshot;
      readonly after: Snapshot;
      readonly statement: { readonly name: string; readonly text: string };
    };

export type PlannerAnswer =
  | { readonly kind: 'report'; readonly report: PackedReport; readonly offers: readonly Offer[] }
  | { readonly kind: 'what-if'; readonly answer: WhatIf }
  | { readonly kind: 'bisection'; readonly answer: Bisection };

export class PlannerTasks implements TaskServer<PlannerTask, PlannerAnswer> {
  readonly #directory: string;
  #kept: { snapshotId: string; twin: Twin } | undefined;
  #twins = 0;

  /** @param directory below which files are put */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async run(task: PlannerTask, context: TaskContext): Promise<PlannerAnswer> {
    if (task.kind === 'what-if') return { kind: 'what-if', answer: await this.#whatIf(task) };
    if (task.kind === 'bisect') return { kind: 'bisection', answer: await this.#bisect(task, context) };
    context.onProgress({ done: 0, total: 100, sentence: 'The twin is being set up.' });
    return this.#inTwin(task.snapshot, task.isExact, (twin) => report(task, twin, context));
  }

  async close(): Promise<void> {
    await this.#kept?.twin.close();
    this.#kept = undefined;
  }

  async #whatIf({ request, snapshot, snapshotId }: Extract<PlannerTask, { kind: 'what-if' }>): Promise<WhatIf> {
    if (this.#kept?.snapshotId !== snapshotId) {
      await this.close();
      this.#kept = { snapshotId, twin: await createTwin(snapshot, { directory: this.#newFolder() }) };
    }
    return whatIf(this.#kept.twin, request);
  }

  async #bisect(task: Extract<PlannerTask, { kind: 'bisect' }>, { signal }: TaskContext): Promise<Bisection> {
    const { after, before, statement } = task;
    // Two twins are not set up for what nobody can read.
    await loadParser();
    parseStatement(statement.text);
    return bisectPlan(before, after, statement, { signal, twin: { directory: this.#newFolder() } });
  }

  async #inTwin<Result>(snapshot: Snapshot, exact: boolean, use: (twin: Twin) => Promise<Result>): Promise<Result> {
    const twin = await createTwin(snapshot, { directory: this.#newFolder(), exact, isUntrusted: false });
    try {
      return await use(twin);
    } finally {
      await twin.close();
    }
  }

  #newFolder(): string {
    this.#twins += 1;
    return join(this.#directory, `twin-${this.#twins}`);
  }
}

type ReportTask = Extract<PlannerTask, OfWorkload>;

async function report(task: ReportTask, twin: Twin, context: TaskContext): Promise<PlannerAnswer> {
  if (task.kind === 'advice') return advise(task, twin, context);
  if (task.kind === 'review') return review(task, twin, context);
  const { signal } = context;
  const tell = (sentence: string) => (share: number) => context.onProgress({ ...percent(share), sentence });
  const { history } = task;
  if (task.kind === 'sizing') {
    const onProgress = tell('What plans touch and need is added up.');
    const found = await adviseSizing(twin, task.workload, { history, signal, facts: task.facts, onProgress });
    return { kind: 'report', report: await packReport(found, found.sentence), offers: [] };
  }
  const onProgress = tell('Statements are planned at larger sizes.');
  const found = await forecastWorkload(twin, task.workload, { history, signal, onProgress });
  return { kind: 'report', report: await packReport(found, found.sentence), offers: [] };
}

async function advise(
  { budgetBytes, timeBudgetMs, workload }: Extract<PlannerTask, { kind: 'advice' }>,
  twin: Twin,
  { onProgress, signal }: TaskContext,
): Promise<PlannerAnswer> {
  const budget = budgetBytes === null ? {} : { budgetBytes };
  const found = await adviseIndexes(twin, workload, {
    ...{ ...budget, timeBudgetMs, signal },
    onProgress: ({ done, sentence, total }) => onProgress({ done, total, sentence: asSentence(sentence) }),
  });
  return { kind: 'report', ...(await packAdvice(found)) };
}

async function review(
  { repeats, workload }: Extract<PlannerTask, { kind: 'review' }>,
  twin: Twin,
  { onProgress, signal }: TaskContext,
): Promise<PlannerAnswer> {
  const found = await reviewWorkload(twin, workload, {
    ...{ repeats, signal },
    onProgress: (done, total) => onProgress({ done, total, sentence: `${done} of ${total} statements are reviewed.` }),
  });
  return { kind: 'report', report: await packReview(found), offers: [] };
}

function percent(share: number): { done: number; total: number } {
  return { done: Math.round(share * 100), total: 100 };
}

function asSentence(words: string): string {
  const first = words.charAt(0).toUpperCase();
  return `${first}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}
