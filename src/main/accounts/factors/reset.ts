/** For a user who has lost everything: an operator takes his second factors away, after having made sure who asks. */

import { noteAudit } from '../audit-trail/note.ts';
import { userNotFound } from '../errors.ts';
import { requestNotice } from '../notices.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { deleteAllPasskeys } from '../passkeys/queries.ts';
import { deleteAllSessions } from '../queries/sessions.ts';
import { holdSubordinate } from '../roles/authority.ts';
import { operatorsResetOperators } from './errors.ts';
import { deleteChallenges } from './queries/challenges.ts';
import { deleteRememberedDevices } from './queries/devices.ts';
import { removeSecondFactors } from './queries/factors.ts';
import { deleteRecoveryCodes } from './queries/recovery-codes.ts';
import { deleteAllTotp } from './queries/totp.ts';

/**
 * All his sessions end, and he is told by mail. Whoever must have a factor sets one up at the next log-in.
 *
 * @throws AppError user_not_found, operator_only, beyond_your_authority
 */
export async function resetFactors(
  parts: AccountsParts,
  { caller, context }: OwnVisit,
  userId: string,
): Promise<undefined> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.resetFactors', origin: context } as const;
  await parts.database.transaction(work, async (transaction) => {
    const [owner] = await transaction.query(removeSecondFactors, [userId, ['totp', 'passkey', 'recovery_code']]);
    if (!owner) throw userNotFound();
    if (owner.role === 'operator' && caller.role !== 'operator') throw operatorsResetOperators();
    await holdSubordinate(transaction, context, userId);
    for (const statement of [deleteAllTotp, deleteAllPasskeys, deleteRecoveryCodes, deleteRememberedDevices]) {
      await transaction.execute(statement, [userId]);
    }
    await transaction.execute(deleteChallenges, [userId]);
    await transaction.execute(deleteAllSessions, [userId]);
    await requestNotice(transaction.query, context, { kind: 'factors_reset', ...owner });
    await noteAudit(transaction.query, context, { action: 'factors.reset', subject: { kind: 'user', id: userId } });
  });
  parts.wakeOutbox();
}
