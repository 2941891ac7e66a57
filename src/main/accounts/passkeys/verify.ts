/**
 * Verifies what an authenticator answered. Every way that ends with a passkey comes through here: log-in, the second factor
 * of a log-in, and the fresh proof before something sensitive.
 */

import type { RequestContext } from '../../http/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { requestNotice } from '../notices.ts';
import type { AccountsParts } from '../parts.ts';
import { passkeyRefused } from './errors.ts';
import { findPasskey, notePasskeyUse, type PasskeyCredentialRow } from './queries.ts';
import { type Asker, relyingPartyOf, takeChallenge } from './relying-party.ts';
import type { AuthenticationResponse } from './schema.ts';

export interface PasskeyAnswer extends Asker {
  readonly response: AuthenticationResponse;
  /** Where it is known already who asks: a passkey of anybody else is refused. */
  readonly userId?: string;
}

export interface VerifiedPasskey {
  readonly passkeyId: string;
  readonly userId: string;
}

type Parts = Pick<AccountsParts, 'config' | 'database' | 'wakeOutbox'>;

/**
 * To be called outside a transaction: the question is consumed whatever becomes of the answer. Its user was verified by the
 * authenticator (PIN, fingerprint, face), so it stands for two factors. Whether the user is disabled is not looked at.
 *
 * @throws AppError passkey_refused for whatever reason; the log says which
 */
export async function verifyPasskey(
  parts: Parts,
  answer: PasskeyAnswer,
  context: RequestContext,
): Promise<VerifiedPasskey> {
  const { response, userId } = answer;
  const challenge = await takeChallenge(parts, answer, response.response.clientDataJSON, context);
  if (challenge === null) throw passkeyRefused('no question of this asker waits for it');
  const [passkey] = await parts.database.query(findPasskey, [Buffer.from(response.id, 'base64url')], context);
  if (!passkey) throw passkeyRefused('nobody has this passkey');
  if (userId !== undefined && passkey.userId !== userId) throw passkeyRefused('it is another user’s');
  if (!isHandleOf(passkey.userId, response, answer)) throw passkeyRefused('it names another user');
  const { signCount, isBackedUp } = await checkSignature(parts, passkey, challenge, response);
  const [used] = await parts.database.query(notePasskeyUse, [passkey.id, signCount, isBackedUp], context);
  if (!used) return refuseCopy(parts, passkey, signCount, context);
  return { passkeyId: passkey.id, userId: passkey.userId };
}

/** WebAuthn Level 3, section 7.2, steps 5 and 6: where nobody is known yet, the authenticator must name him. */
function isHandleOf(userId: string, { response }: AuthenticationResponse, { ceremony }: Asker): boolean {
  const handle = response.userHandle ?? null;
  if (handle === null) return ceremony !== 'log_in';
  return handle === userHandleOf(userId);
}

/** By what authenticators know a user: the bytes of his id. */
export function userHandleOf(userId: string): string {
  return Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url');
}

async function checkSignature(
  { config }: Pick<AccountsParts, 'config'>,
  { publicKey }: PasskeyCredentialRow,
  challenge: string,
  { id, rawId, type, response }: AuthenticationResponse,
): Promise<{ signCount: number; isBackedUp: boolean }> {
  const { id: expectedRPID, origin: expectedOrigin } = relyingPartyOf(config);
  const { clientDataJSON, authenticatorData, signature } = response;
  // Loaded when the first is asked for, as in add.ts.
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const checked = await verifyAuthenticationResponse({
    response: {
      id,
      rawId,
      type,
      response: { clientDataJSON, authenticatorData, signature },
      clientExtensionResults: {},
    },
    expectedChallenge: challenge,
    ...{ expectedOrigin, expectedRPID, requireUserVerification: true },
    // The count is compared by the statement that writes it: two answers at the same moment are told apart there only.
    credential: { id, publicKey: new Uint8Array(publicKey), counter: 0 },
  }).catch((error: unknown) => {
    throw passkeyRefused('it does not verify', error);
  });
  if (!checked.verified) throw passkeyRefused('its signature is wrong');
  const { newCounter, credentialBackedUp } = checked.authenticationInfo;
  return { signCount: newCounter, isBackedUp: credentialBackedUp };
}

/** A signature that is right with a count that was used before: somebody has a copy of the key. Its owner is told. */
async function refuseCopy(
  { database, wakeOutbox }: Parts,
  { id, userId, email, emailKey }: PasskeyCredentialRow,
  signCount: number,
  context: RequestContext,
): Promise<never> {
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.refusePasskeyCopy', origin: context } as const;
  await database.transaction(work, async ({ query }) => {
    await noteAudit(query, context, {
      action: 'passkey.copy_suspected',
      outcome: 'refused',
      subject: { kind: 'user', id: userId },
      details: { passkeyId: id, signCount },
    });
    await requestNotice(query, context, { kind: 'passkey_refused', email, emailKey });
  });
  wakeOutbox();
  throw passkeyRefused('its count did not grow');
}
