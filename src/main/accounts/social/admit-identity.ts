/**
 * Whose account somebody gets who comes from another site. An identity, that is issuer and subject, belongs to one user, and
 * its address does not matter any more. One that nobody has yet goes by its address, and only where the other site has
 * confirmed it: to the account whose owner has confirmed the same, or to a new one. An account that nobody ever confirmed may
 * have been made by a stranger to wait for the owner: it loses all that a stranger could have put there.
 */

import type { Transaction } from '../../database/index.ts';
import { createId } from '../../foundation/tokens.ts';
import type { RequestContext } from '../../http/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { claimUnverified } from '../claim-account.ts';
import { invalidCredentials, sessionEnded } from '../errors.ts';
import { requestNotice } from '../notices.ts';
import { insertUser, toNewUserParams } from '../queries/users.ts';
import type { Connection } from './connection.ts';
import { addressMissing, addressUnverified, identityTaken, linkFirst, signUpClosed } from './errors.ts';
import {
  type FoundUserRow,
  insertIdentity,
  lockUserByEmail,
  lockUserOfSession,
  useIdentity,
} from './identity-queries.ts';
import type { SocialParts } from './parts.ts';
import type { Profile } from './profile.ts';
import type { Linking } from './start.ts';

export interface Admitted {
  readonly userId: string;
  readonly identityId: string;
}

interface Arrival {
  readonly connection: Pick<Connection, 'provider' | 'instance'>;
  readonly profile: Profile;
  readonly context: RequestContext;
}

/** Two who come at once for the same address: the second finds what the first has made. */
const MAX_TRIES = 3;

/** @throws AppError social_address_missing, social_address_unverified, social_link_first, social_sign_up_closed, invalid_credentials */
export async function admitIdentity(parts: SocialParts, arrival: Arrival): Promise<Admitted> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const admitted = await inTransaction(parts, 'accounts.admitIdentity', arrival, async (transaction) => {
      const { issuer, subject, email, name } = arrival.profile;
      const [known] = await transaction.query(useIdentity, [issuer, subject, email?.address ?? null, name]);
      return known ? { userId: known.userId, identityId: known.id } : admitByAddress(transaction, arrival);
    });
    if (admitted) return admitted;
  }
  throw identityTaken();
}

/** Null where somebody came first, and it is to be looked at again. */
async function admitByAddress(transaction: Transaction, arrival: Arrival): Promise<Admitted | null> {
  const { profile, connection, context } = arrival;
  const { email, isEmailVerified, name } = profile;
  if (!email) throw addressMissing();
  if (!isEmailVerified) throw addressUnverified();
  const [found] = await transaction.query(lockUserByEmail, [email.key]);
  if (found) return admitToAccount(transaction, found, arrival);
  if (!connection.provider.signsUp) throw signUpClosed();
  const id = createId();
  const user = { id, email: email.address, emailKey: email.key, isVerified: true, name, role: 'user' } as const;
  const [created] = await transaction.query(insertUser, toNewUserParams({ ...user, passwordHash: null }));
  if (!created) return null;
  const identityId = await link(transaction, id, arrival);
  if (identityId === null) throw new ComeFirst();
  await noteAudit(transaction.query, context, {
    action: 'social.signed_up',
    actor: { kind: 'user', id },
    subject: { kind: 'user', id },
    details: detailsOf(arrival),
  });
  return { userId: id, identityId };
}

async function admitToAccount(
  transaction: Transaction,
  found: FoundUserRow,
  arrival: Arrival,
): Promise<Admitted | null> {
  const { connection, context } = arrival;
  if (found.isDisabled) throw invalidCredentials();
  if (!connection.provider.linksAutomatically) throw linkFirst();
  if (!found.isVerified) await claimUnverified(transaction.query, context, found.id);
  const identityId = await link(transaction, found.id, arrival);
  if (identityId === null) return null;
  await tellOfLink(transaction, found, { ...arrival, isAutomatic: true });
  return { userId: found.id, identityId };
}

/** For somebody who is logged in and proved it lately. @throws AppError social_identity_taken, not_logged_in */
export async function linkIdentity(parts: SocialParts, linking: Linking, arrival: Arrival): Promise<Admitted> {
  const { userId, sessionId } = linking;
  const admitted = await inTransaction(parts, 'accounts.linkIdentity', arrival, async (transaction) => {
    const [user] = await transaction.query(lockUserOfSession, [userId, sessionId]);
    if (!user) throw sessionEnded();
    const identityId = await link(transaction, userId, arrival);
    if (identityId !== null) {
      await tellOfLink(transaction, user, { ...arrival, isAutomatic: false });
      return { userId, identityId };
    }
    const { issuer, subject, email, name } = arrival.profile;
    const [known] = await transaction.query(useIdentity, [issuer, subject, email?.address ?? null, name]);
    if (known?.userId !== userId) throw identityTaken();
    return { userId, identityId: known.id };
  });
  if (!admitted) throw identityTaken();
  return admitted;
}

async function link(
  transaction: Transaction,
  userId: string,
  { connection, profile }: Arrival,
): Promise<string | null> {
  const { provider, instance } = connection;
  const { issuer, subject, email, name } = profile;
  const who = [issuer, subject, email?.address ?? null, name] as const;
  const [made] = await transaction.query(insertIdentity, [createId(), userId, provider.id, instance, ...who]);
  return made?.id ?? null;
}

async function tellOfLink(
  transaction: Transaction,
  user: FoundUserRow,
  { isAutomatic, ...arrival }: Arrival & { isAutomatic: boolean },
): Promise<void> {
  const { context, connection } = arrival;
  await noteAudit(transaction.query, context, {
    action: 'social.linked',
    actor: { kind: 'user', id: user.id },
    subject: { kind: 'user', id: user.id },
    details: { ...detailsOf(arrival), automatic: isAutomatic },
  });
  const { email, emailKey } = user;
  await requestNotice(transaction.query, context, {
    kind: 'social_linked',
    email,
    emailKey,
    about: connection.provider.name,
  });
}

function detailsOf({ connection }: Arrival): { provider: string; instance: string | null } {
  return { provider: connection.provider.id, instance: connection.instance };
}

/** Undoes the transaction where its half must not stay. */
class ComeFirst extends Error {}

async function inTransaction(
  { database }: SocialParts,
  name: string,
  { context }: Arrival,
  work: (transaction: Transaction) => Promise<Admitted | null>,
): Promise<Admitted | null> {
  const options = { lane: 'critical', deadlineMs: 5_000, name, origin: context } as const;
  try {
    return await database.transaction(options, work);
  } catch (error) {
    if (error instanceof ComeFirst) return null;
    throw error;
  }
}
