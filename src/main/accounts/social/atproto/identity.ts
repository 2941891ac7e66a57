/**
 * Whose handle it is, and where he is at home: the handle's domain names an account (DID), the account's document names its
 * server and, the other way round, its handle. Only where both agree is the handle his. What a user types decides which
 * servers are asked here, so each name is looked at before it is asked.
 */

import { Resolver } from 'node:dns/promises';
import { domainToASCII } from 'node:url';
import { GuardedFetchError } from '../../../foundation/guarded-fetch.ts';
import { instanceRefused, providerUnavailable } from '../errors.ts';
import { isPublicName } from '../instances.ts';
import { type Ask, askObject, isOrigin } from './ask.ts';

export interface Account {
  readonly did: string;
  readonly handle: string | null;
  /** The origin of his server (PDS). */
  readonly home: string;
}

const DNS_TIMEOUT_MS = 3_000;
const MAX_DID_LENGTH = 255;
const PLC = /^did:plc:[a-z2-7]{24}$/;
const WEB = /^did:web:([a-z0-9.-]+)(?:%3A(\d{1,5}))?$/;
/** Marks of direction come along when a handle is copied from a page. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** As users write it: `@ada.bsky.social`. @throws AppError social_instance_refused */
export function parseHandle(text: string): string {
  const given = text
    .replace(INVISIBLE, '')
    .trim()
    .toLowerCase()
    .replace(/^at:\/\//, '')
    .replace(/^@/, '');
  // The conversion reads a whole address and drops what follows the host; nobody means that.
  const handle = /[/?#\\%:@]/.test(given) ? given : domainToASCII(given);
  if (!isPublicName(handle)) throw instanceRefused('handle', 'must be one such as ada.bsky.social');
  return handle;
}

/** @throws AppError social_instance_refused, social_provider_unavailable, GuardedFetchError */
export async function findAccount(ask: Ask, handle: string): Promise<Account> {
  const [told, served] = await Promise.all([didInDns(handle), didAtDomain(ask, handle)]);
  const did = told ?? served;
  if (did === null) throw instanceRefused('handle', 'is nobody’s');
  const account = await readAccount(ask, did);
  if (account?.handle !== handle) throw instanceRefused('handle', 'is not confirmed by the account it leads to');
  return account;
}

/** Null where there is no such account any more. @throws AppError social_provider_unavailable, GuardedFetchError */
export async function readAccount(ask: Ask, did: string): Promise<Account | null> {
  const document = PLC.test(did) ? await askDirectory(ask, did) : await askDomain(ask, did);
  if (document?.id !== did) return null;
  const home = homeIn(document, ask);
  return home === null ? null : { did, handle: handleIn(document), home };
}

/** Several that say different things say nothing. */
async function didInDns(handle: string): Promise<string | null> {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 1 });
  // With several servers of names to ask, each has its time.
  const timer = setTimeout(() => resolver.cancel(), DNS_TIMEOUT_MS);
  try {
    const records = await resolver.resolveTxt(`_atproto.${handle}`);
    const dids = records
      .map((parts) => parts.join(''))
      .flatMap((text) => (text.startsWith('did=') ? [text.slice(4)] : []));
    const [did] = new Set(dids).size === 1 ? dids : [];
    return did !== undefined && isDid(did) ? did : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Whatever goes wrong there, nobody is told what is behind the name. */
async function didAtDomain({ fetch, provider, signal }: Ask, handle: string): Promise<string | null> {
  const address = (provider.endpoints.handle ?? '').replaceAll('{handle}', handle);
  try {
    const response = await fetch(address, { headers: { accept: 'text/plain' }, signal });
    const text = response.status === 200 ? (await response.text()).trim() : '';
    return isDid(text) ? text : null;
  } catch {
    return null;
  }
}

function isDid(text: string): boolean {
  return text.length <= MAX_DID_LENGTH && (PLC.test(text) || WEB.test(text));
}

/** The directory is the operator's choice and not the user's: that it does not answer is no fault of the handle. */
async function askDirectory(ask: Ask, did: string): Promise<Record<string, unknown> | null> {
  try {
    return await askObject(ask, `${(ask.provider.endpoints.directory ?? '').replace(/\/$/, '')}/${did}`);
  } catch (error) {
    if (error instanceof GuardedFetchError) throw providerUnavailable(`the directory: ${error.message}`);
    throw error;
  }
}

/** `did:web:ada.example`; a port is for a server on this machine alone. */
async function askDomain(ask: Ask, did: string): Promise<Record<string, unknown> | null> {
  const [, name = '', port] = WEB.exec(did) ?? [];
  const isLocal = ask.allowsLocal && name === 'localhost' && port !== undefined;
  if (!isLocal && (port !== undefined || !isPublicName(name))) return null;
  return askObject(ask, `${isLocal ? `http://localhost:${port}` : `https://${name}`}/.well-known/did.json`);
}

/** The first one counts; others are names he had, or would like to have. */
function handleIn({ alsoKnownAs }: Record<string, unknown>): string | null {
  const names = Array.isArray(alsoKnownAs) ? alsoKnownAs : [];
  const first = names.find((name): name is string => typeof name === 'string' && name.startsWith('at://'));
  return first === undefined ? null : first.slice('at://'.length).toLowerCase();
}

function homeIn({ id, service }: Record<string, unknown>, ask: Ask): string | null {
  const services: unknown[] = Array.isArray(service) ? service : [];
  for (const one of services) {
    const { id: name, type, serviceEndpoint: address } = (one ?? {}) as Record<string, unknown>;
    if (name !== '#atproto_pds' && name !== `${id}#atproto_pds`) continue;
    const home = typeof address === 'string' ? address.replace(/\/$/, '') : address;
    return type === 'AtprotoPersonalDataServer' && isOrigin(home, ask) ? home : null;
  }
  return null;
}
