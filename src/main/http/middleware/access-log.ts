/** One line a request at `debug`, or at `info` where it was slow: enough to find it by the id its caller was given. */

import type { onResponseHookHandler } from 'fastify';

const SLOW_MS = 1_000;

export const logAccess: onResponseHookHandler = function logAccess(request, reply, done) {
  const durationMs = Math.round(reply.elapsedTime * 10) / 10;
  const { method, routeOptions } = request;
  const line = { method, route: routeOptions.url ?? '(none)', statusCode: reply.statusCode, durationMs };
  if (durationMs >= SLOW_MS) request.log.info(line, 'a slow request');
  else request.log.debug(line, 'a request');
  done();
};
