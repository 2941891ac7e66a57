/**
 * Finds the caller behind an API key: one indexed statement for every request. A key is never an operator: what it may do
 * among everybody's is what its scopes and its owner's own rights have in common, worked out anew each time. That it was used is
 * written later, many at once.
 */

import type { Database } from '../../database/index.ts';
import { canonicalIp } from '../../foundation/network.ts';
import { hashToken } from '../../foundation/tokens.ts';
import type { Caller, RequestContext, Standing } from '../../http/index.ts';
import type { Role } from '../schema.ts';
import { looksLikeKey } from './key-text.ts';
import { type FoundKeyRow, findKey, touchKeys } from './queries.ts';

export interface KeyAuthenticator {
  /** Null where the key is nobody's, expired, deleted, or its owner disabled. */
  authenticate(key: string, context: RequestContext): Promise<Caller | null>;
  /** Writes which keys were used. */
  flush(): Promise<void>;
}

export interface KeyAuthenticatorOptions {
  database: Database;
  /** Whether he may do nothing before he has a second factor. */
  demandsFactor: (user: { role: Role; createdAt: Date }) => boolean;
}

/** A key's last use is written this seldom. */
const TOUCH_INTERVAL_MS = 60_000;
const FLUSH_BATCH = 1_000;

export function createKeyAuthenticator({ database, demandsFactor }: KeyAuthenticatorOptions): KeyAuthenticator {
  const used = new Map<string, string | null>();
  return {
    async authenticate(key, context) {
      if (!looksLikeKey(key)) return null;
      const [found] = await database.query(findKey, [hashToken(key)], context);
      if (!found) return null;
      if (found.unusedMs === null || found.unusedMs >= TOUCH_INTERVAL_MS) used.set(found.id, canonicalIp(context.ip));
      const { role, userCreatedAt } = found;
      return toCaller(found, found.isFactorDue || demandsFactor({ role, createdAt: userCreatedAt }));
    },
    async flush() {
      while (used.size > 0) {
        const batch = [...used].slice(0, FLUSH_BATCH);
        for (const [id] of batch) used.delete(id);
        await database.execute(touchKeys, [batch.map(([id]) => id), batch.map(([, ip]) => ip)]);
      }
    },
  };
}

function toCaller(found: FoundKeyRow, isFactorDue: boolean): Caller {
  const { id, userId, role, scopes, secondFactors } = found;
  const permissions = role === 'operator' ? scopes : scopes.filter((scope) => found.permissions.includes(scope));
  const standing: Standing = {
    ...{ permissions, secondFactors, methods: [], assurance: 1 as const, impersonatorId: null },
    authenticatedAgoMs: Number.POSITIVE_INFINITY,
    mustSetUpFactor: isFactorDue && secondFactors.length === 0,
    apiKey: { id, scopes },
  };
  // A session's id would name a row that is not there; the key's own matches none, either.
  return { userId, sessionId: id, role: 'user', transport: 'bearer', standing };
}
