/** The planner in the server: keeps snapshots, plans every statement beside the database, and works on indexes as it is told. */

import type { Database } from '../database/index.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Logger } from '../foundation/logger.ts';
import type { Service } from '../foundation/service.ts';
import type { Route } from '../http/index.ts';
import { createAnswers } from './answers.ts';
import { IndexWorks } from './creation/index.ts';
import { createDailyRuns } from './jobs/daily-runs.ts';
import { gatherWorkload } from './jobs/gather-workload.ts';
import { createPerform } from './jobs/perform.ts';
import { PlannerThread } from './jobs/planner-thread.ts';
import { RunBook } from './jobs/run-book.ts';
import type { PlannerAnswer, PlannerTask } from './jobs/tasks.ts';
import { AdviceLedger } from './ledger/index.ts';
import type { NewBisection, NewWhatIf } from './route-schemas.ts';
import { plannerRoutes } from './routes.ts';
import type { Bisection, WhatIf } from './schema.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import { createSnapshotKeeper } from './snapshot/snapshot-keeper.ts';
import { createSnapshotStore, type KeepLimits } from './snapshot/snapshot-store.ts';
import { SnapshotShelf } from './snapshot-shelf.ts';
import type { PlannerSources } from './sources.ts';

export type { PlannerSources } from './sources.ts';

export interface PlannerOptions {
  /** Off: nothing is captured and nothing is planned; what is stored can be read, and work on indexes goes on. */
  isOn: boolean;
  /** Of stored snapshots. */
  limits: KeepLimits;
  database: Database;
  sources: PlannerSources;
  clock: Clock;
  logger: Logger;
}

export interface Planner {
  routes: Route[];
  services: Service[];
  /**
   * Which change flipped a statement's plan, between the newest snapshot from before `sinceMs` (wall clock in milliseconds since 1970)
   * and now. Null where nothing can be said: no snapshot of before, the planner off, the same plan in both.
   */
  explainPlanFlip(statement: string, sinceMs: number): Promise<Bisection | null>;
}

/** Someone waits for the answer: within what its endpoint may take. */
const ASKED_DEADLINE_MS = 55_000;
/** Long enough for a person to think between two tries. */
const ASKED_IDLE_MS = 120_000;
const STATEMENT_NAME_MAX = 80;
/** Snapshots of before that an incident's plan is looked for in. */
const COMPARED_MAX = 2;

export function createPlanner(options: PlannerOptions): Planner {
  const { clock, database, isOn, limits, logger, sources } = options;
  const store = createSnapshotStore(database);
  const keeper = createSnapshotKeeper({ database, store, clock, logger, limits });
  const shelf = new SnapshotShelf({ store, keeper, clock });
  const works = new IndexWorks({ ...sources, database, clock, logger, onEnded: (work) => ledger.noteWork(work) });
  const ledger: AdviceLedger = new AdviceLedger({
    database,
    works,
    clock,
    logger,
    figuresBetween: sources.statementsBetween,
  });
  // What somebody waits for does not stand behind a search that takes minutes.
  const [atWork, asked] = [
    new PlannerThread<PlannerTask, PlannerAnswer>({ logger }),
    new PlannerThread<PlannerTask, PlannerAnswer>({ logger, idleMs: ASKED_IDLE_MS }),
  ];
  const perform = createPerform({ thread: atWork, shelf, sources, ledger, clock });
  const runs = new RunBook({ database, clock, logger, perform });
  const questions = new Questions({ thread: asked, shelf, sources, clock });
  return {
    routes: plannerRoutes(
      createAnswers({
        ...{ isOn, runs, ledger, works, shelf },
        bisect: (request, signal) => questions.bisect(request, signal),
        whatIf: (request, signal) => questions.whatIf(request, signal),
      }),
    ),
    services: [
      works.service,
      ledger.service,
      threadService(atWork, asked),
      runs.service,
      ...(isOn ? [keeper.service, createDailyRuns({ runs, trouble: sources.trouble, clock, logger })] : []),
    ],
    explainPlanFlip: async (statement, sinceMs) => (isOn ? questions.explainFlip(statement, sinceMs) : null),
  };
}

/** Stopped after the runs that use them, since what starts first stops last. */
function threadService(...threads: { stop(): Promise<void> }[]): Service {
  return {
    name: 'planner.threads',
    start: async () => undefined,
    stop: async () => {
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}

interface QuestionsOptions {
  thread: PlannerThread<PlannerTask, PlannerAnswer>;
  shelf: SnapshotShelf;
  sources: PlannerSources;
  clock: Clock;
}

/** What somebody waits for. */
class Questions {
  readonly #options: QuestionsOptions;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** In the newest snapshot. */
  async whatIf(request: NewWhatIf, signal: AbortSignal): Promise<WhatIf> {
    const { shelf, thread } = this.#options;
    const { id, snapshot } = await shelf.fresh(Number.POSITIVE_INFINITY);
    const answer = await thread.run(
      { kind: 'what-if', snapshotId: id, snapshot, request },
      { deadlineMs: ASKED_DEADLINE_MS, signal, what: 'Planning it' },
    );
    if (answer.kind !== 'what-if') throw new Error('the thread gave another answer than was asked for');
    return answer.answer;
  }

  async bisect({ from, statement, to }: NewBisection, signal: AbortSignal): Promise<Bisection> {
    const { shelf } = this.#options;
    const [before, after] = [(await shelf.read(from)).snapshot, (await shelf.read(to)).snapshot];
    return this.#between(before, after, statement, signal);
  }

  async explainFlip(statement: string, sinceMs: number): Promise<Bisection | null> {
    const { shelf } = this.#options;
    let before = await shelf.at(sinceMs);
    if (!before) return null;
    // Of after the flip, however young another is.
    const after = (await shelf.newerThan(sinceMs)).snapshot;
    for (let tries = 0; before && tries < COMPARED_MAX; tries += 1) {
      const found = await this.#between(before, after, statement);
      if (found.isFlipped) return found;
      // It flips some moments before anybody is slow enough to be noticed; a snapshot may have been taken in between.
      before = await shelf.at(Date.parse(before.takenAt) - 1);
    }
    return null;
  }

  async #between(before: Snapshot, after: Snapshot, given: string, signal?: AbortSignal): Promise<Bisection> {
    const statement = await this.#resolve(given);
    const answer = await this.#options.thread.run(
      { kind: 'bisect', before, after, statement },
      { deadlineMs: ASKED_DEADLINE_MS, what: 'The comparison', ...(signal && { signal }) },
    );
    if (answer.kind !== 'bisection') throw new Error('the thread gave another answer than was asked for');
    return answer.answer;
  }

  /** By its name where there is one of that name, else as a text. */
  async #resolve(given: string): Promise<{ name: string; text: string }> {
    const { clock, sources } = this.#options;
    const known = (await gatherWorkload(sources, clock.nowMs())).find(({ name }) => name === given);
    if (known) return { name: known.name, text: known.text };
    const line = given.trim().replace(/\s+/g, ' ');
    return { name: line.length > STATEMENT_NAME_MAX ? `${line.slice(0, STATEMENT_NAME_MAX)}…` : line, text: given };
  }
}
