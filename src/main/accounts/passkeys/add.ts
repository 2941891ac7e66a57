/** Adding a passkey: the account asks for a second factor from then on, and its other sessions end. */

import type { RegistrationResponseJSON, VerifiedRegistrationResponse } from '@simplewebauthn/server';
import type { Transaction } from '../../database/index.ts';
import { createId } from '../../foundation/tokens.ts';
import { sessionEnded } from '../errors.ts';
import { type Enrolled, enrolFactor } from '../factors/enrolment.ts';
import { renew } from '../open-session.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { cleanName } from '../person-name.ts';
import { withoutAttestation } from './attestation.ts';
import { nameOfAuthenticator } from './authenticator-names.ts';
import { passkeyKnown, passkeyNotAdded, tooManyPasskeys } from './errors.ts';
import { ALGORITHMS } from './options.ts';
import { countPasskeys, insertPasskey, lockPasskeyOwner, type PasskeyRow } from './queries.ts';
import { relyingPartyOf, takeChallenge } from './relying-party.ts';
import type { AddedPasskey, AddPasskey, RegistrationResponse } from './schema.ts';
import { toPasskey } from './views.ts';

/** More than anybody has devices. */
export const MAX_PASSKEYS = 20;

type NewCredential = NonNullable<VerifiedRegistrationResponse['registrationInfo']>;

/** @throws AppError passkey_not_added, passkey_known, too_many_passkeys, invalid_name */
export async function addPasskey(parts: AccountsParts, visit: OwnVisit<AddPasskey>): Promise<AddedPasskey> {
  const { body, caller, context, reply } = visit;
  const given = cleanName(body.name);
  const asker = { ceremony: 'registration', secret: caller.sessionId } as const;
  const challenge = await takeChallenge(parts, asker, body.response.response.clientDataJSON, context);
  if (challenge === null) throw passkeyNotAdded('no question of this session waits for it');
  const made = await checkRegistration(parts, challenge, body.response);
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.addPasskey', origin: context } as const;
  const added = await parts.database.transaction(work, (transaction) => keep(transaction, made, given, visit));
  parts.wakeOutbox();
  reply.code(201);
  const { row, fresh, recoveryCodes } = added;
  return {
    passkey: toPasskey(row),
    ...(recoveryCodes === undefined ? {} : { recoveryCodes }),
    ...renew(fresh, caller.transport, reply),
  };
}

async function checkRegistration(
  { config }: Pick<AccountsParts, 'config'>,
  expectedChallenge: string,
  { id, rawId, type, response }: RegistrationResponse,
): Promise<NewCredential> {
  const { id: expectedRPID, origin: expectedOrigin } = relyingPartyOf(config);
  const { clientDataJSON, transports = [] } = response;
  // Loaded when the first is added: it is a third of what a start would otherwise read.
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  try {
    const attestationObject = withoutAttestation(response.attestationObject);
    const said: RegistrationResponseJSON = {
      ...{ id, rawId, type, clientExtensionResults: {} },
      response: { clientDataJSON, attestationObject, transports },
    };
    const { registrationInfo } = await verifyRegistrationResponse({
      ...{ response: said, expectedChallenge, expectedOrigin, expectedRPID },
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (registrationInfo?.credential.id === id) return registrationInfo;
  } catch (error) {
    throw passkeyNotAdded('it does not verify', error);
  }
  throw passkeyNotAdded('it names another credential than it is');
}

async function keep(
  transaction: Transaction,
  made: NewCredential,
  given: string | null,
  visit: OwnVisit<AddPasskey>,
): Promise<Enrolled & { row: PasskeyRow }> {
  const { userId } = visit.caller;
  const [owner] = await transaction.query(lockPasskeyOwner, [userId]);
  if (!owner) throw sessionEnded();
  const [own] = await transaction.query(countPasskeys, [userId]);
  if ((own?.count ?? 0) >= MAX_PASSKEYS) throw tooManyPasskeys(MAX_PASSKEYS);
  const about = nameOfAuthenticator(made.aaguid);
  const row = await insert(transaction, userId, made, given ?? about);
  const event = { factor: 'passkey', action: 'passkey.added', notice: 'passkey_added', about } as const;
  return { row, ...(await enrolFactor(transaction, visit, event)) };
}

async function insert(
  { query }: Transaction,
  userId: string,
  { credential, credentialBackedUp }: NewCredential,
  name: string,
): Promise<PasskeyRow> {
  const { id, publicKey, counter, transports = [] } = credential;
  const keys = [Buffer.from(id, 'base64url'), Buffer.from(publicKey)] as const;
  const params = [createId(), userId, ...keys, counter, transports, credentialBackedUp, name] as const;
  const [row] = await query(insertPasskey, [...params]);
  if (!row) throw passkeyKnown();
  return row;
}
