/**
 * Seals what was noted: once a second, in order, under a lock that one server of a database holds at a time. The hash and the
 * signature are made here and not in the database, which must not know the key.
 */

import type { Database, Transaction } from '../../database/index.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Sealer } from '../../foundation/sealing.ts';
import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import { type ChainedEvent, CUT, GENESIS, hashOfLink, LINK, signedText } from './chain.ts';
import {
  deleteUnsealed,
  findHead,
  type HeadRow,
  hasUnsealed,
  insertLinks,
  listUnsealed,
  lockChain,
} from './chain-queries.ts';
import { noteAudit } from './note.ts';

export interface SealingParts {
  readonly database: Database;
  readonly sealer: Sealer;
  readonly logger: Logger;
}

const INTERVAL_MS = 1_000;
const BATCH = 500;

export function createAuditSealing(parts: SealingParts): PeriodicService {
  let isFirstRun = true;
  return createPeriodicService({
    name: 'audit sealing',
    intervalMs: INTERVAL_MS,
    logger: parts.logger,
    async run(signal) {
      let hasMore = await sealBatch(parts, signal, isFirstRun);
      isFirstRun = false;
      while (hasMore) {
        signal.throwIfAborted();
        hasMore = await sealBatch(parts, signal);
      }
    },
  });
}

/** @param isFirst looks at the head of the chain though nothing waits @returns whether there may be more */
async function sealBatch(parts: SealingParts, signal: AbortSignal, isFirst = false): Promise<boolean> {
  const { database, sealer } = parts;
  const [waiting] = await database.query(hasUnsealed, [], { signal });
  if (!waiting?.exists && !isFirst) return false;
  // The key is derived before a connection is held.
  await sealer.sign('', LINK);
  const work = {
    lane: 'background',
    deadlineMs: 30_000,
    name: 'accounts.sealAuditEvents',
    origin: { signal },
  } as const;
  return database.transaction(work, async (transaction) => {
    const [lock] = await transaction.query(lockChain, []);
    if (!lock?.isOurs) return false;
    const [head] = await transaction.query(findHead, []);
    await noteUnprovenHead(transaction, parts, head);
    const events = await transaction.query(listUnsealed, [BATCH]);
    const fresh = events.filter(({ isSealed }) => !isSealed);
    await appendLinks(transaction, sealer, head, fresh);
    await transaction.execute(deleteUnsealed, [events.map(({ id }) => id)]);
    return events.length === BATCH;
  });
}

async function appendLinks(
  transaction: Transaction,
  sealer: Sealer,
  head: HeadRow | undefined,
  events: readonly ChainedEvent[],
): Promise<void> {
  if (events.length === 0) return;
  let { seq, hash } = head ?? { seq: 0, hash: GENESIS };
  const seqs: number[] = [];
  const hashes: Buffer[] = [];
  const signatures: (Buffer | null)[] = [];
  for (const event of events) {
    seq += 1;
    hash = hashOfLink(seq, hash, event);
    seqs.push(seq);
    hashes.push(hash);
    signatures.push(await sealer.sign(signedText(seq, hash), LINK));
  }
  await transaction.execute(insertLinks, [seqs, events.map(({ id }) => id), hashes, signatures]);
}

/**
 * A link with our signature vouches for all before it, so whatever it follows is looked at first. From the first start with
 * a key on every link is signed, and the trail says since when: whoever strips the signatures, or puts some in their place
 * that nobody can check, makes it say so anew, at a time when nobody set a key.
 */
async function noteUnprovenHead(
  transaction: Transaction,
  { sealer, logger }: SealingParts,
  head: HeadRow | undefined,
): Promise<void> {
  if ((await sealer.sign('', LINK)) === null) return;
  if (head?.signature) {
    const label = head.isCut ? CUT : LINK;
    const found = await sealer.verify(signedText(head.seq, head.hash), label, head.signature);
    if (found === 'wrong') logger.error({ seq: head.seq }, 'the audit trail was changed: run aquifer audit verify');
    if (found !== 'unknown_key') return;
  }
  await noteAudit(transaction.query, null, {
    action: 'audit_trail.signing_began',
    subject: { kind: 'audit_trail', id: null },
    details: { links: head?.seq ?? 0 },
  });
}
