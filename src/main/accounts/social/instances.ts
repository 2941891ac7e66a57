/**
 * Sites of which everybody may run an instance: which one a user means, and how it knows us. We register with an instance
 * when somebody first names it, so what he names is looked at closely: a public name, https, nothing in one's own network.
 */

import { domainToASCII } from 'node:url';
import { AppError } from '../../foundation/errors.ts';
import type { RequestContext } from '../../http/index.ts';
import { callbackUrl } from './callback-url.ts';
import type { Client } from './connection.ts';
import { answerRefused, instanceRefused } from './errors.ts';
import type { SocialParts } from './parts.ts';
import type { Provider } from './provider.ts';
import { deleteInstance, type InstanceRow, insertInstance, useInstance } from './queries.ts';
import type { StartSocial } from './schema.ts';

export interface Instance {
  readonly name: string;
  readonly client: Client;
}

type Named = Pick<StartSocial, 'instance'>;

const NAME = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
/** Kept for use inside a network, for tests and for what has no name (RFC 6761, 6762, 8375, 9476). */
const LOCAL_ENDING =
  /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|test|example|invalid|onion|home\.arpa|arpa|alt)$/;
const MAX_SECRET_LENGTH = 1_000;

/** Null for a provider that has no instances. @throws AppError social_instance_refused, secret_key_missing */
export async function findInstance(
  parts: SocialParts,
  provider: Provider,
  named: Named,
  context: RequestContext,
): Promise<Instance | null> {
  if (provider.asksFor !== 'instance') return null;
  return connectInstance(parts, provider, parseInstance(named.instance ?? '', provider), context);
}

/** How we are known to an instance; registers with it where we are not. */
export async function connectInstance(
  parts: SocialParts,
  provider: Provider,
  name: string,
  context: RequestContext,
): Promise<Instance> {
  const { database } = parts;
  const [known] = await database.query(useInstance, [provider.id, name], context);
  const client = known && (await openClient(parts, provider, name, known));
  if (client) return { name, client };
  // One whose secret cannot be opened any more is of no use.
  if (known) await database.execute(deleteInstance, [provider.id, name], context);
  const fresh = await register(parts, provider, name);
  const sealed = await parts.sealer.seal(fresh.clientSecret ?? '', bearerOf(provider, name));
  const [row] = await database.query(insertInstance, [provider.id, name, fresh.clientId, sealed], context);
  const kept = row && (await openClient(parts, provider, name, row));
  return { name, client: kept ?? fresh };
}

/** As users write it: a name, an address, or themselves at it (`@me@mastodon.social`). @throws AppError social_instance_refused */
export function parseInstance(text: string, { instances, allowsPrivateNetwork }: Provider): string {
  const given = text
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '')
    .replace(/^.*@/, '');
  // A server of one's own network may have a port; what any stranger names may not.
  const isLocal = allowsPrivateNetwork && /^(?:localhost|127\.0\.0\.1)(?::\d{1,5})?$/.test(given);
  // The conversion reads a whole address and drops what follows the host; nobody means that.
  const name = isLocal || /[/?#\\%:]/.test(given) ? given : domainToASCII(given);
  if (!isLocal && !isPublicName(name))
    throw instanceRefused('instance', 'must be the name of a server, such as mastodon.social');
  if (instances && !instances.includes(name)) {
    throw instanceRefused('instance', `must be one of ${instances.join(', ')}`);
  }
  return name;
}

/** A name that anybody on the internet may have; what it leads to is looked at when it is asked. */
export function isPublicName(name: string): boolean {
  return NAME.test(name) && !LOCAL_ENDING.test(name) && !/^[\d.]+$/.test(name);
}

async function openClient(
  { sealer }: SocialParts,
  provider: Provider,
  name: string,
  { clientId, clientSecretSealed }: InstanceRow,
): Promise<Client | null> {
  const clientSecret = await sealer.open(clientSecretSealed, bearerOf(provider, name));
  return clientSecret === null ? null : { clientId, clientSecret };
}

/** What a sealed secret is bound to. */
function bearerOf({ id }: Provider, name: string): string {
  return `social_instances.client_secret:${id}:${name}`;
}

/** Mastodon's own way, which its many relatives have copied. */
async function register({ connections, config }: SocialParts, provider: Provider, name: string): Promise<Client> {
  const address = provider.endpoints.registration?.replaceAll('{instance}', name);
  if (address === undefined) throw new AppError('internal', 'internal', 'The provider has no registration endpoint.');
  const response = await connections.fetchFor(provider)(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      client_name: config.appName,
      redirect_uris: callbackUrl(config.baseUrl, provider, name),
      scopes: provider.scopes.join(' '),
      website: config.baseUrl,
    }),
  });
  const answer: unknown = await response.json().catch(() => null);
  const { client_id: clientId, client_secret: clientSecret } = (answer ?? {}) as Record<string, unknown>;
  if (!response.ok || !isSecret(clientId) || !isSecret(clientSecret)) {
    throw answerRefused(`${name} did not register us (${response.status})`);
  }
  return { clientId, clientSecret };
}

function isSecret(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_SECRET_LENGTH;
}
