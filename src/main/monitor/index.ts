/** The monitor: the operator's view of the pool and its statements. */

import { type Authenticate, type Route, readSessionToken } from '../http/index.ts';
import { type OverviewSources, readOverview } from './overview.ts';
import type { PoolObserver } from './pool-observer.ts';
import { streamPool } from './pool-stream.ts';
import { type Monitor, monitorRoutes } from './routes.ts';
import type * as schema from './schema.ts';

export { PoolObserver } from './pool-observer.ts';
export { TrackerFan } from './tracker-fan.ts';

export interface MonitorOptions extends OverviewSources {
  observer: PoolObserver;
  authenticate: Authenticate;
}

export function createMonitor(options: MonitorOptions): { routes: Route[] } {
  const { authenticate, database, observer } = options;
  const monitor: Monitor = {
    overview: ({ context }) => readOverview(options, context),
    pool: async () => ({ pool: database.snapshot(), leases: listLeases(options) }),
    statements: async () => ({ statements: observer.statistics.list() }),
    stream: async ({ context, request, reply }) => {
      const presented = readSessionToken(request);
      // The stream outlives the request's deadline, so each check asks on behalf of a request of its own.
      const { requestId, route, ip, userAgent } = context;
      const asking = { requestId, route, ip, userAgent, caller: null, tenant: undefined, signal: context.signal };
      const mayGoOn = async () => {
        if (!presented) return false;
        const deadlineAtMs = performance.now() + 5_000;
        const caller = await authenticate(presented.token, 'bearer', { ...asking, deadlineAtMs });
        return caller?.role === 'operator';
      };
      streamPool({ database, reply, mayGoOn });
      return undefined;
    },
  };
  return { routes: monitorRoutes(monitor) };
}

function listLeases({ database }: MonitorOptions): schema.LeaseView[] {
  const nowMs = performance.now();
  return database.listLeases().map(({ admitted, statement, origin, pid, acquiredAtMs, inTransaction }) => ({
    ...{ lane: admitted.lane as schema.LaneName, statement, pid, inTransaction },
    route: origin?.route ?? null,
    heldMs: Math.round(nowMs - acquiredAtMs),
  }));
}
