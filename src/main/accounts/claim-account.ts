/**
 * The first proof that an address is its owner's. Until then anybody may have used the account who only knew the address:
 * he may have chosen its password, added a passkey of his own, linked an account elsewhere. None of that is inherited.
 */

import type { RequestContext } from '../http/index.ts';
import { deleteKeysOf } from './api-keys/queries.ts';
import { noteAudit } from './audit-trail/note.ts';
import { deleteChallenges } from './factors/queries/challenges.ts';
import { deleteRememberedDevices } from './factors/queries/devices.ts';
import { deleteRecoveryCodes } from './factors/queries/recovery-codes.ts';
import { deleteAllTotp } from './factors/queries/totp.ts';
import type { Query } from './open-session.ts';
import { deleteAllPasskeys } from './passkeys/queries.ts';
import { claimUser, deleteEmailChangesOf, deleteMailLogInsOf, forgetNetworksOf } from './queries/claims.ts';
import { deleteUserTokens } from './queries/one-time-tokens.ts';
import { deleteAllSessions } from './queries/sessions.ts';
import { deleteAllIdentities } from './social/identity-queries.ts';

/** All by which somebody can come into an account. What else belongs to a user is named by this file's test, with the reason. */
const waysIn = [
  ...[deleteAllSessions, deleteUserTokens, deleteMailLogInsOf, forgetNetworksOf],
  ...[deleteAllTotp, deleteAllPasskeys, deleteRecoveryCodes, deleteRememberedDevices, deleteChallenges],
  ...[deleteAllIdentities, deleteKeysOf, deleteEmailChangesOf],
] as const;

/**
 * To be called by whatever proves that an address is its owner's, before it logs him in, and in the transaction of that proof:
 * a link or a code from a mail, or another site that has verified it. Does nothing where the address was verified before.
 *
 * @returns whether it was the first proof: then the user is verified now and has no password, factor, session or link any more
 */
export async function claimUnverified(
  query: Query,
  context: Pick<RequestContext, 'requestId' | 'ip' | 'userAgent' | 'caller'>,
  userId: string,
): Promise<boolean> {
  const [claimed] = await query(claimUser, [userId]);
  if (!claimed) return false;
  await wipeWaysIn(query, userId);
  const party = { kind: 'user', id: userId } as const;
  await noteAudit(query, context, { action: 'account.claimed', actor: party, subject: party });
  return true;
}

/** Removes all by which somebody could come into the account, but its password. */
export async function wipeWaysIn(query: Query, userId: string): Promise<void> {
  for (const wipe of waysIn) await query(wipe, [userId]);
}
