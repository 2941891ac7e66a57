/** The monitor's endpoints: a table of contents. */

import { type Route, type RouteInput, route } from '../http/index.ts';
import * as schema from './schema.ts';

/** What answers them. */
export interface Monitor {
  overview(input: RouteInput<typeof schema.readOverview, 'operator'>): Promise<schema.Overview>;
  pool(
    input: RouteInput<typeof schema.readPool, 'operator'>,
  ): Promise<{ pool: schema.PoolSnapshot; leases: schema.LeaseView[] }>;
  stream(input: RouteInput<typeof schema.streamPool, 'operator'>): Promise<undefined>;
  statements(
    input: RouteInput<typeof schema.listStatements, 'operator'>,
  ): Promise<{ statements: schema.StatementView[] }>;
}

const access = 'operator';

export function monitorRoutes(monitor: Monitor): Route[] {
  return [
    route('GET', '/v1/monitor/overview', { access, schema: schema.readOverview }, monitor.overview),
    route('GET', '/v1/monitor/pool', { access, schema: schema.readPool }, monitor.pool),
    route('GET', '/v1/monitor/pool/stream', { access, schema: schema.streamPool }, monitor.stream),
    route('GET', '/v1/monitor/statements', { access, schema: schema.listStatements }, monitor.statements),
  ];
}
