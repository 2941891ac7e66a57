/** What a user sees and does with the accounts of other sites that are linked to his own. */

import { noteAudit } from '../audit-trail/note.ts';
import { requestNotice } from '../notices.ts';
import type { OwnVisit } from '../parts.ts';
import { identityNotFound, lastWayToLogIn } from './errors.ts';
import { deleteIdentity, findIdentity, listIdentities, lockUser } from './identity-queries.ts';
import type { SocialParts } from './parts.ts';
import type { SocialIdentity, SocialProvider } from './schema.ts';

export function listProviders({ providers }: Pick<SocialParts, 'providers'>): SocialProvider[] {
  return [...providers.values()].map(({ id, name, asksFor }) => ({ id, name, ...(asksFor ? { asksFor } : {}) }));
}

export async function listOwnIdentities(
  { database, providers }: SocialParts,
  { caller, context }: OwnVisit,
): Promise<SocialIdentity[]> {
  const rows = await database.query(listIdentities, [caller.userId], context);
  return rows.map(({ id, provider, instance, email, name, hasToken, createdAt, lastUsedAt }) => ({
    ...{ id, provider, instance, email, name, hasToken },
    // One that the settings do not have any more can still be seen, and unlinked.
    providerName: providers.get(provider)?.name ?? provider,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
  }));
}

/** @throws AppError social_identity_not_found, for another user's too; last_way_to_log_in */
export async function unlinkIdentity(
  { database, providers, wakeOutbox }: SocialParts,
  { caller, context }: OwnVisit,
  identityId: string,
): Promise<undefined> {
  const { userId } = caller;
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.unlinkIdentity', origin: context } as const;
  await database.transaction(work, async (transaction) => {
    const [user] = await transaction.query(lockUser, [userId]);
    const [own] = user ? await transaction.query(findIdentity, [identityId, userId]) : [];
    if (!user || !own) throw identityNotFound();
    const [deleted] = await transaction.query(deleteIdentity, [identityId, userId, [...providers.keys()]]);
    if (!deleted) throw lastWayToLogIn();
    const { email, emailKey } = user;
    const about = providers.get(deleted.provider)?.name ?? deleted.provider;
    await noteAudit(transaction.query, context, { action: 'social.unlinked', details: { provider: deleted.provider } });
    await requestNotice(transaction.query, context, { kind: 'social_unlinked', email, emailKey, about });
  });
  wakeOutbox();
}
