import { buildAuthorizationUrlWithPAR } from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Ask, isOrigin } from '../../../../main/accounts/social/atproto/ask.ts';
import { findAuthorizationServer } from '../../../../main/accounts/social/atproto/server.ts';
import { toRefusal } from '../../../../main/accounts/social/problems.ts';
import { createGuardedFetch } from '../../../../main/foundation/guarded-fetch.ts';
import { type AtprotoNetwork, startAtprotoNetwork } from '../../../support/atproto-network.ts';
import { send } from '../../../support/wayward-provider.ts';

let network: AtprotoNetwork;

beforeAll(async () => {
  network = await startAtprotoNetwork();
});
afterAll(() => network?.close());
afterEach(() => {
  network.wayward = {};
});

const client = { clientId: 'https://app.example/client.json', redirectUri: 'https://app.example/callback' };

function ask(more: Partial<Ask> = {}): Ask {
  return {
    provider: { asksFor: 'handle', endpoints: {} } as Ask['provider'],
    fetch: createGuardedFetch({ timeoutMs: 2_000, maxBytes: 65_536, allowsPrivateNetwork: true, allowsHttp: true }),
    allowsLocal: true,
    signal: AbortSignal.timeout(10_000),
    ...more,
  };
}

const refusalOf = (how: Ask = ask(), home = network.origins.home) =>
  findAuthorizationServer(how, home, client).then(
    () => 'none',
    (error: unknown) => toRefusal(error, { asksFor: 'handle' }).code,
  );

test('a home names the server that logs in, and no more of what that says is taken over than is needed', async () => {
  network.wayward = { metadata: (said) => ({ ...said, jwks_uri: 'https://evil.example', revocation_endpoint: 'x' }) };
  const { issuer, configuration } = await findAuthorizationServer(ask(), network.origins.home, client);
  expect(issuer).toBe(network.origins.entry);
  const { supportsPKCE: _supports, ...metadata } = configuration.serverMetadata();
  expect(metadata).toEqual({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
    authorization_response_iss_parameter_supported: true,
    dpop_signing_alg_values_supported: ['ES256'],
  });
  expect(configuration.clientMetadata().client_id).toBe(client.clientId);
});

test('reg/I2-what-it-says-of-where-it-is-to-be-asked-is-asked-by-the-guarded-way-too', async () => {
  const asked: string[] = [];
  const guarded = createGuardedFetch({
    timeoutMs: 2_000,
    maxBytes: 65_536,
    allowsPrivateNetwork: true,
    allowsHttp: true,
  });
  const fetch: Ask['fetch'] = (url, request) => {
    asked.push(url);
    return guarded(url, request);
  };
  const { issuer, configuration } = await findAuthorizationServer(ask({ fetch }), network.origins.home, client);
  await expect(buildAuthorizationUrlWithPAR(configuration, { scope: 'atproto' })).rejects.toThrow();
  expect(asked.at(-1)).toBe(`${issuer}/par`);
});

describe('is refused', () => {
  test('a home that is not who it says, or names no server or several', async () => {
    const { entry, stranger } = network.origins;
    const wrong = [
      ...[{ resource: stranger }, { resource: undefined }, { authorization_servers: undefined }],
      ...[
        { authorization_servers: [] },
        { authorization_servers: [entry, stranger] },
        { authorization_servers: entry },
      ],
      ...[{ authorization_servers: [`${entry}/`] }, { authorization_servers: [`${entry}/tenant`] }],
      ...[{ authorization_servers: ['javascript:alert(1)'] }, { authorization_servers: [7] }],
    ];
    for (const changed of wrong) {
      network.wayward = { resource: (said) => ({ ...said, ...changed }) };
      expect(await refusalOf(), JSON.stringify(changed)).toBe('social_answer_refused');
    }
  });

  test('reg/B4-metadata-of-another-issuer', async () => {
    const { entry, stranger } = network.origins;
    for (const issuer of [stranger, `${entry}/`, entry.toUpperCase(), '', undefined, 7]) {
      network.wayward = { metadata: (said) => ({ ...said, issuer }) };
      expect(await refusalOf(), String(issuer)).toBe('social_answer_refused');
    }
  });

  test('a server that lacks what the protocol demands', async () => {
    const demanded = [
      ...['response_types_supported', 'grant_types_supported', 'code_challenge_methods_supported', 'scopes_supported'],
      ...['token_endpoint_auth_methods_supported', 'dpop_signing_alg_values_supported'],
      ...['authorization_response_iss_parameter_supported', 'require_pushed_authorization_requests'],
      ...['client_id_metadata_document_supported', 'token_endpoint', 'authorization_endpoint'],
      ...['pushed_authorization_request_endpoint'],
    ];
    for (const name of demanded) {
      network.wayward = { metadata: ({ [name]: _left, ...said }) => said };
      expect(await refusalOf(), name).toBe('social_answer_refused');
      network.wayward = { metadata: (said) => ({ ...said, [name]: ['plain'] }) };
      expect(await refusalOf(), name).toBe('social_answer_refused');
    }
  });

  test('a server that logs in for others, and not for this home', async () => {
    const logsInFor = (homes: unknown) => {
      network.wayward = { metadata: (said) => ({ ...said, protected_resources: homes }) };
      return refusalOf();
    };
    expect(await logsInFor([network.origins.home])).toBe('none');
    expect(await logsInFor([network.origins.stranger])).toBe('social_answer_refused');
  });

  test('an endpoint that is a script, in the clear outside development, or has a password in it', async () => {
    for (const address of [
      'javascript:alert(1)',
      'data:text/html,x',
      'https://a:b@x.example',
      'https://x.example#y',
      'x',
    ]) {
      network.wayward = { metadata: (said) => ({ ...said, authorization_endpoint: address }) };
      expect(await refusalOf(), address).toBe('social_answer_refused');
    }
    network.wayward = {};
    expect(await refusalOf(ask({ allowsLocal: false }))).toBe('social_answer_refused');
  });

  test('a redirect, another success, and a list in place of an object; a fault is said as one', async () => {
    const { entry, home } = network.origins;
    for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server']) {
      const says = (status: number, body: unknown) => {
        network.wayward = {
          answer: (asked, response) => {
            if (asked !== path) return false;
            response.setHeader('location', `${network.origins.stranger}${path}`);
            send(response, status, body);
            return true;
          },
        };
        return refusalOf();
      };
      expect(await says(302, {})).toBe('social_answer_refused');
      network.wayward = {};
      const right = await (await fetch(`${path.endsWith('server') ? entry : home}${path}`)).json();
      expect(await says(200, right)).toBe('none');
      expect(await says(203, right)).toBe('social_answer_refused');
      expect(await says(200, [])).toBe('social_answer_refused');
      expect(await says(500, {})).toBe('social_provider_unavailable');
    }
  });

  test('a server that is not among those the settings allow', async () => {
    const { host } = new URL(network.origins.entry);
    const only = (instances: string[]) => ask({ provider: { asksFor: 'handle', endpoints: {}, instances } as never });
    expect(await refusalOf(only([host]))).toBe('none');
    expect(await refusalOf(only(['bsky.social']))).toBe('social_instance_refused');
  });

  test('reg/I2-a-home-inside-one’s-own-network', async () => {
    const guarded = ask({ fetch: createGuardedFetch({ timeoutMs: 2_000, maxBytes: 65_536, allowsHttp: true }) });
    const before = network.requests.length;
    expect(await refusalOf(guarded)).toBe('social_instance_refused');
    expect(network.requests.length).toBe(before);
  });
});

test('an origin is written as it is, and in the clear for development alone', () => {
  expect(isOrigin('https://a.example', ask({ allowsLocal: false }))).toBe(true);
  expect(isOrigin('http://a.example', ask())).toBe(true);
  expect(isOrigin('http://a.example', ask({ allowsLocal: false }))).toBe(false);
  for (const one of ['https://a.example/', 'https://A.example', 'https://a.example:443', 'a.example', null, 7]) {
    expect(isOrigin(one, ask()), String(one)).toBe(false);
  }
});
