/** The data feature behind a real HTTP server, with callers whose token says who they are. */

import { createData, type Data } from '../../main/data/index.ts';
import { createDatabase, type Database } from '../../main/database/index.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import type { HttpServer } from '../../main/http/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createTestServer } from '../support/http.ts';

export const ada = '018f0000-0000-7000-8000-00000000ada0';
export const bob = '018f0000-0000-7000-8000-00000000b0b0';
export const operator = '018f0000-0000-7000-8000-000000000999';

export interface Answer {
  status: number;
  /** Parsed JSON: a test looks into it freely, and null where there was nothing. */
  body: ReturnType<typeof JSON.parse>;
}

export interface DataServer {
  database: Database;
  data: Data;
  http: HttpServer;
  testDatabase: TestDatabase;
  /** Lines that were logged as errors: a 500 in disguise shows here. */
  errors: string[];
  as(userId: string | null): Caller;
  close(): Promise<void>;
}

export interface Caller {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  patch(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export interface DataServerOptions {
  /** Another server's, to share; a database of its own when left out. */
  testDatabase?: TestDatabase;
  definitionTtlMs?: number;
  maxConnections?: number;
}

export async function startDataServer(options: DataServerOptions = {}): Promise<DataServer> {
  const testDatabase = options.testDatabase ?? (await createTestDatabase());
  const errors: string[] = [];
  const logger = createLogger({ level: 'error', destination: { write: (line) => void errors.push(line) } });
  const { maxConnections = 10 } = options;
  const database = createDatabase({ connectionString: testDatabase.url, maxConnections, logger });
  const { definitionTtlMs } = options;
  const data = createData({ database, logger, ...(definitionTtlMs === undefined ? {} : { definitionTtlMs }) });
  const http = await createTestServer(data.routes, {
    logger,
    bodyLimitBytes: 1_048_576,
    authenticate: async (token, transport) => ({
      ...{ userId: token, sessionId: token, transport },
      role: token === operator ? 'operator' : 'user',
    }),
  });
  return {
    ...{ database, data, http, testDatabase, errors },
    as: (userId) => createCaller(http, userId),
    async close() {
      await http.close(0);
      await database.close();
      if (!options.testDatabase) await testDatabase.drop();
    },
  };
}

function createCaller({ fastify }: HttpServer, userId: string | null): Caller {
  const headers = userId === null ? {} : { authorization: `Bearer ${userId}` };
  const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: unknown): Promise<Answer> => {
    const isText = typeof body === 'string';
    const payload = body === undefined ? {} : { payload: isText ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fastify.inject({ method, url, headers: { ...headers, ...type }, ...payload });
    return { status: response.statusCode, body: response.body === '' ? null : JSON.parse(response.body) };
  };
  return {
    get: (path) => ask('GET', path),
    post: (path, body = {}) => ask('POST', path, body),
    patch: (path, body = {}) => ask('PATCH', path, body),
    delete: (path) => ask('DELETE', path),
  };
}
