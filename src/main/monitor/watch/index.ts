/**
 * The monitor of a database whose application is not ours: what its sessions, its catalog and its statistics show, without a
 * request seen and without anything changed in it. What is kept is kept in another database.
 */

import { type Database, PoolTracker } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import type { Authenticate, Route } from '../../http/index.ts';
import { type ChannelsOptions, createChannels } from '../alerts/channels/index.ts';
import { createAlerts } from '../alerts/index.ts';
import { createCauseRoutes } from '../cause/index.ts';
import { historyRoutes, PoolHistory } from '../history/index.ts';
import { createIncidents } from '../incidents/index.ts';
import { Journal } from '../journal.ts';
import { streamPool } from '../pool-stream.ts';
import { createPostmortems } from '../postmortems/index.ts';
import { createQueryStats, PostgresQueryStore } from '../query-stats/index.ts';
import { type Monitor, monitorRoutes } from '../routes.ts';
import { ActivitySampler } from '../samples/activity-sampler.ts';
import { createSamples } from '../samples/index.ts';
import type { ReadingHub } from '../samples/reading-hub.ts';
import { ServerCores } from '../samples/server-cores.ts';
import { operatorStays } from '../stream-guard.ts';
import { TrackerFan } from '../tracker-fan.ts';
import { createSessionCause } from './session-cause.ts';

export { findInSessions } from './session-finding.ts';

export interface WatchOptions {
  /** What is watched; it is only read. */
  target: Database;
  targetHost: string;
  targetVersion: string;
  /** What the target's pool, which is our own, reports to. */
  tracker: TrackerFan;
  /** Where all of it is kept. */
  kept: Database;
  authenticate: Authenticate;
  clock: Clock;
  logger: Logger;
  version: string;
  monitorMaxBytes: number;
  sendMail: ChannelsOptions['sendMail'];
  secretKey: string | undefined;
  baseUrl: string;
}

/** They would change the target, or speak of a pool that serves nobody. */
const LEFT_OUT = /^(POST|DELETE) \/v1\/monitor\/(indexes|index-jobs|caps)\b|^GET \/v1\/monitor\/live$/;

export function createWatch(options: WatchOptions): { routes: Route[]; services: Service[] } {
  const { authenticate, clock, kept, logger, target } = options;
  const seen = createSeeing(options);
  const { cause, history, journal, queries, sampler, samples } = seen;
  const { baseUrl, secretKey, sendMail } = options;
  const shared = { database: kept, journal, clock, logger };
  const channels = createChannels({ ...shared, sendMail, secretKey, appName: 'Aquifer watch', baseUrl });
  const readCause = () => cause.report().verdict?.sentence ?? null;
  const alerts = createAlerts({ ...shared, sampler, hub: withoutOurOwn(samples.hub), readCause });
  const incidents = createIncidents({
    ...{ ...shared, target, hub: samples.hub, authenticate, release: '' },
    // What our own few questions wait for is no part of anybody's incident.
    tracker: new TrackerFan(new PoolTracker()),
    // Nothing is ended from here, so no session is offered to be.
    sampler: { onSample: (listener) => sampler.onSample(listener), latest: undefined },
    ...{ cause: cause.report, ruleMode: () => undefined },
  });
  alerts.engine.onAlert((alert, change) => {
    channels.notify(alert, change);
    incidents.noteAlert(alert, change);
  });
  const postmortems = createPostmortems({ ...shared, target, incidents });
  const routes = [
    ...monitorRoutes(createAnswers(options)),
    ...historyRoutes(history),
    ...createCauseRoutes({ report: cause.report, sampler, journal, clock }),
    ...[samples, queries, alerts, channels, incidents, postmortems].flatMap((part) => part.routes),
  ];
  return {
    routes: routes.filter(({ method, path }) => !LEFT_OUT.test(`${method} ${path}`)),
    services: [
      ...incidents.services,
      ...[history.service, cause.service],
      ...[alerts, channels, postmortems].flatMap((part) => part.services),
      ...[sampler.service, ...samples.services, ...queries.services],
    ],
  };
}

/** This process and its pool serve nobody: how they are is nothing to wake a person for. */
function withoutOurOwn(hub: Pick<ReadingHub, 'onReadings'>): Pick<ReadingHub, 'onReadings'> {
  return {
    onReadings: (listener) =>
      hub.onReadings((atMs, readings) => {
        const theirs = readings.filter(({ name }) => !/^(pool|process|http|users|logIn)\./.test(name));
        if (theirs.length > 0) listener(atMs, theirs);
      }),
  };
}

function createSeeing({ clock, kept, logger, monitorMaxBytes, target, tracker }: WatchOptions) {
  const journal = new Journal(clock);
  const history = new PoolHistory({ database: target, clock });
  tracker.add(history);
  const sampler = new ActivitySampler({ database: target, clock, logger, cores: new ServerCores(false) });
  const cause = createSessionCause({ sampler, journal, clock });
  const samples = createSamples({
    ...{ database: target, keptIn: kept, sampler, tracker, journal, maxBytes: monitorMaxBytes, clock, logger },
    isOnThisMachine: () => false,
  });
  // Without a tracker: what our own questions cost is nobody's business here.
  const queries = createQueryStats({
    ...{ database: target, hub: samples.hub, clock, logger, mayWrite: () => samples.budget.mayWrite() },
    store: new PostgresQueryStore({ database: kept, clock }),
  });
  return { cause, history, journal, queries, sampler, samples };
}

function createAnswers({ authenticate, target, targetHost, targetVersion, version }: WatchOptions): Monitor {
  return {
    overview: async () => ({
      ...{ version, users: 0, sessions: 0, collections: 0 },
      uptimeSeconds: Math.round(process.uptime()),
      database: { kind: 'external', version: targetVersion, host: targetHost },
    }),
    pool: async () => ({ pool: target.snapshot(), leases: [] }),
    statements: async () => ({ statements: [] }),
    stream: async ({ context, reply, request }) => {
      streamPool({ database: target, reply, mayGoOn: operatorStays(authenticate, context, request) });
      return undefined;
    },
  };
}
