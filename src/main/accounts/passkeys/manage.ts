/** One's own passkeys: seen, renamed, removed. Whose a passkey is, is asked by the statement that touches it. */

import { sessionEnded } from '../errors.ts';
import { withdrawFactor } from '../factors/enrolment.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { cleanName } from '../person-name.ts';
import { passkeyNotFound } from './errors.ts';
import { countPasskeys, deletePasskey, listPasskeys, lockPasskeyOwner, renamePasskey } from './queries.ts';
import type { Passkey, RenamePasskey } from './schema.ts';
import { toPasskey } from './views.ts';

export async function listOwnPasskeys({ database }: AccountsParts, { caller, context }: OwnVisit): Promise<Passkey[]> {
  return (await database.query(listPasskeys, [caller.userId], context)).map(toPasskey);
}

/** @throws AppError passkey_not_found, for another user's too; invalid_name */
export async function renameOwnPasskey(
  { database }: AccountsParts,
  { body, caller, context }: OwnVisit<RenamePasskey>,
  id: string,
): Promise<{ passkey: Passkey }> {
  const name = cleanName(body.name) ?? 'Passkey';
  const [row] = await database.query(renamePasskey, [id, caller.userId, name], context);
  if (!row) throw passkeyNotFound();
  return { passkey: toPasskey(row) };
}

/**
 * Other sessions end: the passkey may have been lost, and one of them opened by it.
 *
 * @throws AppError passkey_not_found, for another user's too; last_factor_needed
 */
export async function removeOwnPasskey(parts: AccountsParts, visit: OwnVisit, id: string): Promise<undefined> {
  const { userId } = visit.caller;
  const origin = visit.context;
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.removePasskey', origin } as const;
  await parts.database.transaction(work, async (transaction) => {
    const [owner] = await transaction.query(lockPasskeyOwner, [userId]);
    if (!owner) throw sessionEnded();
    const [removed] = await transaction.query(deletePasskey, [id, userId]);
    if (!removed) throw passkeyNotFound();
    const [left] = await transaction.query(countPasskeys, [userId]);
    const event = { factor: 'passkey', action: 'passkey.removed', notice: 'passkey_removed' } as const;
    await withdrawFactor(parts, transaction, visit, { ...event, isLastOfKind: left?.count === 0 });
  });
  parts.wakeOutbox();
}
