/**
 * The only place where parts meet: it starts them in order and stops them in reverse. `startApp` is also what a program
 * embeds (`import { startApp } from 'aquifer'`).
 */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAccounts } from './accounts/index.ts';
import { createData } from './data/index.ts';
import { type Place, takePlace } from './database/budget/index.ts';
import { startEmbeddedPostgres } from './database/embedded/index.ts';
import {
  createDatabase,
  createReachabilityProbe,
  type Database,
  migrate,
  type Pool,
  toAppError,
} from './database/index.ts';
import { systemClock } from './foundation/clock.ts';
import { type Config, type Environment, readConfig } from './foundation/config.ts';
import { createLogger, type Logger } from './foundation/logger.ts';
import { secretKeysOf } from './foundation/secret-keys.ts';
import type { Service } from './foundation/service.ts';
import { readVersion } from './foundation/version.ts';
import { admitApplicationRoutes, createHttpServer, type HttpServer, type Readiness, type Route } from './http/index.ts';
import { createMonitor, PoolObserver, RepeatedStatements, TrackerFan } from './monitor/index.ts';
import { createPlanner, type Planner } from './planner/index.ts';

export { Type } from 'typebox';
export type { CallOptions, Database, Pool, ScopedPool } from './database/index.ts';
export type { Config } from './foundation/config.ts';
export { AppError } from './foundation/errors.ts';
export type { Logger } from './foundation/logger.ts';
export { type Caller, type RequestContext, type Route, type RouteInput, route } from './http/index.ts';

/** What an application's own routes may use. */
export interface ApplicationParts {
  /** The server's one pool in the shape of `pg.Pool`; `pool.as(context)` says on whose behalf a statement runs. */
  pool: Pool;
  /** The same for declared statements. */
  database: Database;
  logger: Logger;
}

export interface AppOptions {
  /** Where settings come from; `process.env` when left out. See config/example.env for their names. */
  environment?: Environment;
  /** Told of each step while starting, in words for a person. */
  onProgress?: (line: string) => void;
  /** Left out: JSON lines on standard output. */
  logger?: Logger;
  /** The application's own routes, asked for once the database is there, and before anything listens. */
  routes?: (parts: ApplicationParts) => readonly Route[] | Promise<readonly Route[]>;
}

export interface App {
  readonly config: Config;
  /** Where it listens, such as `http://localhost:8400`. */
  readonly url: string;
  readonly database: { kind: 'embedded' | 'external'; host: string };
  /** The server's one pool in the shape of `pg.Pool`, for the application's own SQL. Its `end()` ends this handle alone. */
  readonly pool: Pool;
  /** A one-time link to make the first operator; null once there is one. */
  readonly setupLink: string | null;
  /** Stops in reverse order; safe to call twice. Requests in flight finish first, within DRAIN_TIMEOUT_MS. */
  stop(): Promise<void>;
  /** Called when the server can no longer work and should end, such as when its embedded Postgres has died. */
  onFatal(listener: (reason: string) => void): void;
}

/** What was started, so that it can be stopped: last in, first out. */
class Lifeline {
  readonly #steps: { name: string; stop: () => Promise<void> }[] = [];
  readonly #logger: Logger;
  #stopping: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(name: string, stop: () => Promise<void>): void {
    this.#steps.push({ name, stop });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const { name, stop } of this.#steps.reverse()) {
      // One part that cannot stop must not keep the database from stopping cleanly.
      await stop().catch((error: unknown) => this.#logger.error({ err: error, phase: name }, 'a part did not stop'));
    }
  }
}

/**
 * Starts a whole server and resolves when it listens.
 *
 * @throws AppError with a sentence for a person, when it cannot start; what had been started is stopped again
 */
export async function startApp(options: AppOptions = {}): Promise<App> {
  const config = readConfig(options.environment ?? process.env);
  const logger = options.logger ?? createLogger({ level: config.logLevel });
  const lifeline = new Lifeline(logger);
  try {
    return await startParts(config, logger, lifeline, options);
  } catch (error) {
    await lifeline.stop();
    throw error;
  }
}

async function startParts(
  config: Config,
  logger: Logger,
  lifeline: Lifeline,
  { onProgress = () => undefined, routes = () => [] }: AppOptions,
): Promise<App> {
  const version = readVersion();
  const fatal = createFatalSignal();
  const connection = await findDatabase(config, { logger, lifeline, onProgress, onFatal: fatal.raise });
  const { place, migrated } = await preparePlace(config, connection.url, logger, onProgress);
  const { database, observer, probe, tracker } = await openDatabase(config, place, logger, lifeline);

  let routesOfAll: readonly Route[] = [];
  const surroundings = { config, logger, version, connection, migrated, listRoutes: () => routesOfAll };
  const { accounts, data, monitor, planner } = createFeatures({ database, observer, tracker }, surroundings);
  lifeline.add('accounts', () => accounts.stop());
  for (const service of [...accounts.services, ...data.services, ...monitor.services, ...planner.services])
    await startService(lifeline, service);

  const ofApplication = await routes({ pool: database.pool(), database, logger });
  routesOfAll = [
    ...accounts.routes,
    ...accounts.auditTrail.watch([
      ...[...data.routes, ...monitor.routes, ...planner.routes],
      ...admitApplicationRoutes(ofApplication, toAppError),
    ]),
  ];
  const readiness = { isDraining: false };
  const http = await createHttpServer({
    ...config,
    ...{ version, logger, authenticate: accounts.authenticate, onDenied: accounts.auditTrail.noteDenied },
    tracker: monitor.requests,
    ...{ rateLimits: rateLimitsOf(config), pagesFolder: fileURLToPath(new URL('../console', import.meta.url)) },
    routes: routesOfAll,
    health: {
      readiness: () => readReadiness(database, probe.isReachable(), readiness.isDraining),
      metrics: async () => ({ text: await observer.registry.metrics(), contentType: observer.registry.contentType }),
      metricsToken: config.metricsToken,
    },
  });
  lifeline.add('http', () => drain(http, config, readiness));
  const { port } = await http.listen(config.host, config.port);
  const url = config.port === port ? config.baseUrl : `${schemeOf(config)}://localhost:${port}`;
  await connection.announce(url);
  const setupLink = await accounts.createSetupLink();
  logger.info({ port, host: config.host, version }, 'listening');
  return {
    ...{ config, url },
    database: { kind: connection.kind, host: connection.host },
    pool: database.pool(),
    setupLink,
    stop: () => lifeline.stop(),
    onFatal: fatal.listen,
  };
}

/** Our own features, each with what it needs of the others. */
function createFeatures(
  { database, observer, tracker }: { database: Database; observer: PoolObserver; tracker: TrackerFan },
  { config, logger, version, connection, migrated, listRoutes }: FeatureSurroundings,
) {
  const keys = secretKeysOf(config, connection.url);
  const data = createData({ database, logger });
  const { ownRecords } = data;
  const accounts = createAccounts({ ...keys, config, database, listRoutes, ownRecords, logger, clock: systemClock });
  const monitor = createMonitor({
    ...{ database, observer, tracker, logger, version, authenticate: accounts.authenticate, clock: systemClock },
    ...{ isSampling: config.sampler, monitorMaxBytes: config.monitorMaxBytes },
    ...{ databaseKind: connection.kind, databaseHost: connection.host },
    ...{ release: config.release ?? version, migrated },
    ...{ appName: config.appName, baseUrl: config.baseUrl, sendMail: accounts.sendMail },
    otlp: otlpSettingsOf(config),
    ...keys,
    // The planner comes after the monitor, which it learns from.
    explainPlanFlip: (statement, sinceMs) => planner.explainPlanFlip(statement, sinceMs),
    counts: { users: accounts.countUsers, sessions: accounts.countSessions, collections: data.countCollections },
  });
  const repeated = new RepeatedStatements(systemClock);
  tracker.add(repeated);
  const planner: Planner = createPlanner({
    ...{ database, logger, clock: systemClock, isOn: config.planner },
    limits: { keepMs: config.plannerKeepMs, maxBytes: config.plannerMaxBytes },
    sources: { ...monitor.insight, collectionStatements: data.collectionStatements, repeats: () => repeated.list() },
  });
  return { accounts, data, monitor, planner };
}

interface FeatureSurroundings {
  config: Config;
  logger: Logger;
  version: string;
  connection: FoundDatabase;
  /** The migrations that this start applied. */
  migrated: string[];
  listRoutes: () => readonly Route[];
}

function otlpSettingsOf({ otlpEndpoint, otlpHeaders, otlpServiceName, otlpTraceShare }: Config) {
  const told = { endpoint: otlpEndpoint, headers: otlpHeaders, serviceName: otlpServiceName };
  return { ...told, traceShare: Number(otlpTraceShare) };
}

function schemeOf({ tlsCertFile }: Config): string {
  return tlsCertFile === undefined ? 'http' : 'https';
}

function rateLimitsOf({ rateLimitPerAccount, rateLimitPerNetwork, rateLimitTotal }: Config) {
  return { perAccount: rateLimitPerAccount, perNetwork: rateLimitPerNetwork, total: rateLimitTotal };
}

/** Migrates, and takes this server's share of the database's connections. */
async function preparePlace(
  config: Config,
  connectionString: string,
  logger: Logger,
  onProgress: (line: string) => void,
): Promise<{ place: Place; migrated: string[] }> {
  const { connectTimeoutMs } = config;
  const { applied } = await migrate({ connectionString, connectTimeoutMs, onProgress });
  if (applied.length > 0) logger.info({ count: applied.length }, 'migrations were applied');
  const place = await takePlace({
    ...{ connectionString, connectTimeoutMs, logger, onProgress },
    ...{ poolMax: config.poolMax, isShared: config.sharedBudget },
  });
  return { place, migrated: applied };
}

/** The guarded pool, with whoever watches it. */
async function openDatabase(config: Config, place: Place, logger: Logger, lifeline: Lifeline) {
  const observer = new PoolObserver();
  const tracker = new TrackerFan(observer);
  const database = createDatabase({
    ...{ connectionString: place.connectionString, logger, tracker },
    ...(place.lanes ? { lanes: place.lanes } : {}),
    maxConnections: config.poolMax,
    adaptiveLimit: config.adaptiveLimit,
    idleTimeoutMs: config.poolIdleTimeoutMs,
    connectTimeoutMs: config.connectTimeoutMs,
  });
  lifeline.add('database', () => database.close());
  const budget = place.serve(database);
  if (budget) await startService(lifeline, budget);
  observer.observe(database);
  const probe = createReachabilityProbe(database, logger);
  await startService(lifeline, probe);
  await probe.runOnce();
  return { database, observer, probe, tracker };
}

interface FoundDatabase {
  kind: 'embedded' | 'external';
  url: string;
  host: string;
  /** Tells a second start in the same folder where this server is. */
  announce(address: string): Promise<void>;
}

interface Surroundings {
  logger: Logger;
  lifeline: Lifeline;
  onProgress: (line: string) => void;
  onFatal: (reason: string) => void;
}

async function findDatabase(
  config: Config,
  { logger, lifeline, onProgress, onFatal }: Surroundings,
): Promise<FoundDatabase> {
  if (config.databaseUrl) {
    return {
      kind: 'external',
      url: config.databaseUrl,
      host: hostOf(config.databaseUrl),
      announce: async () => undefined,
    };
  }
  const dataDir = resolve(config.dataDir);
  const embedded = await startEmbeddedPostgres({ dataDir, onProgress, logger });
  lifeline.add('embedded postgres', () => embedded.stop());
  embedded.onUnexpectedExit(() => onFatal('The embedded Postgres ended unexpectedly.'));
  return { kind: 'embedded', url: embedded.url, host: hostOf(embedded.url), announce: embedded.announce };
}

/** Host and port alone: a connection string holds a password. */
function hostOf(connectionString: string): string {
  const url = new URL(connectionString);
  return url.host || url.searchParams.get('host') || 'local socket';
}

async function startService(lifeline: Lifeline, service: Service): Promise<void> {
  await service.start();
  lifeline.add(service.name, () => service.stop());
}

function readReadiness(database: Database, isReachable: boolean, isDraining: boolean): Readiness {
  const critical = database.snapshot().lanes.find((lane) => lane.name === 'critical');
  const refusing = (critical?.refusedLastMinute ?? 0) > 0;
  return {
    ready: isReachable && !isDraining,
    checks: {
      server: isDraining ? 'stopping' : 'running',
      database: isReachable ? 'answers' : 'does not answer',
      pool: refusing ? 'refused log-ins within the last minute' : 'has room',
    },
  };
}

async function drain(http: HttpServer, config: Config, readiness: { isDraining: boolean }): Promise<void> {
  readiness.isDraining = true;
  if (config.drainDelayMs > 0) await new Promise((wake) => setTimeout(wake, config.drainDelayMs));
  await http.close(config.drainTimeoutMs);
}

function createFatalSignal() {
  const listeners: ((reason: string) => void)[] = [];
  let raised: string | undefined;
  return {
    raise: (reason: string) => {
      raised = reason;
      for (const listener of listeners) listener(reason);
    },
    listen: (listener: (reason: string) => void) => {
      listeners.push(listener);
      if (raised !== undefined) listener(raised);
    },
  };
}
