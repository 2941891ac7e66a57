/**
 * Says once that a proxy seems to stand before us which TRUSTED_PROXIES does not name: then all its users are taken for one
 * network, and share that network's limits.
 */

import type { onRequestHookHandler } from 'fastify';
import type { Logger } from '../../foundation/logger.ts';

export function warnOfUntrustedProxy(logger: Logger): onRequestHookHandler {
  let hasWarned = false;
  return function warnOfUntrustedProxy(request, _reply, done) {
    // Where the peer is trusted, the caller's address is the one it names.
    if (!hasWarned && request.headers['x-forwarded-for'] !== undefined && request.ip === request.socket.remoteAddress) {
      hasWarned = true;
      logger.warn(
        { component: 'http' },
        'a request came with X-Forwarded-For from an address that TRUSTED_PROXIES does not name; if it is your proxy, name it there, or all users count as one network',
      );
    }
    done();
  };
}
