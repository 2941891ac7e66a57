/** Query statistics: counted here and by Postgres, kept over time, compared between spans, with plans and regressions. */

import type { Database, PoolTracker } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import type { ReadingHub } from '../samples/reading-hub.ts';
import { createSecondClock } from '../samples/second-clock.ts';
import { type AnswerSources, listQueries, readQuery } from './answers.ts';
import { MemoryQueryStore } from './memory-query-store.ts';
import { QueryCollector } from './query-collector.ts';
import type { QueryStore } from './query-store.ts';
import { QueryTracker } from './query-tracker.ts';
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
}

export { MemoryQueryStore } from './memory-query-store.ts';
export { PostgresQueryStore } from './postgres-query-store.ts';

export interface QueryStats {
  routes: Route[];
  services: Service[];
}

const UPKEEP_EVERY_MS = 5 * 60_000;
const access = 'operator';

export function createQueryStats(options: QueryStatsOptions): QueryStats {
  const { clock, database, hub, logger, mayWrite = () => true, tracker } = options;
  const store = options.store ?? new MemoryQueryStore(clock);
  const directory = new StatementDirectory();
  const readings = new StatementReadings(hub);
  const server = new ServerStatistics({ database, directory, nowMs: () => clock.monotonicMs() });
  const collector = new QueryCollector({
    ...{ store, directory, clock, mayWrite },
    onSlice: (calls, tookMs) => readings.publish(clock.nowMs(), calls, tookMs),
    onMinute: () => undefined,
  });
  tracker?.add(new QueryTracker((outcome) => collector.ended(outcome)));
  const turn = createTurn({ collector, server, logger });
  const upkeep = createPeriodicService({
    ...{ name: 'query-stats.upkeep', intervalMs: UPKEEP_EVERY_MS, logger },
    run: () => store.upkeep(),
  });
  const eachSecond = createSecondClock({
    ...{ name: 'query-stats', clock },
    onSecond: () => {
      const closedAtMs = collector.tick();
      if (closedAtMs !== undefined) void turn.take(closedAtMs);
    },
  });
  const counting: Service = { ...eachSecond, stop: async () => eachSecond.stop().then(() => turn.takeLast()) };
  const sources: AnswerSources = {
    store: {
      read: (span, id) => collector.read(span, id),
      readSteps: (id, span, stepMs) => collector.readSteps(id, span, stepMs),
      plans: (ids) => store.plans(ids),
      regressions: (span, id) => store.regressions(span, id),
    },
    facts: (ids) => readFacts(ids, directory, store),
    blocks: () => server.state,
    nowMs: () => clock.nowMs(),
  };
  return { routes: createRoutes(sources), services: [counting, upkeep] };
}

interface Turn {
  collector: QueryCollector;
  server: ServerStatistics;
  logger: Logger;
}

/** What is done when a minute is over. One that fails is made up for by the next. */
function createTurn({ collector, logger, server }: Turn) {
  let hasFailed = false;
  let running: Promise<void> | undefined;
  const work = async (minuteAtMs: number): Promise<void> => {
    try {
      collector.addServer(await server.read(minuteAtMs));
      await collector.flush();
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) logger.warn({ err: toError(error) }, 'query statistics wait for the database');
      hasFailed = true;
    }
  };
  return {
    take: (minuteAtMs: number): Promise<void> => {
      running ??= work(minuteAtMs).finally(() => {
        running = undefined;
      });
      return running;
    },
    /** A stop does not wait for a database that does not answer. */
    takeLast: async (): Promise<void> => {
      await running;
      if (!hasFailed) await collector.flushLast().catch(() => undefined);
    },
  };
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
