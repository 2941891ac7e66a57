/**
 * Finds the caller behind a token: one indexed statement for every request, and no memory of earlier answers, so that a
 * session that was ended is worth nothing from the next request on. That it was used is written later, many at once.
 */

import type { Database } from '../database/index.ts';
import type { Logger } from '../foundation/logger.ts';
import { createPeriodicService, type PeriodicService } from '../foundation/service.ts';
import { hashToken, looksLikeToken } from '../foundation/tokens.ts';
import type { Authenticate, Caller } from '../http/index.ts';
import { createKeyAuthenticator } from './api-keys/authenticate-key.ts';
import { isMeantAsKey } from './api-keys/key-text.ts';
import { assuranceOf } from './methods.ts';
import { type FoundSessionRow, findRotatedSession, findSession } from './queries/found-sessions.ts';
import { touchSessions } from './queries/sessions.ts';
import type { Role } from './schema.ts';

export interface Authenticator {
  authenticate: Authenticate;
  /** Writes which sessions were used. */
  service: PeriodicService;
}

export interface AuthenticatorOptions {
  database: Database;
  idleTimeoutMs: number;
  /** Whether he may do nothing before he has a second factor. */
  demandsFactor: (user: { role: Role; createdAt: Date }) => boolean;
  logger: Logger;
}

/** A session's last use is written this seldom. */
const TOUCH_INTERVAL_MS = 60_000;
const FLUSH_INTERVAL_MS = 1_000;
const FLUSH_BATCH = 1_000;

export function createAuthenticator({
  database,
  idleTimeoutMs,
  demandsFactor,
  logger,
}: AuthenticatorOptions): Authenticator {
  // With a very short idle timeout, once a minute would be too seldom to keep a session alive.
  const touchIntervalMs = Math.min(TOUCH_INTERVAL_MS, idleTimeoutMs / 10);
  const used = new Set<string>();
  const keys = createKeyAuthenticator({ database, demandsFactor });

  const flush = async (): Promise<void> => {
    while (used.size > 0) {
      const batch = [...used].slice(0, FLUSH_BATCH);
      for (const id of batch) used.delete(id);
      await database.execute(touchSessions, [batch, idleTimeoutMs]);
    }
    await keys.flush();
  };
  const service = createPeriodicService({
    name: 'session use',
    intervalMs: FLUSH_INTERVAL_MS,
    run: flush,
    logger,
  });

  return {
    async authenticate(token, transport, context) {
      // A cookie is sent by the browser by itself; a key is not for browsers.
      if (isMeantAsKey(token)) return transport === 'bearer' ? keys.authenticate(token, context) : null;
      if (!looksLikeToken(token)) return null;
      const tokenHash = hashToken(token);
      let [found] = await database.query(findSession, [tokenHash], context);
      if (!found) [found] = await database.query(findRotatedSession, [tokenHash], context);
      if (!found) return null;
      if (found.unusedMs >= touchIntervalMs) used.add(found.sessionId);
      return toCaller(found, transport, demandsFactor);
    },
    service: {
      ...service,
      async stop() {
        await service.stop();
        await flush().catch((error: unknown) =>
          logger.warn({ err: error, service: service.name }, 'not all uses kept'),
        );
      },
    },
  };
}

function toCaller(
  found: FoundSessionRow,
  transport: Caller['transport'],
  demandsFactor: AuthenticatorOptions['demandsFactor'],
): Caller {
  const { userId, sessionId, role, permissions, methods, secondFactors, authenticatedAgoMs, impersonatorId } = found;
  const isDue = found.isFactorDue || demandsFactor({ role, createdAt: found.userCreatedAt });
  const standing = {
    ...{ permissions, methods, secondFactors, authenticatedAgoMs, impersonatorId },
    assurance: assuranceOf(methods),
    // An operator who acts as the user brought his own; he is not to set one up for him.
    mustSetUpFactor: isDue && secondFactors.length === 0 && impersonatorId === null,
    apiKey: null,
  };
  return { userId, sessionId, role, transport, standing };
}
