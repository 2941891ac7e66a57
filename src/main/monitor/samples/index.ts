/** Samples: what is measured all the time, kept and answered. `hub` is where anyone in the monitor publishes and listens. */

import { randomInt } from 'node:crypto';
import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import { type Route, route } from '../../http/index.ts';
import { CatalogWatch } from '../catalog/catalog-watch.ts';
import { ForgetfulCounters, StoredCounters } from '../catalog/stored-counters.ts';
import { readingsOfTables } from '../catalog/table-readings.ts';
import type { Journal } from '../journal.ts';
import type { TrackerFan } from '../tracker-fan.ts';
import type { ActivitySampler } from './activity-sampler.ts';
import { createCollecting } from './collecting.ts';
import { DiskCollector } from './disk-collector.ts';
import { ReadingHub } from './reading-hub.ts';
import { RollUp } from './roll-up.ts';
import type { SampleAnswer, SampleQuery } from './sample-series.ts';
import { SampleStore } from './sample-store.ts';
import { SampleTables } from './sample-tables.ts';
import { SampleUpkeep } from './sample-upkeep.ts';
import * as schema from './schema.ts';
import { answerSeries } from './series-answer.ts';
import { type DiskSpace, StorageBudget } from './storage-budget.ts';

export interface SamplesOptions {
  /** What is watched. */
  database: Database;
  /** Where figures are kept: the same, or null for this process's memory alone. */
  keptIn: Database | null;
  sampler: Pick<ActivitySampler, 'onSample'>;
  tracker: Pick<TrackerFan, 'add'>;
  journal: Pick<Journal, 'note'>;
  /** Whether Postgres is known to run on this machine. */
  isOnThisMachine: () => boolean;
  /** What the monitor's tables may take. */
  maxBytes: number;
  clock: Clock;
  logger: Logger;
}

export interface Samples {
  hub: ReadingHub;
  /** Whether the monitor may still write into Postgres: its tables are within their bound, and the disk is not nearly full. */
  budget: StorageBudget;
  /** Figures over time, of one name. Does not throw where the database does not answer: then it gives what is in memory. */
  read: (query: SampleQuery) => Promise<SampleAnswer>;
  /** Of the disk that Postgres is on, as looked at last; null where it cannot be seen from here. */
  diskSpace: () => DiskSpace | null;
  routes: Route[];
  services: Service[];
}

const SOURCE_MAX = 2 ** 31;
const access = 'operator';

export function createSamples(options: SamplesOptions): Samples {
  const { clock, database, isOnThisMachine, journal, keptIn, logger, maxBytes } = options;
  const hub = new ReadingHub(logger);
  const budget = new StorageBudget({
    maxBytes,
    onChange: (stopped, sentence) => journal.note(stopped ? 'samples_stopped' : 'samples_resumed', sentence),
  });
  const tables = keptIn && new SampleTables({ database: keptIn, source: randomInt(1, SOURCE_MAX) });
  const store = new SampleStore({ clock, logger, budget, tables });
  hub.onReadings((atMs, readings) => store.record(atMs, readings));
  const disk = new DiskCollector({ database, isOnThisMachine });
  const upkeep =
    keptIn && tables
      ? new SampleUpkeep({
          ...{ database: keptIn, tables, budget, disk: () => disk.space },
          rollUp: new RollUp({ database: keptIn, tables }),
        })
      : null;
  const mayWrite = () => budget.mayWrite();
  const catalog = new CatalogWatch({
    ...{ database, clock, logger },
    history: keptIn ? new StoredCounters({ database: keptIn, mayWrite }) : new ForgetfulCounters(),
    onLook: (atMs, rows) => hub.publish(atMs, readingsOfTables(rows)),
  });
  const read = (query: SampleQuery) => store.read(query);
  return {
    ...{ hub, read, budget, diskSpace: () => disk.space },
    routes: createRoutes({ clock, read, catalog }),
    services: createCollecting({ ...options, hub, store, upkeep, disk, catalog }),
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
