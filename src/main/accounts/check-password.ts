/** One guess at a password: counted first, then verified. Log-in and change share it. */

import type { RequestContext } from '../http/index.ts';
import type { HashPlace } from './hashing/index.ts';
import type { AccountsParts } from './parts.ts';
import type { CredentialRow } from './queries/users.ts';
import { type Forgiveness, passwordAttempts } from './throttle.ts';

export interface PasswordGuess {
  readonly emailKey: string;
  readonly network: string;
  /** As `GuessPlace.deviceId`. */
  readonly deviceId?: string | null;
  readonly password: string;
  /** Undefined where nobody has the address: everything is done as if someone had. */
  readonly credentials: CredentialRow | undefined;
}

export interface RightPassword {
  readonly user: CredentialRow;
  /** For whoever asked to take back: together with what he writes next, if he writes. */
  readonly forgiveness: Forgiveness;
}

/** Null where it is wrong. @throws AppError too_many_attempts, hashing_too_late */
export async function checkPassword(
  { throttle }: Pick<AccountsParts, 'throttle'>,
  place: HashPlace,
  { emailKey, network, deviceId = null, password, credentials }: PasswordGuess,
  context: RequestContext,
): Promise<RightPassword | null> {
  const isNetworkKnown = credentials?.isNetworkKnown ?? false;
  const attempts = passwordAttempts(emailKey, { network, isNetworkKnown, deviceId });
  await throttle.take(attempts, context);
  const isRight = await place.verify(password, credentials?.passwordHash ?? null);
  if (!isRight || !credentials) return null;
  return { user: credentials, forgiveness: { cleared: attempts.slice(0, 1), refunded: attempts.slice(1) } };
}
