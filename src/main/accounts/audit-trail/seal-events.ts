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
  findLastCut,
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
      if (isFirstRun) await noteFirstSignature(parts);
      isFirstRun = false;
      while (await sealBatch(parts, signal)) signal.throwIfAborted();
    },
  });
}

/** @returns whether there may be more */
async function sealBatch(parts: SealingParts, signal: AbortSignal): Promise<boolean> {
  const { database, sealer } = parts;
  const [waiting] = await database.query(hasUnsealed, [], { signal });
  if (!waiting?.exists) return false;
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
    const events = await transaction.query(listUnsealed, [BATCH]);
    const fresh = events.filter(({ isSealed }) => !isSealed);
    await appendLinks(transaction, sealer, fresh);
    await transaction.execute(deleteUnsealed, [events.map(({ id }) => id)]);
    return events.length === BATCH;
  });
}

async function appendLinks(transaction: Transaction, sealer: Sealer, events: readonly ChainedEvent[]): Promise<void> {
  if (events.length === 0) return;
  const [head] = await transaction.query(findHead, []);
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
 * From the first start with a key on, every link is signed, and the trail says since when. Whoever strips the signatures makes
 * it say so anew, at a time when nobody set a key.
 */
async function noteFirstSignature({ database, sealer, logger }: SealingParts): Promise<void> {
  const proof = await sealer.sign('', LINK);
  if (proof === null) return;
  const [head] = await database.query(findHead, []);
  const [cut] = await database.query(findLastCut, []);
  const label = head && cut && cut.seq === head.seq ? CUT : LINK;
  if (head?.signature) {
    const found = await sealer.verify(signedText(head.seq, head.hash), label, head.signature);
    if (found === 'wrong') logger.error({ seq: head.seq }, 'the audit trail was changed: run aquifer audit verify');
    return;
  }
  const query = database.query.bind(database);
  await noteAudit((statement, params) => query(statement, params), null, {
    action: 'audit_trail.signing_began',
    subject: { kind: 'audit_trail', id: null },
    details: { links: head?.seq ?? 0 },
  });
}
