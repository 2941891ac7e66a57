/**
 * Who the other site says that somebody is: from what it signed, or from what it answers to the access token it gave for
 * this very code. What cannot be read as it should be is not there; without a subject there is nobody.
 */

import { fetchUserInfo, type TokenEndpointResponse, type TokenEndpointResponseHelpers } from 'openid-client';
import { type EmailAddress, parseEmailAddress } from '../email-address.ts';
import { cleanName } from '../person-name.ts';
import type { Connection } from './connection.ts';
import { answerRefused, providerUnavailable } from './errors.ts';
import type { ProfileMap } from './provider.ts';

export interface Profile {
  readonly issuer: string;
  readonly subject: string;
  readonly email: EmailAddress | null;
  /** The site promises that the address is his. */
  readonly isEmailVerified: boolean;
  readonly name: string | null;
}

export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;
type Claims = Readonly<Record<string, unknown>>;

const MAX_SUBJECT_LENGTH = 255;
const MAX_NAME_LENGTH = 100;

/** @throws AppError social_answer_refused, social_provider_unavailable, and what `openid-client` throws */
export async function readProfile(connection: Connection, tokens: Tokens): Promise<Profile> {
  const { provider, issuer } = connection;
  const claims = provider.kind === 'oidc' ? await readClaims(connection, tokens) : await askWho(connection, tokens);
  const profile = toProfile(claims, provider.profile, issuer);
  if (profile.email || connection.endpoints.emails === undefined) return profile;
  const address = pickAddress(await askJson(connection, connection.endpoints.emails, tokens));
  return { ...profile, ...address };
}

/** What was signed; what is missing there is asked for, of the same subject. */
async function readClaims({ provider, configuration }: Connection, tokens: Tokens): Promise<Claims> {
  const claims = tokens.claims();
  if (!claims) throw answerRefused('there is no ID token');
  const { email, name } = provider.profile;
  const isComplete = [email, name].every((member) => member === undefined || memberOf(claims, member) !== undefined);
  if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return { ...claims };
  const said = await fetchUserInfo(configuration, tokens.access_token, claims.sub);
  return joinClaims(said, claims, provider.profile);
}

/** What was signed counts first. That an address is confirmed is said of the address beside it and of no other. */
export function joinClaims(said: Claims, signed: Claims, { email, emailVerified }: ProfileMap): Claims {
  const address = email === undefined ? undefined : memberOf(signed, email);
  const isSame = email === undefined || address === undefined || memberOf(said, email) === address;
  if (isSame || typeof emailVerified !== 'string') return { ...said, ...signed };
  const [member = ''] = emailVerified.split('.');
  const { [member]: _ofAnother, ...rest } = said;
  return { ...rest, ...signed };
}

async function askWho(connection: Connection, tokens: Tokens): Promise<Claims> {
  const { userInfo = '' } = connection.endpoints;
  const answer = await askJson(connection, userInfo, tokens);
  if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) throw answerRefused('no object came');
  return answer as Claims;
}

async function askJson({ fetch, provider }: Connection, url: string, tokens: Tokens): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json', ...provider.headers, authorization: `Bearer ${tokens.access_token}` },
  });
  if (response.status >= 500) throw providerUnavailable(`${new URL(url).host} answered ${response.status}`);
  if (response.status !== 200) throw answerRefused(`${new URL(url).host} answered ${response.status}`);
  return response.json().catch(() => {
    throw answerRefused('the answer is not JSON');
  });
}

/** @throws AppError social_answer_refused where nobody is named */
export function toProfile(claims: Claims, map: ProfileMap, issuer: string): Profile {
  const subject = subjectIn(memberOf(claims, map.subject));
  if (subject === null) throw answerRefused('nobody is named');
  const email = addressIn(map.email === undefined ? undefined : memberOf(claims, map.email));
  return {
    ...{ issuer, subject, email },
    isEmailVerified: email !== null && isVerified(claims, map.emailVerified),
    name: nameIn(map.name === undefined ? undefined : memberOf(claims, map.name)),
  };
}

/** Some sites write numbers; an object, a list or an empty text is nobody. */
function subjectIn(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || text === '' || text.length > MAX_SUBJECT_LENGTH) return null;
  return /\p{Cc}|\p{Cs}/u.test(text) ? null : text;
}

function addressIn(value: unknown): EmailAddress | null {
  // What a person types may be mended; what a site has confirmed is exactly this address or another one.
  if (typeof value !== 'string' || /[\s/?#\\%]/.test(value)) return null;
  try {
    return parseEmailAddress(value);
  } catch {
    return null;
  }
}

function nameIn(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  try {
    return cleanName(value.slice(0, MAX_NAME_LENGTH));
  } catch {
    return null;
  }
}

/** Yes only where it is said in so many words; Apple and Microsoft write some of them as text or as a number. */
function isVerified(claims: Claims, member: ProfileMap['emailVerified']): boolean {
  if (typeof member === 'boolean') return member;
  const said = memberOf(claims, member);
  return said === true || said === 'true' || said === 1 || said === '1';
}

/** The confirmed one that he calls his first. */
function pickAddress(list: unknown): { email: EmailAddress | null; isEmailVerified: boolean } {
  const entries: Claims[] = Array.isArray(list) ? list.filter((one) => typeof one === 'object' && one !== null) : [];
  const verified = entries.filter(({ verified }) => verified === true);
  const chosen = verified.find(({ primary }) => primary === true) ?? verified[0];
  const email = addressIn(chosen?.email);
  return { email, isEmailVerified: email !== null };
}

/** `data.id` is the member `id` of the member `data`; only members of its own count. */
function memberOf(claims: Claims, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
    return (value as Claims)[name];
  }, claims);
}
