/** One guess at a password: counted first, then verified, then forgiven if it was right. Log-in and change share it. */

import type { RequestContext } from '../http/index.ts';
import type { HashPlace } from './hashing/index.ts';
import type { AccountsParts } from './parts.ts';
import { rememberNetwork } from './queries/throttles.ts';
import type { CredentialRow } from './queries/users.ts';
import { passwordAttempts } from './throttle.ts';

export interface PasswordGuess {
  readonly emailKey: string;
  readonly network: string;
  readonly password: string;
  /** Undefined where nobody has the address: everything is done as if someone had. */
  readonly credentials: CredentialRow | undefined;
}

/** @throws AppError too_many_attempts, hashing_too_late */
export async function checkPassword(
  { database, throttle }: AccountsParts,
  place: HashPlace,
  { emailKey, network, password, credentials }: PasswordGuess,
  context: RequestContext,
): Promise<boolean> {
  const attempts = passwordAttempts(emailKey, network, credentials?.isNetworkKnown ?? false);
  await throttle.take(attempts, context);
  const isRight = await place.verify(password, credentials?.passwordHash ?? null);
  if (!isRight || !credentials) return false;
  const [byAccountAndNetwork, ...others] = attempts;
  await throttle.forgive({ cleared: byAccountAndNetwork ? [byAccountAndNetwork] : [], refunded: others }, context);
  if (!credentials.disabled) await database.execute(rememberNetwork, [credentials.id, network], context);
  return true;
}
