/**
 * Takes out what is older than AUDIT_KEEP_MS: the beginning of the chain and nothing else, with the hash of the last link that
 * went, so that what is left still hangs on it.
 */

import type { Database } from '../../database/index.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Sealer } from '../../foundation/sealing.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import { CUT, signedText } from './chain.ts';
import { cutTrail, listOldLinks, lockChain } from './chain-queries.ts';

export interface RetentionParts {
  readonly database: Database;
  readonly sealer: Sealer;
  readonly logger: Logger;
  readonly keepMs: number;
}

const INTERVAL_MS = 10 * 60_000;
const BATCH = 1_000;
/** What a run leaves over, the next one finds. */
const MAX_BATCHES = 100;

export function createAuditRetention(parts: RetentionParts): PeriodicService {
  return createPeriodicService({
    name: 'audit retention',
    intervalMs: INTERVAL_MS,
    logger: parts.logger,
    async run(signal) {
      for (let batch = 0; batch < MAX_BATCHES && (await cutBatch(parts, signal)); batch += 1) signal.throwIfAborted();
    },
  });
}

/** @returns whether there may be more */
async function cutBatch({ database, sealer, keepMs }: RetentionParts, signal: AbortSignal): Promise<boolean> {
  const links = await database.query(listOldLinks, [keepMs, BATCH], { signal });
  const firstYoung = links.findIndex(({ isOld }) => !isOld);
  const last = links[(firstYoung === -1 ? links.length : firstYoung) - 1];
  if (!last) return false;
  const signature = await sealer.sign(signedText(last.seq, last.hash), CUT);
  const work = { lane: 'background', deadlineMs: 30_000, name: 'accounts.cutAuditTrail', origin: { signal } } as const;
  const isCut = await database.transaction(work, async (transaction) => {
    const [lock] = await transaction.query(lockChain, []);
    if (!lock?.isOurs) return false;
    await transaction.query(cutTrail, [last.seq, signature]);
    return true;
  });
  return isCut && firstYoung === -1 && links.length === BATCH;
}
