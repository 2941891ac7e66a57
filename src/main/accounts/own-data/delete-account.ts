/**
 * The end of an account. The user and all that refers to him go in one transaction; his records, which another feature
 * keeps, right after. That he is to be forgotten is written down first, so that a server that dies in between, or a request
 * of his that was still under way, leaves nothing behind: a service goes over it once more.
 */

import { createPeriodicService, type PeriodicService } from '../../foundation/service.ts';
import { clearSessionCookie } from '../../http/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { parseEmailAddress } from '../email-address.ts';
import { lastOperator, sessionEnded } from '../errors.ts';
import { requestNotice } from '../notices.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { lockEnabledOperators } from '../queries/users.ts';
import { emailMismatch } from './errors.ts';
import { deleteErasure, deleteMailTo, deleteUser, findUserToDelete, insertErasure, listErasures } from './queries.ts';
import type { DeleteMe } from './schema.ts';

/** Longer than any request may take. */
const LAST_REQUEST_MS = 180_000;
const INTERVAL_MS = 60_000;
const BATCH = 20;

/** @throws AppError email_mismatch, last_operator, invalid_email */
export async function deleteOwnAccount(parts: AccountsParts, visit: OwnVisit<DeleteMe>): Promise<undefined> {
  const { database, logger, ownRecords, wakeOutbox } = parts;
  const { body, caller, context, reply } = visit;
  const { key } = parseEmailAddress(body.email);
  const work = { lane: 'interactive', deadlineMs: 10_000, name: 'accounts.deleteAccount', origin: context } as const;
  await database.transaction(work, async (transaction) => {
    // Operators first and in order, so that two who leave at once cannot both be the last but one.
    const operators = caller.role === 'operator' ? await transaction.query(lockEnabledOperators, []) : [];
    const [user] = await transaction.query(findUserToDelete, [caller.userId]);
    if (!user) throw sessionEnded();
    if (user.emailKey !== key) throw emailMismatch();
    if (operators.length === 1 && operators[0]?.id === caller.userId) throw lastOperator();
    await transaction.execute(insertErasure, [caller.userId]);
    await transaction.execute(deleteMailTo, [user.emailKey]);
    await requestNotice(transaction.query, context, { kind: 'account_deleted', ...user });
    await noteAudit(transaction.query, context, { action: 'user.deleted' });
    await transaction.execute(deleteUser, [caller.userId]);
  });
  wakeOutbox();
  if (caller.transport === 'cookie') clearSessionCookie(reply);
  try {
    await ownRecords.erase(caller.userId, context);
  } catch (error) {
    logger.warn({ err: error, requestId: context.requestId }, 'records of a deleted user go a little later');
  }
}

/** Goes over what deleted users left, and forgets that they were. */
export function createErasures({
  database,
  logger,
  ownRecords,
}: Pick<AccountsParts, 'database' | 'logger' | 'ownRecords'>): PeriodicService {
  return createPeriodicService({
    name: 'erasures',
    intervalMs: INTERVAL_MS,
    logger,
    async run(signal) {
      const failures: unknown[] = [];
      for (const { userId } of await database.query(listErasures, [LAST_REQUEST_MS, BATCH], { signal })) {
        signal.throwIfAborted();
        try {
          await ownRecords.erase(userId, { signal });
          await database.execute(deleteErasure, [userId], { signal });
        } catch (error) {
          // One who has more than can go today must not keep the others' from going.
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  });
}
