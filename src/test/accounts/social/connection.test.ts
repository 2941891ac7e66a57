import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createConnections } from '../../../main/accounts/social/connection.ts';
import { toRefusal } from '../../../main/accounts/social/problems.ts';
import type { Provider } from '../../../main/accounts/social/provider.ts';
import { readProviders } from '../../../main/accounts/social/provider-file.ts';
import { entryFor } from '../../support/social.ts';
import { send, startWaywardProvider, type WaywardProvider } from '../../support/wayward-provider.ts';

let provider: WaywardProvider;

beforeAll(async () => {
  provider = await startWaywardProvider();
});
afterAll(() => provider?.close());
afterEach(() => {
  provider.wayward = {};
});

function site(more: Record<string, unknown> = {}): Provider {
  const path = join(mkdtempSync(join(tmpdir(), 'aquifer-social-')), 'social.json');
  writeFileSync(path, JSON.stringify({ site: entryFor(provider, more) }));
  return readProviders({ path, isProduction: false }).get('site') as Provider;
}

const asked = () => provider.requests.filter(({ path }) => path.endsWith('openid-configuration')).length;
const refusalOf = (chosen: Provider, allowsHttp = true) =>
  createConnections({ allowsHttp })
    .connect(chosen, null)
    .then(
      () => 'none',
      (error: unknown) => toRefusal(error, chosen).code,
    );

describe('what a site says of itself', () => {
  test('is asked once by all who come at once, and again after it failed', async () => {
    const connections = createConnections({ allowsHttp: true });
    const chosen = site();
    const before = asked();
    provider.wayward = {
      answer: (_path, response) => {
        send(response, 503, {});
        return true;
      },
    };
    const failed = await Promise.allSettled(Array.from({ length: 16 }, () => connections.connect(chosen, null)));
    expect(failed.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 'rejected'));
    provider.wayward = {};
    const made = await Promise.all(Array.from({ length: 16 }, () => connections.connect(chosen, null)));
    expect(new Set(made).size).toBe(1);
    expect(asked()).toBe(before + 2);
  });

  test('reg/B4-must-be-said-by-the-issuer-of-the-settings', async () => {
    for (const issuer of ['https://evil.example', `${provider.issuer}/`, `${provider.issuer}/{tenantid}`, '', 7]) {
      provider.wayward = { metadata: (metadata) => ({ ...metadata, issuer }) };
      expect(await refusalOf(site()), String(issuer)).toBe('social_answer_refused');
    }
  });

  test('reg/B7-must-offer-a-signature-that-can-be-trusted', async () => {
    for (const offered of [['none'], ['HS256'], ['HS256', 'none', 'RS1'], []]) {
      provider.wayward = { metadata: (metadata) => ({ ...metadata, id_token_signing_alg_values_supported: offered }) };
      expect(await refusalOf(site())).toBe('social_answer_refused');
    }
  });

  test('is not asked for where the settings say it all', async () => {
    const { issuer } = provider;
    const endpoints = { authorization: `${issuer}/a`, token: `${issuer}/t`, jwks: `${issuer}/j` };
    const before = asked();
    expect(await refusalOf(site({ endpoints }))).toBe('none');
    expect(asked()).toBe(before);
  });

  test('gives way to the settings, endpoint by endpoint', async () => {
    const chosen = site({ endpoints: { token: 'https://elsewhere.example/token' } });
    const { configuration } = await createConnections({ allowsHttp: true }).connect(chosen, null);
    expect(configuration.serverMetadata()).toMatchObject({
      token_endpoint: 'https://elsewhere.example/token',
      jwks_uri: `${provider.issuer}/jwks`,
    });
  });
});

describe('reg/I2-where-it-is-asked', () => {
  test('not inside one’s own network, unless the settings say so', async () => {
    const before = provider.requests.length;
    expect(await refusalOf(site({ allowPrivateNetwork: false }))).toBe('social_provider_unavailable');
    expect(provider.requests.length).toBe(before);
  });

  test('not in the clear outside development', async () => {
    const before = provider.requests.length;
    expect(await refusalOf(site(), false)).toBe('social_answer_refused');
    expect(provider.requests.length).toBe(before);
  });
});
