import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { presets } from '../../../main/accounts/social/presets.ts';
import { readProviders } from '../../../main/accounts/social/provider-file.ts';
import { writeSocialFile } from '../../support/social.ts';

const read = (entries: Record<string, unknown>, isProduction = true) =>
  readProviders({ path: writeSocialFile(entries), isProduction });

/** The lines of the refusal, without its heading. */
function faultsOf(entries: Record<string, unknown>, isProduction = true): string[] {
  try {
    read(entries, isProduction);
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_configuration' });
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

const client = { clientId: 'ours', clientSecret: 'very secret' };

describe('what is right', () => {
  test('without a file there are no sites', () => {
    expect(readProviders({ path: undefined, isProduction: true }).size).toBe(0);
  });

  test('a preset needs no more than what the site gave us', () => {
    const google = read({ google: client }).get('google');
    expect(google).toMatchObject({
      ...client,
      ...{ id: 'google', name: 'Google', kind: 'oidc', issuer: 'https://accounts.google.com' },
      ...{ keepsTokens: false, signsUp: true, linksAutomatically: true, allowsPrivateNetwork: false },
    });
  });

  test('every preset becomes a site, and all of what it asks is asked over TLS', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const path = join(mkdtempSync(join(tmpdir(), 'aquifer-social-')), 'key.p8');
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const more: Record<string, object> = {
      apple: { teamId: 'T', keyId: 'K', privateKeyFile: path },
      oidc: { issuer: 'https://id.example' },
      oauth2: {
        issuer: 'https://id.example',
        endpoints: {
          authorization: 'https://id.example/a',
          token: 'https://id.example/t',
          userInfo: 'https://id.example/u',
        },
      },
    };
    const providers = read(Object.fromEntries(Object.keys(presets).map((id) => [id, { ...client, ...more[id] }])));
    expect([...providers.keys()]).toEqual(Object.keys(presets));
    for (const { issuer, endpoints } of providers.values()) {
      for (const address of [issuer, ...Object.values(endpoints)]) expect(address).toMatch(/^https:\/\//);
    }
    // Two sites with one issuer would be one: who is somebody at the first would be somebody at the second.
    const issuers = Object.keys(presets)
      .slice(0, -2)
      .map((id) => providers.get(id)?.issuer);
    expect(new Set(issuers).size).toBe(issuers.length);
  });

  test('every endpoint and claim can be set otherwise, and a site may come twice under two names', () => {
    const providers = read({
      github: { ...client, endpoints: { userInfo: 'https://git.example/user' }, name: 'Our Git' },
      acme: {
        ...client,
        preset: 'gitlab',
        issuer: 'https://gitlab.acme.example',
        scopes: ['openid'],
        keepTokens: true,
      },
      tenant: {
        ...client,
        preset: 'microsoft',
        tenant: '11111111-2222-3333-4444-555555555555',
        profile: { emailVerified: true },
      },
    });
    expect(providers.get('github')).toMatchObject({
      name: 'Our Git',
      endpoints: { token: 'https://github.com/login/oauth/access_token', userInfo: 'https://git.example/user' },
    });
    expect(providers.get('acme')).toMatchObject({ issuer: 'https://gitlab.acme.example', scopes: ['openid'] });
    expect(providers.get('tenant')).toMatchObject({
      issuer: 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0',
      profile: { subject: 'sub', email: 'email', emailVerified: true },
    });
  });

  test('keeping tokens asks for what a refresh token needs', () => {
    const google = read({ google: { ...client, keepTokens: true } }).get('google');
    expect(google?.parameters).toMatchObject({ access_type: 'offline', prompt: 'consent' });
    const microsoft = read({ microsoft: { ...client, keepTokens: true } }).get('microsoft');
    expect(microsoft?.scopes).toContain('offline_access');
    expect(read({ microsoft: client }).get('microsoft')?.scopes).not.toContain('offline_access');
  });

  test('secrets from files, beside the file that names them', () => {
    const path = writeSocialFile({ github: { clientId: 'ours', clientSecretFile: 'github-secret' } });
    writeFileSync(join(path, '..', 'github-secret'), 'from a file\n');
    expect(readProviders({ path, isProduction: true }).get('github')?.clientSecret).toBe('from a file');
  });

  test('the example is right but for its secrets', () => {
    const path = fileURLToPath(new URL('../../../../config/social.example.json', import.meta.url));
    const entries: Record<string, Record<string, unknown>> = JSON.parse(readFileSync(path, 'utf8'));
    for (const entry of Object.values(entries)) delete entry.clientSecretFile;
    delete entries.apple;
    expect(faultsOf(entries)).toEqual([]);
  });
});

describe('what is wrong', () => {
  test('all of it is said at once, without what is secret', () => {
    const faults = faultsOf({
      google: { clientSecret: 'never said' },
      acme: { ...client, clientSecret: 'never said' },
      Upper: client,
      providers: client,
      github: { ...client, clientID: 'x', scopes: 'user' },
    });
    expect(faults).toEqual([
      'google: clientId must be set',
      `acme: preset must be one of ${Object.keys(presets).join(', ')}`,
      'Upper: must be named with lower-case letters, digits and dashes, and not "providers" or "identities"',
      'providers: must be named with lower-case letters, digits and dashes, and not "providers" or "identities"',
      'github: clientID is no setting of a site',
      'github: scopes must be array',
    ]);
  });

  test('of atproto: a scope left out, tokens that are of no use, a handle asked nowhere, and strangers led inside', () => {
    const endpoints = { handle: 'https://handles.example' };
    const wrong = { scopes: ['transition:email'], keepTokens: true, endpoints, allowPrivateNetwork: true };
    expect(faultsOf({ bluesky: wrong })).toEqual([
      'bluesky: scopes must have atproto',
      'bluesky: keepTokens must not be set: its tokens are of no use elsewhere',
      'bluesky: endpoints.handle must have {handle} in it',
      'bluesky: allowPrivateNetwork must not be set in production',
    ]);
    expect(faultsOf({ bluesky: { allowPrivateNetwork: true } }, false)).toEqual([]);
    expect(read({ bluesky: { addressesFrom: ['pds.example'] } }).get('bluesky')?.addressesFrom).toEqual([
      'pds.example',
    ]);
  });

  test('a file that cannot be read is not quoted', () => {
    const path = writeSocialFile({});
    writeFileSync(path, '{ "google": { "clientSecret": "never said" ');
    expect(() => readProviders({ path, isProduction: true })).toThrow(/is not valid JSON$/);
    expect(() => readProviders({ path: '/nowhere.json', isProduction: true })).toThrow(/nowhere\.json/);
  });

  test.each([
    ['names of the prototype', JSON.parse('{"__proto__": {"clientId": "x"}}')],
    ['a preset of the prototype', { a: { ...client, preset: 'constructor' } }],
    ['a site without an issuer', { oidc: client }],
    ['a site that signs nothing, without where to ask', { oauth2: { ...client, issuer: 'https://id.example' } }],
    ['a user in an address', { oidc: { ...client, issuer: 'https://user:password@id.example' } }],
    ['the tenant of everybody', { microsoft: { ...client, tenant: 'common' } }],
    ['parameters that are the flow’s own', { google: { ...client, parameters: { state: 'fixed' } } }],
    ['another place to come back to', { google: { ...client, parameters: { redirect_uri: 'https://evil.example' } } }],
    ['a key that is none', { apple: { ...client, teamId: 'T', keyId: 'K', privateKeyFile: '/dev/null' } }],
    ['no key where one is needed', { apple: client }],
  ])('%s', (_what, entries) => {
    expect(faultsOf(entries).length).toBeGreaterThan(0);
  });

  test('reg/I2-no-site-is-asked-in-the-clear-but-in-development', () => {
    const entry = { oidc: { ...client, issuer: 'http://id.example' } };
    expect(faultsOf(entry)).toEqual(['oidc: issuer and endpoints must begin with https:// in production']);
    expect(faultsOf(entry, false)).toEqual([]);
  });
});
