/**
 * Reads AQUIFER_SOCIAL_FILE: which sites one may log in by, each a preset with what the settings add or change. Every fault
 * is listed at once, and with any of them the server does not start: half a provider must not let anybody in.
 */

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { type PresetName, presets } from './presets.ts';
import type { ClientSecretKey, Preset, Provider } from './provider.ts';

const closed = { additionalProperties: false } as const;
const Word = Type.String({ minLength: 1, maxLength: 2_000 });
const Address = Type.String({ pattern: '^https?://[^\\s\\\\]+$', maxLength: 2_000 });
const Words = Type.Array(Word);
const Parameters = Type.Record(Type.String(), Word);

const Entry = Type.Object(
  {
    preset: Type.Optional(Word),
    disabled: Type.Optional(Type.Boolean()),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    clientId: Type.Optional(Word),
    clientSecret: Type.Optional(Word),
    clientSecretFile: Type.Optional(Word),
    teamId: Type.Optional(Word),
    keyId: Type.Optional(Word),
    privateKeyFile: Type.Optional(Word),
    clientAuth: Type.Optional(Type.Enum(['post', 'basic'])),
    tenant: Type.Optional(Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })),
    issuer: Type.Optional(Address),
    endpoints: Type.Optional(
      Type.Object(
        {
          authorization: Type.Optional(Address),
          token: Type.Optional(Address),
          userInfo: Type.Optional(Address),
          jwks: Type.Optional(Address),
          emails: Type.Optional(Address),
          registration: Type.Optional(Address),
          handle: Type.Optional(Address),
          directory: Type.Optional(Address),
        },
        closed,
      ),
    ),
    scopes: Type.Optional(Words),
    parameters: Type.Optional(Parameters),
    profile: Type.Optional(
      Type.Object(
        {
          subject: Type.Optional(Word),
          email: Type.Optional(Word),
          emailVerified: Type.Optional(Type.Union([Word, Type.Boolean()])),
          name: Type.Optional(Word),
        },
        closed,
      ),
    ),
    instances: Type.Optional(Words),
    addressesFrom: Type.Optional(Words),
    lacksPkce: Type.Optional(Type.Boolean()),
    lacksNonce: Type.Optional(Type.Boolean()),
    keepTokens: Type.Optional(Type.Boolean()),
    signUp: Type.Optional(Type.Boolean()),
    linkAutomatically: Type.Optional(Type.Boolean()),
    allowPrivateNetwork: Type.Optional(Type.Boolean()),
  },
  closed,
);
type Entry = Static<typeof Entry>;

const PROVIDER_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
/** Names of endpoints that are no provider's. */
const TAKEN_IDS = new Set(['providers', 'identities']);
/** What the flow itself says; a setting must not say it otherwise. */
const RESERVED_PARAMETERS = new Set([
  ...['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'nonce', 'code_challenge'],
  ...['code_challenge_method', 'code_verifier', 'request', 'request_uri', 'client_secret', 'iss'],
]);

export interface ReadProvidersOptions {
  /** Undefined where nobody logs in by another site. */
  readonly path: string | undefined;
  /** Plain http to a provider is for development alone. */
  readonly isProduction: boolean;
}

/** @throws AppError invalid_configuration, with one line a fault; no line says a secret */
export function readProviders({ path, isProduction }: ReadProvidersOptions): Map<string, Provider> {
  const providers = new Map<string, Provider>();
  if (path === undefined) return providers;
  const faults: string[] = [];
  for (const [id, given] of Object.entries(readJson(path))) {
    try {
      const provider = toProvider(id, given, { folder: dirname(resolve(path)), isProduction });
      if (provider) providers.set(id, provider);
    } catch (error) {
      faults.push(
        ...messageOf(error)
          .split('\n')
          .map((fault) => `${id}: ${fault}`),
      );
    }
  }
  if (faults.length > 0) throw invalidFile(path, faults);
  return providers;
}

function readJson(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // A parser's message quotes what it read, and there are secrets in it.
    throw invalidFile(path, [error instanceof SyntaxError ? 'is not valid JSON' : messageOf(error)]);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalidFile(path, ['must be an object with an entry for each site']);
  }
  return value as Record<string, unknown>;
}

interface Surroundings {
  /** What files are named from. */
  readonly folder: string;
  readonly isProduction: boolean;
}

/** Null where it is switched off. @throws Error whose message has one line a fault */
function toProvider(id: string, given: unknown, surroundings: Surroundings): Provider | null {
  if (!PROVIDER_ID.test(id) || TAKEN_IDS.has(id)) {
    throw new Error('must be named with lower-case letters, digits and dashes, and not "providers" or "identities"');
  }
  const wrong = Value.Errors(Entry, given).filter(({ keyword }) => keyword !== 'boolean');
  if (wrong.length > 0) throw new Error(wrong.map(faultLine).join('\n'));
  const entry = given as Entry;
  if (entry.disabled) return null;
  const preset = presetOf(id, entry);
  const provider = merge(id, entry, preset, surroundings);
  const faults = faultsOf(provider, entry, surroundings);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return Object.freeze(provider);
}

function faultLine({ instancePath, keyword, message, params }: ReturnType<typeof Value.Errors>[number]): string {
  const place = instancePath.split('/').slice(1).join('.');
  if (keyword === 'additionalProperties') {
    const names = (params as { additionalProperties: string[] }).additionalProperties;
    return `${[place, names.join(', ')].filter((part) => part !== '').join('.')} is no setting of a site`;
  }
  return `${place === '' ? 'the entry' : place} ${message}`;
}

function presetOf(id: string, { preset: named }: Entry): Preset {
  const name = named ?? id;
  const found = Object.hasOwn(presets, name) ? presets[name as PresetName] : undefined;
  if (!found) throw new Error(`preset must be one of ${Object.keys(presets).join(', ')}`);
  return found;
}

function merge(id: string, entry: Entry, preset: Preset, { folder }: Surroundings): Provider {
  const blanks = { ...preset.blanks, ...(entry.tenant === undefined ? {} : { tenant: entry.tenant }) };
  const issuer = fillIn(entry.issuer ?? preset.issuer ?? '', blanks);
  const keepsTokens = entry.keepTokens ?? false;
  const offline = keepsTokens ? (preset.offline ?? {}) : {};
  return {
    ...preset,
    ...pick(entry, ['name', 'clientAuth', 'lacksPkce', 'lacksNonce', 'addressesFrom']),
    ...{ id, issuer, keepsTokens },
    endpoints: { ...preset.endpoints, ...entry.endpoints },
    scopes: [...new Set([...(entry.scopes ?? preset.scopes), ...(offline.scopes ?? [])])],
    parameters: { ...preset.parameters, ...offline.parameters, ...entry.parameters },
    profile: { ...preset.profile, ...entry.profile },
    clientId: entry.clientId ?? '',
    clientSecret: secretOf(entry, folder),
    clientSecretKey: secretKeyOf(entry, folder),
    signsUp: entry.signUp ?? true,
    linksAutomatically: entry.linkAutomatically ?? true,
    allowsPrivateNetwork: entry.allowPrivateNetwork ?? false,
    instances: entry.instances?.map((one) => one.toLowerCase()),
  };
}

function pick<Name extends keyof Entry>(
  entry: Entry,
  names: readonly Name[],
): { [One in Name]?: NonNullable<Entry[One]> } {
  return Object.fromEntries(names.filter((name) => entry[name] !== undefined).map((name) => [name, entry[name]])) as {
    [One in Name]?: NonNullable<Entry[One]>;
  };
}

function fillIn(text: string, blanks: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(blanks, name) ? (blanks[name] ?? '') : whole,
  );
}

function secretOf({ clientSecret, clientSecretFile }: Entry, folder: string): string | undefined {
  return clientSecretFile === undefined ? clientSecret : readSecret(clientSecretFile, folder);
}

function secretKeyOf({ teamId, keyId, privateKeyFile }: Entry, folder: string): ClientSecretKey | undefined {
  if (teamId === undefined || keyId === undefined || privateKeyFile === undefined) return undefined;
  const privateKey = readSecret(privateKeyFile, folder);
  try {
    if (createPrivateKey(privateKey).asymmetricKeyType !== 'ec') throw new Error();
  } catch {
    throw new Error('privateKeyFile must be a private key on the curve P-256, as PEM');
  }
  return { teamId, keyId, privateKey };
}

function readSecret(path: string, folder: string): string {
  try {
    return readFileSync(resolve(folder, path), 'utf8').trim();
  } catch (error) {
    throw new Error(`${path} cannot be read: ${messageOf(error)}`);
  }
}

/** What single members cannot know of each other. */
function faultsOf(provider: Provider, entry: Entry, { isProduction }: Surroundings): string[] {
  const { kind, issuer, endpoints, asksFor, clientAuth, parameters } = provider;
  const faults: string[] = [];
  if (issuer === '') faults.push('issuer must be set: who vouches for its users');
  if (provider.clientId === '' && asksFor === undefined) faults.push('clientId must be set');
  if (clientAuth === 'apple' && !provider.clientSecretKey) {
    faults.push('teamId, keyId and privateKeyFile must be set');
  }
  if (clientAuth === 'basic' && provider.clientSecret === undefined) faults.push('clientSecret must be set');
  if (entry.clientSecret !== undefined && entry.clientSecretFile !== undefined) {
    faults.push('clientSecret and clientSecretFile must not both be set');
  }
  if (kind === 'oauth2') {
    for (const name of ['authorization', 'token', 'userInfo'] as const) {
      if (endpoints[name] === undefined) faults.push(`endpoints.${name} must be set`);
    }
  }
  if (kind === 'atproto') faults.push(...faultsOfAtproto(provider, isProduction));
  const reserved = Object.keys(parameters).filter((name) => RESERVED_PARAMETERS.has(name));
  if (reserved.length > 0) faults.push(`parameters must not have ${reserved.join(', ')}`);
  const addresses = [issuer, ...Object.values(endpoints)].map((address) =>
    address.replaceAll('{instance}', 'instance.example').replaceAll('{handle}', 'handle.example'),
  );
  const unreadable = addresses.filter((address) => address !== '' && !isPlainAddress(address));
  if (unreadable.length > 0)
    faults.push('issuer and endpoints must be addresses without a user, a password or a fragment');
  if (isProduction && addresses.some((address) => address.startsWith('http://'))) {
    faults.push('issuer and endpoints must begin with https:// in production');
  }
  return faults;
}

function faultsOfAtproto(
  { scopes, keepsTokens, allowsPrivateNetwork, endpoints }: Provider,
  isProduction: boolean,
): string[] {
  return [
    ...(scopes.includes('atproto') ? [] : ['scopes must have atproto']),
    // They are bound to a key of the log-in, which is gone with it.
    ...(keepsTokens ? ['keepTokens must not be set: its tokens are of no use elsewhere'] : []),
    ...(endpoints.handle?.includes('{handle}') ? [] : ['endpoints.handle must have {handle} in it']),
    // Any stranger's handle could then lead to any address inside.
    ...(allowsPrivateNetwork && isProduction ? ['allowPrivateNetwork must not be set in production'] : []),
  ];
}

function isPlainAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password, hash } = new URL(address);
  return `${username}${password}${hash}` === '';
}

function invalidFile(path: string, faults: readonly string[]): AppError {
  const lines = [`The file of AQUIFER_SOCIAL_FILE, ${path}, is wrong:`, ...faults.map((fault) => `  ${fault}`)];
  return new AppError('invalid', 'invalid_configuration', lines.join('\n'));
}
