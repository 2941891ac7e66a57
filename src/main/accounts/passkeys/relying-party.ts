/**
 * Aquifer as the relying party of WebAuthn: the questions it puts to authenticators. Each is 256 random bits, good for five
 * minutes, for one ceremony and for whoever asked for it; the answer consumes it before anything else is looked at.
 */

import { createHash, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Config } from '../../foundation/config.ts';
import { networkOf } from '../../foundation/network.ts';
import type { RequestContext } from '../../http/index.ts';
import { tooManyAttempts } from '../errors.ts';
import type { AccountsParts } from '../parts.ts';
import { consumePasskeyChallenge, insertPasskeyChallenge } from './queries.ts';

/** What a question is asked for. */
export type Ceremony = 'registration' | 'log_in' | 'second_factor' | 'step_up';

/** Who may answer: whoever has the secret, such as the id of his session or the token of a log-in that waits. */
export interface Asker {
  readonly ceremony: Ceremony;
  readonly secret: string;
}

export const CHALLENGE_LIFETIME_MS = 5 * 60_000;
const CHALLENGE_BYTES = 32;
/** A log-in page asks for one each time it is opened; many people may share a network. */
const MAX_WAITING_PER_NETWORK = 1_000;

export interface RelyingParty {
  /** What passkeys are bound to: they work for this name and those below it. */
  readonly id: string;
  /** From where answers may come, and from nowhere else. */
  readonly origin: string;
  readonly name: string;
}

/** From the configured address alone, never from what a request says of its host. */
export function relyingPartyOf({ baseUrl, appName }: Pick<Config, 'baseUrl' | 'appName'>): RelyingParty {
  const { hostname, origin } = new URL(baseUrl);
  return { id: hostname, origin, name: appName };
}

/** A passkey is bound to a name; browsers make none for an IP address. */
export function canHavePasskeys(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
}

/** A new question, as base64url. @throws AppError too_many_attempts */
export async function askFor(
  { database }: Pick<AccountsParts, 'database'>,
  asker: Asker,
  context: RequestContext,
): Promise<string> {
  const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url');
  const hashes = [hashOf(challenge), bindingOf(asker)] as const;
  const limits = [CHALLENGE_LIFETIME_MS, MAX_WAITING_PER_NETWORK] as const;
  const [kept] = await database.query(insertPasskeyChallenge, [...hashes, networkOf(context.ip), ...limits], context);
  if (!kept) throw tooManyAttempts(CHALLENGE_LIFETIME_MS / 1_000);
  return challenge;
}

/** The question that an answer repeats, consumed by it; null where it is not one of this asker's that still waits. */
export async function takeChallenge(
  { database }: Pick<AccountsParts, 'database'>,
  asker: Asker,
  clientData: string,
  context: RequestContext,
): Promise<string | null> {
  const challenge = challengeIn(clientData);
  if (challenge === null) return null;
  const [taken] = await database.query(consumePasskeyChallenge, [hashOf(challenge), bindingOf(asker)], context);
  return taken ? challenge : null;
}

/** @param clientData JSON as base64url, as a browser sends it */
function challengeIn(clientData: string): string | null {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'));
    if (typeof said !== 'object' || said === null || !('challenge' in said)) return null;
    return typeof said.challenge === 'string' ? said.challenge : null;
  } catch {
    return null;
  }
}

function bindingOf({ ceremony, secret }: Asker): Buffer {
  return hashOf(`${ceremony}\n${secret}`);
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
