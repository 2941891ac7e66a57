/** Starts a watch: its store, two pools (one that reads the target, one for the store), the monitor, and a console on this machine alone. */

import { fileURLToPath } from 'node:url';
import { createDatabase, type Database, migrate } from '../../database/index.ts';
import { systemClock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { readVersion } from '../../foundation/version.ts';
import { createHttpServer } from '../../http/index.ts';
import { PoolObserver, TrackerFan } from '../../monitor/index.ts';
import { watchSendsNoMail } from '../../monitor/watch/errors.ts';
import { createWatch } from '../../monitor/watch/index.ts';
import { createOneSession } from './one-session.ts';
import { openStore } from './store.ts';
import { findTarget, type Target } from './target.ts';

export interface WatchSettings {
  target: string;
  port: number;
  /** A folder to keep what is seen in. */
  keep?: string | undefined;
  /** A Postgres to keep it in. */
  store?: string | undefined;
  logger: Logger;
  onProgress?: (line: string) => void;
}

export interface Watch {
  readonly url: string;
  readonly target: Target;
  /** The folder that stays; null where nothing does. */
  readonly keptIn: string | null;
  /** A link that opens the console once, and ends the one before it. */
  createLink(): string;
  stop(): Promise<void>;
  onLost(listener: () => void): void;
}

const HOST = '127.0.0.1';
/** A few questions at a time: the target has better to do. */
const TARGET_CONNECTIONS = 5;
const STORE_CONNECTIONS = 8;
const STORE_MAX_BYTES = 1_073_741_824;
const BODY_LIMIT_BYTES = 1_048_576;
const DRAIN_MS = 2_000;

/** @throws AppError watch_target_invalid, watch_target_too_old, database_unreachable, port_taken, and those of an embedded Postgres */
export async function startWatch(settings: WatchSettings): Promise<Watch> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one().catch(() => undefined);
  };
  try {
    return await startParts(settings, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  { keep, logger, onProgress = () => undefined, port, store: storeUrl, target: text }: WatchSettings,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Watch> {
  const target = await findTarget(text);
  const store = await openStore({ keep, url: storeUrl, logger, onProgress });
  stops.push(() => store.stop());
  await migrate({ connectionString: store.url });
  const kept = openPool(store.url, STORE_CONNECTIONS, logger);
  stops.push(() => kept.close());
  const tracker = new TrackerFan(new PoolObserver());
  const watched = openPool(target.url, TARGET_CONNECTIONS, logger, tracker);
  stops.push(() => watched.close());
  const session = createOneSession();
  const version = readVersion();
  const baseUrl = `http://localhost:${port}`;
  const monitor = createWatch({
    ...{ target: watched, targetHost: `${target.host}/${target.databaseName}`, targetVersion: target.version },
    ...{ tracker, kept, authenticate: session.authenticate, clock: systemClock, logger, version, baseUrl },
    monitorMaxBytes: STORE_MAX_BYTES,
    sendMail: () => Promise.reject(watchSendsNoMail()),
    secretKey: new URL(store.url).password || undefined,
  });
  for (const service of monitor.services) {
    await service.start();
    stops.push(() => service.stop());
  }
  const http = await createHttpServer({
    ...{ version, baseUrl, logger, authenticate: session.authenticate, bodyLimitBytes: BODY_LIMIT_BYTES },
    ...{ corsOrigins: [], trustedProxies: [], routes: [...session.routes, ...monitor.routes] },
    pagesFolder: fileURLToPath(new URL('../../../console', import.meta.url)),
    health: {
      readiness: () => ({ ready: true, checks: {} }),
      metrics: async () => ({ text: '', contentType: 'text/plain; charset=utf-8' }),
      metricsToken: undefined,
    },
  });
  stops.push(() => http.close(DRAIN_MS));
  const listening = await http.listen(HOST, port);
  const url = `http://localhost:${listening.port}`;
  return {
    ...{ url, target, keptIn: store.keptIn, stop },
    createLink: () => session.createLink(url),
    onLost: (listener) => store.onLost(listener),
  };
}

function openPool(connectionString: string, maxConnections: number, logger: Logger, tracker?: TrackerFan): Database {
  return createDatabase({
    ...{ connectionString, maxConnections, logger, adaptiveLimit: false, applicationName: 'aquifer watch' },
    ...(tracker ? { tracker } : {}),
  });
}
