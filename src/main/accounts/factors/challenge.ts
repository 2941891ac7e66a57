/** The question for the second factor: what was proven so far is kept with it, and its token opens nothing by itself. */

import { createToken, hashToken } from '../../foundation/tokens.ts';
import type { Method } from '../methods.ts';
import type { AccountsParts, Visit } from '../parts.ts';
import type { CredentialRow } from '../queries/users.ts';
import type { SecondFactorNeeded, SessionTransport } from '../schema.ts';
import { insertChallenge } from './queries/challenges.ts';

export const CHALLENGE_LIFETIME_MS = 10 * 60_000;

export async function issueChallenge(
  { database }: Pick<AccountsParts, 'database'>,
  { context }: Pick<Visit, 'context'>,
  {
    user,
    methods,
    transport = 'bearer',
  }: {
    user: Pick<CredentialRow, 'id' | 'passwordVersion' | 'secondFactors'>;
    methods: readonly Method[];
    transport: SessionTransport | undefined;
  },
): Promise<SecondFactorNeeded> {
  const challenge = createToken();
  const about = [user.id, user.passwordVersion, methods, transport, CHALLENGE_LIFETIME_MS] as const;
  const [issued] = await database.query(insertChallenge, [hashToken(challenge), ...about], context);
  if (!issued) throw new Error('a challenge was not kept');
  return { secondFactor: { challenge, methods: user.secondFactors, expiresAt: issued.expiresAt.toISOString() } };
}
