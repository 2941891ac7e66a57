/** What a feature may use of the HTTP layer. */

export { admitApplicationRoutes, type TranslateError } from './application-routes.ts';
export { type EventStream, openEventStream } from './event-stream.ts';
export type { HealthOptions, Readiness } from './health.ts';
export { permissionOf, refuseUnlessFresh } from './middleware/access.ts';
export type { Authenticate, Caller, RequestContext, Standing } from './request-context.ts';
export { type EndedRequest, RequestTracker } from './request-tracker.ts';
export {
  type Access,
  type Method,
  type Route,
  type RouteInput,
  type RouteOptions,
  type RouteSchema,
  route,
} from './route.ts';
export { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts';
export {
  clearSessionCookie,
  HOST_COOKIE,
  readSessionToken,
  SESSION_COOKIE,
  setSessionCookie,
} from './session-cookie.ts';
export { type Certificate, readCertificate } from './tls/certificate.ts';
export { EXPIRES_SOON_MS } from './tls/renewal.ts';
