/** Samples: what is measured all the time, kept and answered. `hub` is where anyone in the monitor publishes and listens. */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import { CatalogWatch } from '../catalog/catalog-watch.ts';
import type { CounterSnapshot } from '../catalog/counters.ts';
import type { TrackerFan } from '../tracker-fan.ts';
import { readingsOf } from './activity-readings.ts';
import type { ActivitySampler } from './activity-sampler.ts';
import { PoolCollector } from './pool-collector.ts';
import { ProcessCollector } from './process-collector.ts';
import { ReadingHub } from './reading-hub.ts';
import type { SampleAnswer, SampleQuery } from './sample-series.ts';
import { SampleStore } from './sample-store.ts';
import * as schema from './schema.ts';
import { createSecondClock } from './second-clock.ts';
import { answerSeries } from './series-answer.ts';
import { StorageBudget } from './storage-budget.ts';

export interface SamplesOptions {
  database: Database;
  sampler: Pick<ActivitySampler, 'onSample'>;
  tracker: Pick<TrackerFan, 'add'>;
  clock: Clock;
  logger: Logger;
}

export interface Samples {
  hub: ReadingHub;
  /** Whether the monitor may still write into Postgres: its tables are within their bound, and the disk is not nearly full. */
  budget: StorageBudget;
  /** Figures over time, of one name. Does not throw where the database does not answer: then it gives what is in memory. */
  read: (query: SampleQuery) => Promise<SampleAnswer>;
  routes: Route[];
  services: Service[];
}

const CATALOG_EVERY_MS = 600_000;
const access = 'operator';

export function createSamples(options: SamplesOptions): Samples {
  const { clock, database, logger, sampler, tracker } = options;
  const hub = new ReadingHub(logger);
  const store = new SampleStore({ clock });
  hub.onReadings((atMs, readings) => store.record(atMs, readings));
  sampler.onSample((sample) => hub.publish(sample.atMs, readingsOf(sample)));
  const pool = new PoolCollector(database);
  tracker.add(pool);
  const process = new ProcessCollector();
  const eachSecond = createSecondClock({
    ...{ name: 'samples.second', clock },
    onStart: () => process.start(),
    onStop: () => process.stop(),
    onSecond: (atMs, elapsedMs) => hub.publish(atMs, [...pool.collect(elapsedMs), ...process.collect(elapsedMs)]),
  });
  const snapshots: CounterSnapshot[] = [];
  const history = { list: () => snapshots, add: async (one: CounterSnapshot) => void snapshots.push(one) };
  const catalog = new CatalogWatch({ database, clock, logger, history });
  const look = createPeriodicService({
    ...{ name: 'samples.catalog', intervalMs: CATALOG_EVERY_MS, logger },
    run: () => catalog.look(),
  });
  const read = (query: SampleQuery) => store.read(query);
  return {
    ...{ hub, read, budget: new StorageBudget() },
    routes: createRoutes({ clock, read, catalog }),
    services: [eachSecond, look],
  };
}

function createRoutes({
  catalog,
  clock,
  read,
}: Pick<Samples, 'read'> & { clock: Clock; catalog: CatalogWatch }): Route[] {
  return [
    route('GET', '/v1/monitor/series', { access, schema: schema.readSeries }, ({ query }) =>
      answerSeries(query, clock.nowMs(), read),
    ),
    route('GET', '/v1/monitor/tables', { access, schema: schema.listTables }, () => catalog.tables()),
    route('GET', '/v1/monitor/indexes', { access, schema: schema.listIndexes }, () => catalog.indexes()),
  ];
}
