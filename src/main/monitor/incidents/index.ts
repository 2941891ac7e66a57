/** Incidents: they open and close by themselves, keep their timeline, and offer what a person can do with one call each. */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { type Authenticate, type RequestTracker, type Route, route } from '../../http/index.ts';
import type { Alert } from '../alerts/schema.ts';
import type { CauseReport } from '../cause/schema.ts';
import { ImpactMeter } from '../impact/impact-meter.ts';
import { publishImpact } from '../impact/impact-readings.ts';
import type { ImpactSecond } from '../impact/impact-second.ts';
import type { Journal } from '../journal.ts';
import { LiveMeter, quantile } from '../live/live-meter.ts';
import { LiveStreams } from '../live/live-stream.ts';
import type { LiveView } from '../live/schema.ts';
import type { ActivitySampler } from '../samples/activity-sampler.ts';
import type { ReadingHub } from '../samples/reading-hub.ts';
import { operatorStays } from '../stream-guard.ts';
import type { TrackerFan } from '../tracker-fan.ts';
import type { ActionSources } from './actions.ts';
import { Caps } from './caps.ts';
import { CatalogWatch } from './catalog-watch.ts';
import { Deploys } from './deploys.ts';
import { IncidentBook } from './incident-book.ts';
import { IncidentStore } from './incident-store.ts';
import { IncidentWatch } from './incident-watch.ts';
import { IndexJobs } from './index-jobs/index.ts';
import { JournalFeed } from './journal-feed.ts';
import { patiently } from './patient-run.ts';
import { PoolWatch } from './pool-watch.ts';
import * as schema from './route-schemas.ts';
import type { IncidentDetail, IncidentSummary, StatementCap, TimelineEntry } from './schema.ts';
import { type NewEntry, Timeline } from './timeline.ts';

export interface IncidentsOptions {
  /** Where they are kept. */
  database: Database;
  /** What is watched, where that is another database whose users' requests are not seen. */
  target?: Database;
  /** What the pool reports to. */
  tracker: TrackerFan;
  sampler: Pick<ActivitySampler, 'onSample' | 'latest'>;
  journal: Pick<Journal, 'onEntry'>;
  hub: Pick<ReadingHub, 'publish'>;
  cause: () => CauseReport;
  ruleMode: ActionSources['ruleMode'];
  authenticate: Authenticate;
  clock: Clock;
  logger: Logger;
  /** AQUIFER_RELEASE, or this build's version. */
  release: string;
  /** Names of the migrations that this start has applied. */
  migrated?: readonly string[];
  /** False while the disk is nearly full: incidents are written all the same, their timeline waits. */
  mayWrite?: () => boolean;
  /** How long nobody may have been hurt before an incident closes; a minute when left out. */
  calmMs?: number;
}

export interface Incidents {
  routes: Route[];
  services: Service[];
  /** What the HTTP server reports to. */
  requests: RequestTracker;
  /** To be given to whoever raises alerts. */
  noteAlert(alert: Alert, change: 'fired' | 'updated' | 'resolved'): void;
  /** Something for the timeline, such as a plan that changed. */
  note(entry: NewEntry): void;
  /** What the timeline has in memory of a span, wall clock in milliseconds, both ends included. In no order. */
  entriesBetween(fromMs: number, toMs: number): TimelineEntry[];
  /** The one that is open. */
  current(): IncidentSummary | null;
  /** @throws AppError incident_not_found */
  read(id: string): Promise<IncidentDetail>;
  /** Newest first. */
  recent(limit: number): Promise<readonly IncidentSummary[]>;
  /** Those that hold now. */
  caps(): readonly StatementCap[];
  /** Called with each that has opened by itself, since users are hurt. Returns how to stop listening. */
  onOpened(listener: (incident: IncidentSummary) => void): () => void;
  /** Called with each that has closed. Returns how to stop listening. */
  onClosed(listener: (id: string) => void): () => void;
  /** There is a postmortem of it from now on. */
  notePostmortem(id: string): Promise<void>;
}

const CALM_MS = 60_000;
const WRITE_EVERY_MS = 2_000;
/** Entries of one kind. In calm the pool moves its limits all day long, and what is kept of it is bounded. */
const PER_MINUTE = 30;
const PER_MINUTE_IN_CALM = 5;

export function createIncidents(options: IncidentsOptions): Incidents {
  const parts = createParts(options);
  const { book, catalog, caps, closed, firing, opened, jobs, meter, store, timeline, upkeep, watch } = parts;
  const services = [meter.service, listening(options, parts), upkeep, caps.service, jobs.service, catalog.service];
  return {
    ...{ routes: createRoutes(options, parts), services, requests: meter },
    noteAlert: (alert, change) => {
      noteAlert(alert, change, { firing, timeline });
      watch.noteAlert(alert, change);
    },
    note: (entry) => void timeline.note(entry),
    entriesBetween: (fromMs, toMs) => timeline.between(fromMs, toMs),
    current: () => book.current(),
    read: (id) => book.detail(id),
    recent: async (limit) => (await book.list(limit)).incidents,
    caps: () => caps.list(),
    onOpened: (listener) => {
      opened.add(listener);
      return () => opened.delete(listener);
    },
    onClosed: (listener) => {
      closed.add(listener);
      return () => closed.delete(listener);
    },
    notePostmortem: (id) => {
      const here = watch.find(id);
      if (here) here.hasPostmortem = true;
      return store.notePostmortem(id);
    },
  };
}

type Parts = ReturnType<typeof createParts>;

function createParts(options: IncidentsOptions) {
  const { calmMs = CALM_MS, cause, clock, database, logger, release, ruleMode, sampler, target } = options;
  const store = new IncidentStore(database);
  const timeline = new Timeline(clock, (entries) => store.saveEntries(entries));
  const meter = new ImpactMeter({ clock, logger });
  const closed = new Set<(id: string) => void>();
  const opened = new Set<(incident: IncidentSummary) => void>();
  const watch = new IncidentWatch({
    ...{ clock, timeline, meter, cause, calmMs, isBlind: target !== undefined },
    onOpened: (incident) => {
      book.opened(incident);
      catalog.service.wake();
      upkeep.wake();
      // One that began with an alert has been told of.
      if (!incident.isNamed) for (const listener of opened) listener(incident.summary(clock.nowMs()));
    },
    onClosed: ({ id }) => {
      upkeep.wake();
      for (const listener of closed) listener(id);
    },
  });
  const given = { database, timeline, clock, logger };
  const caps = new Caps(given);
  const book = new IncidentBook({
    ...{ store, watch, timeline, clock, ruleMode, mayWrite: options.mayWrite },
    sample: () => sampler.latest,
    caps: () => caps.list(),
  });
  const deploys = new Deploys({ database, timeline, clock, release });
  const upkeep = createPeriodicService({
    ...{ name: 'incidents', intervalMs: WRITE_EVERY_MS, logger },
    run: patiently(logger, 'incidents', async () => {
      await deploys.noteStart();
      await book.run();
    }),
  });
  const catalog = new CatalogWatch({
    ...given,
    database: target ?? database,
    isHurried: () => watch.current !== undefined,
  });
  return {
    ...{ book, caps, catalog, closed, deploys, opened, meter, store, timeline, upkeep, watch },
    firing: new Set<string>(),
    jobs: new IndexJobs(given),
    live: new LiveMeter(database),
    pool: new PoolWatch({ database, timeline, clock }),
    streams: new LiveStreams(),
  };
}

/** Hears of everything from its start to its end; what waits to be written then is written. */
function listening({ hub, journal, migrated = [], sampler, tracker }: IncidentsOptions, parts: Parts): Service {
  const { book, catalog, live, meter, pool, streams, timeline, watch } = parts;
  const perMinute = () => (watch.current ? PER_MINUTE : PER_MINUTE_IN_CALM);
  const feed = new JournalFeed((entry) => void timeline.note(entry), perMinute);
  const onSecond = (second: ImpactSecond) => {
    pool.step();
    live.step();
    publishImpact(hub, second, meter.users());
    watch.onSecond(second);
    if (streams.isWatched) streams.send(readLive(second, parts));
  };
  let stops: (() => void)[] = [];
  return {
    name: 'incidents',
    start: async () => {
      noteMigrations(migrated, timeline);
      stops = [
        ...[live, pool, catalog].map((listener) => tracker.add(listener)),
        journal.onEntry((entry) => feed.take(entry)),
        sampler.onSample((sample) => catalog.noteSample(sample)),
        meter.onSecond(onSecond),
      ];
    },
    stop: async () => {
      for (const stop of stops) stop();
      stops = [];
      // A stop does not wait for a database that does not answer.
      await book.run().catch(() => undefined);
    },
  };
}

/** A database that was empty is one thing that happened, not as many as it took. */
function noteMigrations(migrated: readonly string[], timeline: Timeline): void {
  const kind = 'migration';
  if (migrated[0]?.startsWith('0001')) {
    const sentence = `The database was prepared, by ${migrated.length} migrations.`;
    timeline.note({ kind, sentence, details: { migrations: migrated.length } });
    return;
  }
  for (const name of migrated) {
    timeline.note({ kind, sentence: `The migration ${name} was applied.`, details: { migration: name } });
  }
}

function readLive(second: ImpactSecond, { book, firing, live, meter }: Parts): LiveView {
  return {
    at: new Date(second.atMs).toISOString(),
    users: meter.users(),
    requests: {
      ...{ total: second.requests, failed: second.failed },
      ...{ p50Ms: quantile(second.durations, 0.5), p99Ms: quantile(second.durations, 0.99) },
    },
    lanes: live.lanes(),
    statements: live.statements(performance.now()),
    incident: book.current(),
    alertsFiring: firing.size,
  };
}

function noteAlert(
  { id, ruleId, sentence, severity, startedAt }: Alert,
  change: 'fired' | 'updated' | 'resolved',
  { firing, timeline }: Pick<Parts, 'firing' | 'timeline'>,
): void {
  if (change === 'resolved') firing.delete(id);
  else firing.add(id);
  if (change === 'updated') return;
  const details = { alert: id, rule: ruleId, severity, change };
  if (change === 'fired') timeline.note({ kind: 'alert', sentence, details, atMs: Date.parse(startedAt) });
  else timeline.note({ kind: 'alert', sentence: `Over: ${sentence}`, details });
}

const access = 'operator';

function createRoutes({ authenticate }: IncidentsOptions, parts: Parts): Route[] {
  const { book, streams } = parts;
  const incidents = '/v1/monitor/incidents';
  return [
    route('GET', incidents, { access, schema: schema.listIncidents }, ({ query }) =>
      book.list(query.limit, query.cursor),
    ),
    route('POST', incidents, { access, schema: schema.openIncident }, ({ body, caller }) =>
      book.openByHand(body.title, caller.userId),
    ),
    route('GET', `${incidents}/:id`, { access, schema: schema.readIncident }, ({ params }) => book.detail(params.id)),
    route('POST', `${incidents}/:id/notes`, { access, schema: schema.writeNote }, async ({ body, caller, params }) => ({
      entry: await book.writeNote(params.id, body.text, caller.userId),
    })),
    route('POST', `${incidents}/:id/close`, { access, schema: schema.closeIncident }, ({ caller, params }) =>
      book.closeByHand(params.id, caller.userId),
    ),
    route('GET', '/v1/monitor/live', { access, schema: schema.streamLive }, async ({ context, reply, request }) => {
      streams.open(reply, operatorStays(authenticate, context, request));
      return undefined;
    }),
    ...createActionRoutes(parts),
  ];
}

function createActionRoutes({ caps, deploys, jobs }: Parts): Route[] {
  const base = '/v1/monitor';
  return [
    route('GET', `${base}/deploys`, { access, schema: schema.listDeploys }, ({ query }) =>
      deploys.list(query.limit, query.cursor),
    ),
    route('POST', `${base}/deploys`, { access, schema: schema.noteDeploy }, async ({ body, caller }) => ({
      deploy: await deploys.note(body, caller.userId),
    })),
    route('GET', `${base}/caps`, { access, schema: schema.listCaps }, async () => ({ caps: caps.list() })),
    route('POST', `${base}/caps`, { access, schema: schema.capStatement }, async ({ body, caller }) => ({
      cap: await caps.set(body, caller.userId),
    })),
    route('DELETE', `${base}/caps/:id`, { access, schema: schema.liftCap }, ({ caller, params }) =>
      caps.lift(params.id, caller.userId),
    ),
    route('POST', `${base}/indexes`, { access, schema: schema.createIndex }, async ({ body, caller }) => ({
      job: await jobs.create(body.sql, caller.userId),
    })),
    route('GET', `${base}/index-jobs`, { access, schema: schema.listIndexJobs }, async () => ({
      jobs: await jobs.list(),
    })),
    route(
      'DELETE',
      `${base}/index-jobs/:id`,
      { access, schema: schema.cancelIndexJob },
      async ({ caller, params }) => ({
        job: await jobs.cancel(params.id, caller.userId),
      }),
    ),
  ];
}
