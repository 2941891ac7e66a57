/** Query statistics: counted here and by Postgres, kept over time, compared between spans, with plans and regressions. */

import type { Database, PoolTracker } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import type { ReadingHub } from '../samples/reading-hub.ts';
import { createSecondClock } from '../samples/second-clock.ts';
import { type AnswerSources, listQueries, readQuery } from './answers.ts';
import { groupByStatement, isEverythingElse, perCall } from './figures.ts';
import { MemoryQueryStore } from './memory-query-store.ts';
import { MinuteTurn } from './minute-turn.ts';
import { PlanHistory } from './plan-history.ts';
import { QueryCollector } from './query-collector.ts';
import type { PrecedingEvent, QueryStore } from './query-store.ts';
import { QueryTracker } from './query-tracker.ts';
import { RegressionWatch } from './regression-watch.ts';
import { type RegressionListener, Regressions } from './regressions.ts';
import * as schema from './schema.ts';
import { ServerStatistics } from './server-statistics.ts';
import { StatementDirectory, type StatementFacts } from './statement-directory.ts';
import { StatementReadings } from './statement-readings.ts';

export interface QueryStatsOptions {
  /** Whose statements are counted. */
  database: Database;
  /** Left out where the pool has no users of its own: then only Postgres counts. */
  tracker?: { add(listener: PoolTracker): unknown };
  hub: Pick<ReadingHub, 'publish'>;
  clock: Clock;
  logger: Logger;
  /** Where they are kept; in memory when left out. */
  store?: QueryStore;
  mayWrite?: () => boolean;
  /** Deploys, migrations, DDL, ANALYZE between two moments, milliseconds since 1970; none when left out. */
  eventsBetween?: (fromMs: number, toMs: number) => readonly PrecedingEvent[] | Promise<readonly PrecedingEvent[]>;
}

export { MemoryQueryStore } from './memory-query-store.ts';
export { PostgresQueryStore } from './postgres-query-store.ts';
export { toPrecedingEvents } from './preceding-events.ts';
export type { FoundRegression } from './regressions.ts';

/** What one statement took over a span. */
export interface SeenStatement {
  /** Its declared name, or its text without constants. */
  readonly statement: string;
  readonly text: string | null;
  readonly calls: number;
  readonly totalMs: number;
  /** Hit and read; null where Postgres does not count them. */
  readonly blocksPerCall: number | null;
}

export interface QueryStats {
  routes: Route[];
  /** Wall clock, milliseconds since 1970. Without those that are not kept by name. */
  seenBetween: (fromMs: number, toMs: number) => Promise<readonly SeenStatement[]>;
  services: Service[];
  /** Told of each statement that became worse by its plan, once. Returns how to stop listening. */
  onRegression: (listener: RegressionListener) => () => void;
  /** To be told of every plan that anybody looks at. @param statement as the pool reports it */
  notePlan: (statement: string, plan: NotedPlan) => void;
}

/** As the watch for causes reads it. */
export interface NotedPlan {
  id: string;
  summary: string;
  cost: number | null;
  /** ISO 8601. */
  analyzedAt: string | null;
}

const UPKEEP_EVERY_MS = 5 * 60_000;
const access = 'operator';

export function createQueryStats(options: QueryStatsOptions): QueryStats {
  const { clock, database, hub, logger, mayWrite = () => true, tracker } = options;
  const store = options.store ?? new MemoryQueryStore(clock);
  const nowMs = () => clock.nowMs();
  const directory = new StatementDirectory();
  const readings = new StatementReadings(hub);
  const server = new ServerStatistics({ database, directory, nowMs: () => clock.monotonicMs() });
  const watch = new RegressionWatch();
  const plans = new PlanHistory({ store, directory, nowMs });
  const factsOf = (id: string) => directory.withId(id);
  const eventsBetween = options.eventsBetween ?? (() => []);
  const regressions = new Regressions({ watch, plans, store, factsOf, eventsBetween, logger });
  const collector = new QueryCollector({
    ...{ store, directory, clock, logger, mayWrite },
    onSlice: (calls, tookMs) => readings.publish(nowMs(), calls, tookMs),
    onMinute: (steps) => watch.note(steps),
  });
  tracker?.add(new QueryTracker((outcome) => collector.ended(outcome)));
  const turn = new MinuteTurn({
    ...{ collector, server, store, watch, plans, regressions, mayWrite, logger },
    onServer: (_minuteAtMs, steps) => {
      const nameOf = (id: string) => factsOf(id)?.name;
      if (tracker) readings.publishBlocks(nowMs(), steps, nameOf);
      else readings.publishServer(nowMs(), steps, nameOf);
    },
  });
  const sources: AnswerSources = {
    store: {
      read: (span, id) => collector.read(span, id),
      readSteps: (id, span, stepMs) => collector.readSteps(id, span, stepMs),
      plans: (ids) => store.plans(ids),
      regressions: (span, id) => store.regressions(span, id),
    },
    facts: (ids) => readFacts(ids, directory, store),
    blocks: () => server.state,
    nowMs,
  };
  const upkeep = { name: 'query-stats.upkeep', intervalMs: UPKEEP_EVERY_MS, logger };
  return {
    routes: createRoutes(sources),
    seenBetween: (fromMs, toMs) => listSeen(sources, { fromMs, toMs }),
    services: [
      createCounting({ collector, turn, clock, directory }),
      createPeriodicService({ ...upkeep, run: () => store.upkeep({ mayWrite: mayWrite() }) }),
    ],
    onRegression: (listener) => regressions.onRegression(listener),
    notePlan: (statement, { analyzedAt, cost, id, summary }) => {
      const analyzedAtMs = analyzedAt === null ? null : Date.parse(analyzedAt);
      plans.note(statement, { planId: id, summary, cost, analyzedAtMs });
    },
  };
}

interface CountingParts {
  collector: QueryCollector;
  turn: MinuteTurn;
  clock: Clock;
  directory: StatementDirectory;
}

function createCounting({ clock, collector, directory, turn }: CountingParts): Service {
  const eachSecond = createSecondClock({
    ...{ name: 'query-stats', clock },
    onSecond: () => {
      const closedAtMs = collector.tick();
      if (closedAtMs !== undefined) void turn.take(closedAtMs);
    },
  });
  const stop = async () => {
    await eachSecond.stop();
    await turn.takeLast();
  };
  const start = () => {
    // Some two hundred texts: here nobody waits for it yet, and at the first minute's end they would.
    directory.refresh();
    return eachSecond.start();
  };
  return { ...eachSecond, start, stop };
}

async function readFacts(
  ids: readonly string[],
  directory: StatementDirectory,
  store: QueryStore,
): Promise<ReadonlyMap<string, StatementFacts>> {
  const facts = new Map<string, StatementFacts>();
  for (const id of ids) {
    const known = directory.withId(id);
    if (known) facts.set(id, known);
  }
  const unknown = ids.filter((id) => !facts.has(id));
  if (unknown.length > 0) for (const one of await store.facts(unknown)) facts.set(one.id, one);
  return facts;
}

async function listSeen(
  { facts, store }: Pick<AnswerSources, 'facts' | 'store'>,
  span: { fromMs: number; toMs: number },
): Promise<SeenStatement[]> {
  const groups = groupByStatement((await store.read(span)).series).filter((group) => !isEverythingElse(group));
  const known = await facts(groups.map(({ statementId }) => statementId));
  return groups.map(({ calls, server, statementId }) => ({
    statement: known.get(statementId)?.name ?? statementId,
    text: known.get(statementId)?.text ?? null,
    ...{ calls: calls.calls, totalMs: calls.totalMs },
    blocksPerCall: perCall(server.hitBlocks + server.readBlocks, server),
  }));
}

function createRoutes(sources: AnswerSources): Route[] {
  return [
    route('GET', '/v1/monitor/queries', { access, schema: schema.listQueries }, ({ query }) =>
      listQueries(sources, query),
    ),
    route('GET', '/v1/monitor/queries/:id', { access, schema: schema.readQuery }, ({ params, query }) =>
      readQuery(sources, params.id, query),
    ),
  ];
}
