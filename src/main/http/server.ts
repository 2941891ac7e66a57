/** The HTTP server: what every request passes through, in order, and the routes of the features. */

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { AppError } from '../foundation/errors.ts';
import type { Logger } from '../foundation/logger.ts';
import { createRequestIds } from '../foundation/tokens.ts';
import { serveErrorReference } from './error-reference.ts';
import { sendError } from './error-response.ts';
import { routeNotFound } from './errors.ts';
import { closeEventStreams } from './event-stream.ts';
import { type HealthOptions, serveHealth } from './health.ts';
import { logAccess } from './middleware/access-log.ts';
import { admitCaller, createContext } from './middleware/context.ts';
import { refuseCrossSite } from './middleware/cross-site.ts';
import { createEarlyRefusal } from './middleware/early-refusal.ts';
import { acceptForms } from './middleware/form-body.ts';
import { acceptJsonOnly } from './middleware/json-body.ts';
import { createRateLimiter, type RateLimiter, type RateLimits } from './middleware/rate-limit.ts';
import { reportRequest } from './middleware/request-report.ts';
import { addSecurityHeaders, BARE_HEADERS } from './middleware/security-headers.ts';
import { warnOfUntrustedProxy } from './middleware/untrusted-proxy.ts';
import { describeApi, serveReference, toFastifySchema } from './openapi.ts';
import { servePages } from './pages.ts';
import type { Authenticate, NoteDenied } from './request-context.ts';
import { RequestTracker } from './request-tracker.ts';
import type { Route, RouteInput, RouteSchema } from './route.ts';
import { createSerializerCompiler } from './serializer.ts';
import { SESSION_COOKIE } from './session-cookie.ts';
import { openTls, type Tls, type TlsSettings } from './tls/index.ts';
import { createValidatorCompiler } from './validation.ts';

export interface HttpServerOptions extends TlsSettings {
  version: string;
  corsOrigins: readonly string[];
  trustedProxies: readonly string[];
  bodyLimitBytes: number;
  /** Where the built console is. */
  pagesFolder: string;
  logger: Logger;
  authenticate: Authenticate;
  /** Told of each caller who was refused what a route is for. */
  onDenied?: NoteDenied;
  routes: readonly Route[];
  health: HealthOptions;
  /** Told of each request of a route when it is over. */
  tracker?: RequestTracker;
  /** Without, there are none. */
  rateLimits?: RateLimits;
}

export interface HttpServer {
  /** @throws AppError port_taken, address_refused */
  listen(host: string, port: number): Promise<{ port: number }>;
  /** Takes no new requests and waits for those in flight, at most `timeoutMs`; then cuts them. */
  close(timeoutMs: number): Promise<void>;
  /** For tests: a request without a socket, and the OpenAPI document. */
  readonly fastify: FastifyInstance;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** A client that neither sends nor reads for so long is cut; event streams send more often than that. */
const STANDSTILL_TIMEOUT_MS = 60_000;
const MAX_SOCKETS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const MAX_PARAM_LENGTH = 500;
const NO_RATE_LIMITS: RateLimits = { perAccount: 0, perNetwork: 0, total: 0 };
const REQUEST_ID = /^[A-Za-z0-9_.-]{1,64}$/;

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const tls = await openTls(options, options.logger);
  const server = createFastify(options, tls);
  tls?.attach(server.server as unknown as TlsServer);
  const closeSilentConnections = watchConnections(server.server);
  const isReachedByTls = options.baseUrl.startsWith('https://');
  addSecurityHeaders(server, isReachedByTls);
  if (options.corsOrigins.length > 0) {
    await server.register(cors, {
      origin: [...options.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
      credentials: true,
      maxAge: 600,
    });
  }
  await server.register(cookie);
  server.addHook('onRequest', function echoRequestId(request, reply, done) {
    reply.header('x-request-id', request.id);
    done();
  });
  server.addHook('onRequest', warnOfUntrustedProxy(options.logger));
  const limiter = createRateLimiter(options.rateLimits ?? NO_RATE_LIMITS);
  server.addHook('onRequest', limiter.onRequest);
  server.addHook('onRequest', refuseCrossSite(options.baseUrl, options.corsOrigins));
  server.addHook('onResponse', logAccess);
  server.setErrorHandler(sendError);
  server.setNotFoundHandler((request, reply) => sendError(routeNotFound(), request, reply));
  await describeApi(server, options.version, SESSION_COOKIE);
  await server.register(async (scope) => {
    const { authenticate, logger, onDenied = () => undefined, tracker = new RequestTracker() } = options;
    for (const one of options.routes) addRoute(scope, one, { authenticate, onDenied, tracker, limiter, logger });
  });
  serveReference(server);
  serveErrorReference(server);
  serveHealth(server, options.health);
  await servePages(server, options.pagesFolder);
  return {
    fastify: server,
    async listen(host, port) {
      await inWords(host, port, () => server.listen({ host, port }));
      const routePaths = options.routes.map(({ path }) => path);
      await tls?.start(host, routePaths, listenPlainly);
      return { port: (server.server.address() as AddressInfo).port };
    },
    async close(timeoutMs) {
      await tls?.stop();
      await close(server, timeoutMs, closeSilentConnections);
    },
  };
}

function createFastify(
  { logger, bodyLimitBytes, trustedProxies }: HttpServerOptions,
  tls: Tls | null,
): FastifyInstance {
  const limits = { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 1_000 };
  const server = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: STANDSTILL_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    ...(tls ? { https: { ...tls.options, ...limits } as never } : { http: limits }),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : nextRequestId();
    },
    frameworkErrors: (error, request, reply) => {
      // No hook runs for an address that cannot even be read.
      reply.headers({ 'x-request-id': request.id, ...BARE_HEADERS });
      sendError(error, request, reply);
    },
    return503OnClosing: true,
  });
  server.server.maxConnections = MAX_SOCKETS;
  server.setValidatorCompiler(createValidatorCompiler());
  server.setSerializerCompiler(createSerializerCompiler());
  acceptJsonOnly(server);
  acceptForms(server);
  return server;
}

/** Those that every request of a route passes. */
interface RouteKeepers {
  authenticate: Authenticate;
  onDenied: NoteDenied;
  tracker: RequestTracker;
  limiter: RateLimiter;
  logger: Logger;
}

function addRoute(server: FastifyInstance, one: Route, { tracker, limiter, logger, ...gate }: RouteKeepers): void {
  const handle = one.handler as (input: RouteInput<RouteSchema>) => Promise<unknown>;
  const [status] = Object.keys(one.schema.response).map(Number);
  const refuseEarly = createEarlyRefusal(one, logger);
  server.route({
    method: one.method,
    url: one.path,
    // Nobody asks for the headers of a record; and HEAD on a stream would open one.
    exposeHeadRoute: false,
    schema: toFastifySchema(one),
    config: { access: one.access, acceptsForm: one.acceptsForm ?? false },
    ...(one.bodyLimitBytes === undefined ? {} : { bodyLimit: one.bodyLimitBytes }),
    onRequest: async (request, reply) => {
      const context = createContext(request, reply, one);
      contexts.set(request, context);
      reportRequest(tracker, one, context, { request, reply });
      if (refuseEarly?.(request, reply)) return reply;
      await admitCaller(one, context, gate, { request, reply });
      if (context.caller) limiter.admitCaller(context.caller, reply);
    },
    handler: async (request, reply) => {
      const context = contexts.get(request) as RouteInput<RouteSchema>['context'];
      const { params, query, body } = request as unknown as { params: never; query: never; body: never };
      reply.code(status ?? 200).header('cache-control', 'no-store');
      const answer = await handle({ params, query, body, context, caller: context.caller as never, request, reply });
      return reply.sent ? reply : (answer ?? reply.send());
    },
  });
}

/** Kept beside the request rather than on it: a decorated request would be a second, untyped way to reach the caller. */
const contexts = new WeakMap<object, RouteInput<RouteSchema>['context']>();

const nextRequestId = createRequestIds();

async function listenPlainly(server: Server, host: string, port: number): Promise<AddressInfo> {
  await inWords(host, port, async () => {
    server.listen({ host, port });
    await once(server, 'listening');
  });
  return server.address() as AddressInfo;
}

/** @throws AppError port_taken, address_refused */
async function inWords(host: string, port: number, listen: () => Promise<unknown>): Promise<void> {
  try {
    await listen();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') {
      const advice = `Stop what listens there, or choose another with PORT, for example PORT=${port + 1}.`;
      throw new AppError('conflict', 'port_taken', `Port ${port} on ${host} is taken. ${advice}`, { cause: error });
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      const words = `The system does not let this process listen on ${host}:${port}.`;
      throw new AppError('invalid', 'address_refused', words, { cause: error });
    }
    throw error;
  }
}

const SWEEP_INTERVAL_MS = 50;

async function close(server: FastifyInstance, timeoutMs: number, closeSilentConnections: () => void): Promise<void> {
  closeEventStreams(server.server as Server);
  // A connection that was busy when closing began goes idle with its answer, and Node would wait for it to time out.
  const sweep = setInterval(() => {
    server.server.closeIdleConnections();
    closeSilentConnections();
  }, SWEEP_INTERVAL_MS);
  const cut = setTimeout(() => server.server.closeAllConnections(), timeoutMs);
  await server.close();
  clearInterval(sweep);
  clearTimeout(cut);
}

/**
 * Browsers open connections in advance and may never ask anything on them. Node takes such a connection for a busy one.
 *
 * @returns closes those on which not a byte has come
 */
function watchConnections(server: Server): () => void {
  const open = new Set<Socket>();
  const watch = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  server.on('connection', watch);
  // Of TLS what has been deciphered counts: the handshake's own bytes ask for nothing.
  server.on('secureConnection', watch);
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
}
