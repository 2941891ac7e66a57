/** An HTTP server with routes of the test's own, and nobody behind its tokens unless the test says who. */

import { createLogger } from '../../main/foundation/logger.ts';
import {
  type Caller,
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
  type Route,
} from '../../main/http/index.ts';

export const BASE_URL = 'http://localhost:8400';

export async function createTestServer(
  routes: readonly Route[],
  options: Partial<HttpServerOptions> & { callers?: Record<string, Omit<Caller, 'transport'>> } = {},
): Promise<HttpServer> {
  const { callers = {}, ...rest } = options;
  return createHttpServer({
    version: '0.0.0-test',
    baseUrl: BASE_URL,
    corsOrigins: [],
    trustedProxies: [],
    bodyLimitBytes: 10_000,
    pagesFolder: '/nowhere',
    logger: createLogger({ level: 'silent' }),
    routes,
    authenticate: async (token, transport) => {
      const caller = callers[token];
      return caller ? { ...caller, transport } : null;
    },
    health: {
      readiness: () => ({ ready: true, checks: {} }),
      metrics: async () => ({ text: 'one 1\n', contentType: 'text/plain' }),
      metricsToken: undefined,
    },
    ...rest,
  });
}
