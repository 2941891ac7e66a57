/** The monitor's endpoints: a table of contents. */

import { type Route, route } from '../http/index.ts';
import type { Monitor } from './index.ts';
import * as schema from './schema.ts';

const access = 'operator';

export function monitorRoutes(monitor: Monitor): Route[] {
  return [
    route('GET', '/v1/monitor/overview', { access, schema: schema.readOverview }, monitor.overview),
    route('GET', '/v1/monitor/pool', { access, schema: schema.readPool }, monitor.pool),
    route('GET', '/v1/monitor/pool/stream', { access, schema: schema.streamPool }, monitor.stream),
    route('GET', '/v1/monitor/statements', { access, schema: schema.listStatements }, monitor.statements),
  ];
}
