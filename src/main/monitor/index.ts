/** The monitor: the operator's view of the pool and its statements. */

import type { Clock } from '../foundation/clock.ts';
import type { Logger } from '../foundation/logger.ts';
import type { Service } from '../foundation/service.ts';
import type { Authenticate, RequestTracker, Route } from '../http/index.ts';
import { USERS_HURT } from './alerts/built-in-rules.ts';
import { type ChannelsOptions, createChannels } from './alerts/channels/index.ts';
import { createAlerts } from './alerts/index.ts';
import { createCause, type ExplainPlanFlip } from './cause/index.ts';
import { historyRoutes, PoolHistory } from './history/index.ts';
import { createIncidents, type Incidents } from './incidents/index.ts';
import { createInsight, type Insight } from './insight.ts';
import { Journal } from './journal.ts';
import { JournalTracker } from './journal-tracker.ts';
import { type OverviewSources, readOverview } from './overview.ts';
import type { PoolObserver } from './pool-observer.ts';
import { streamPool } from './pool-stream.ts';
import { createPostmortems } from './postmortems/index.ts';
import { readPoolSeries } from './postmortems/pool-series.ts';
import { createQueryStats, PostgresQueryStore, toPrecedingEvents } from './query-stats/index.ts';
import { type Monitor, monitorRoutes } from './routes.ts';
import { createRules } from './rules/index.ts';
import { ActivitySampler } from './samples/activity-sampler.ts';
import { createSamples } from './samples/index.ts';
import { ServerCores } from './samples/server-cores.ts';
import type * as schema from './schema.ts';
import { operatorStays } from './stream-guard.ts';
import { createTelemetry, type OtlpSettings } from './telemetry.ts';
import type { TrackerFan } from './tracker-fan.ts';

export type { Insight } from './insight.ts';
export { PoolObserver } from './pool-observer.ts';
export { RepeatedStatements } from './repeated-statements.ts';
export { TrackerFan } from './tracker-fan.ts';

export interface MonitorOptions extends OverviewSources {
  observer: PoolObserver;
  /** What the pool reports to; whoever wants to hear of it is added. */
  tracker: TrackerFan;
  authenticate: Authenticate;
  clock: Clock;
  logger: Logger;
  /** Whether the sessions of the server are looked at; without it no cause is named. */
  isSampling: boolean;
  /** What the monitor's own tables may take. */
  monitorMaxBytes: number;
  /** Sends a mail by the server that users' mail goes through. */
  sendMail: ChannelsOptions['sendMail'];
  /** What must be kept secret in the database is encrypted with it. */
  secretKey: string | undefined;
  /** They open what was encrypted before. */
  previousKeys?: readonly (string | undefined)[] | undefined;
  appName: string;
  /** Where users reach the server. */
  baseUrl: string;
  /** What is deployed: AQUIFER_RELEASE, or this build's version. */
  release: string;
  /** Names of the migrations that this start has applied. */
  migrated: readonly string[];
  /** Where OpenTelemetry's figures go. */
  otlp: OtlpSettings;
  /** Which change flipped a plan, where somebody keeps the statistics of before. */
  explainPlanFlip?: ExplainPlanFlip | undefined;
}

/** An alert of a plan that became worse stands for so long. */
const REGRESSION_TOLD_FOR_MS = 3_600_000;
/** It ends with the incident; this is for one that nobody closes. */
const INCIDENT_TOLD_FOR_MS = 86_400_000;

export interface MonitorParts {
  routes: Route[];
  services: Service[];
  /** What the HTTP server reports to. */
  requests: RequestTracker;
  /** What other features may ask. */
  insight: Insight;
}

export function createMonitor(options: MonitorOptions): MonitorParts {
  const { authenticate, clock, database, isSampling, logger, tracker } = options;
  const watching = createWatching(options, () => incidents);
  const { cause, cores, history, journal, queries, rules, sampler, samples, watched } = watching;
  const { appName, baseUrl, migrated, release, secretKey, previousKeys, sendMail } = options;
  const channels = createChannels({
    ...{ database, journal, clock, logger, sendMail, secretKey, previousKeys, appName, baseUrl },
    onDelivery: (kind, state) => telemetry.deliveryEnded(kind, state),
  });
  const readCause = () => cause.report().verdict?.sentence ?? null;
  // Incidents come after alerts, which they are told of.
  const readIncident = (): string | null => incidents.current()?.id ?? null;
  const alerts = createAlerts({ ...watched, hub: samples.hub, tracker, readCause, readIncident });
  alerts.engine.onAlert((alert, change) => channels.notify(alert, change));
  const incidents = createIncidents({
    ...{ ...watched, tracker, hub: samples.hub, authenticate, release, migrated },
    ...{ cause: cause.report, ruleMode: rules.modeOf, mayWrite: () => samples.budget.mayWrite() },
  });
  alerts.engine.onAlert((alert, change) => incidents.noteAlert(alert, change));
  tellEachOther({ queries, alerts, incidents });
  const postmortems = createPostmortems({
    ...{ database, journal, clock, logger, incidents, rules: rules.list, caps: incidents.caps },
    readPool: (fromMs, toMs) => readPoolSeries(samples.read, fromMs, toMs),
  });
  const telemetry = createTelemetry({
    ...{ clock, logger, tracker, hub: samples.hub, requests: incidents.requests },
    ...{ registry: options.observer.registry, version: options.version, otlp: options.otlp },
    ...{ firing: () => alerts.engine.firing(), openIncidents: () => (incidents.current() ? 1 : 0) },
  });
  return {
    routes: [
      ...monitorRoutes(createAnswers(options)),
      ...historyRoutes(history),
      ...cause.routes,
      ...rules.routes,
      ...samples.routes,
      ...queries.routes,
      ...alerts.routes,
      ...channels.routes,
      ...incidents.routes,
      ...postmortems.routes,
    ],
    requests: telemetry.requests,
    insight: createInsight({ queries, samples, incidents, cores, cause: cause.report }),
    // Rules and the watch for causes listen before the first sample is taken; without samples they mean nobody.
    services: [
      // First to begin and last to end: what the others say on their way out is kept.
      ...incidents.services,
      history.service,
      ...cause.services,
      ...rules.services,
      ...alerts.services,
      ...channels.services,
      ...telemetry.services,
      ...postmortems.services,
      ...(isSampling ? [sampler.service, ...samples.services, ...queries.services] : []),
    ],
  };
}

function tellEachOther({ alerts, incidents, queries }: TellingParts): void {
  // A statement that became worse is on the timeline of incidents, and an alert by itself.
  queries.onRegression(({ atMs, sentence, statement }) => {
    incidents.note({ kind: 'plan_changed', sentence, details: { statement }, atMs });
    const about = { scope: statement, group: statement, value: null, threshold: null };
    alerts.engine.note({ ruleId: 'plan-regressed', sentence, ...about, forMs: REGRESSION_TOLD_FOR_MS });
  });
  // Whoever is told of alerts is told at once when users are hurt, and when that is over.
  incidents.onOpened(({ title }) => {
    const about = { scope: '', group: 'users', value: null, threshold: null };
    alerts.engine.note({ ruleId: USERS_HURT, sentence: `${title}.`, ...about, forMs: INCIDENT_TOLD_FOR_MS });
  });
  incidents.onClosed(() => alerts.engine.over(USERS_HURT, ''));
}

interface TellingParts {
  queries: ReturnType<typeof createQueryStats>;
  alerts: ReturnType<typeof createAlerts>;
  incidents: Incidents;
}

/** What looks at the pool, at the sessions and at the server; the rest of the monitor goes by what it sees. */
function createWatching(options: MonitorOptions, incidents: () => Incidents) {
  const { clock, database, databaseKind, isSampling, logger, tracker } = options;
  const journal = new Journal(clock);
  tracker.add(new JournalTracker(journal, () => clock.monotonicMs()));
  const history = new PoolHistory({ database, clock });
  tracker.add(history);
  const cores = new ServerCores(databaseKind === 'embedded');
  const sampler = new ActivitySampler({ database, clock, logger, cores });
  const watched = { database, sampler, journal, clock, logger };
  const cause = createCause({
    ...{ ...watched, tracker, isSampling, cores },
    onPlan: (statement, plan) => queries.notePlan(statement, plan),
    explainPlanFlip: options.explainPlanFlip,
    onFlipExplained: ({ statement }, sentence) =>
      incidents().note({ kind: 'plan_changed', sentence, details: { statement: statement?.name ?? null } }),
  });
  const rules = createRules({ database, sampler, journal, clock, logger });
  const samples = createSamples({
    ...{ ...watched, keptIn: database, tracker, maxBytes: options.monitorMaxBytes },
    isOnThisMachine: () => cores.count !== null,
  });
  const mayWrite = () => samples.budget.mayWrite();
  const queries = createQueryStats({
    ...{ database, tracker, hub: samples.hub, clock, logger, mayWrite },
    store: new PostgresQueryStore({ database, clock }),
    eventsBetween: (fromMs, toMs) => toPrecedingEvents(incidents().entriesBetween(fromMs, toMs)),
  });
  return { cause, cores, history, journal, queries, rules, sampler, samples, watched };
}

function createAnswers(options: MonitorOptions): Monitor {
  const { authenticate, database, observer } = options;
  return {
    overview: ({ context }) => readOverview(options, context),
    pool: async () => ({ pool: database.snapshot(), leases: listLeases(options) }),
    statements: async () => ({ statements: observer.statistics.list() }),
    stream: async ({ context, request, reply }) => {
      streamPool({ database, reply, mayGoOn: operatorStays(authenticate, context, request) });
      return undefined;
    },
  };
}

function listLeases({ database }: MonitorOptions): schema.LeaseView[] {
  const nowMs = performance.now();
  return database.listLeases().map(({ admitted, statement, origin, pid, acquiredAtMs, inTransaction }) => ({
    ...{ lane: admitted.lane as schema.LaneName, statement, pid, inTransaction },
    route: origin?.route ?? null,
    heldMs: Math.round(nowMs - acquiredAtMs),
  }));
}
