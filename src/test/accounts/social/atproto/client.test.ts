import { describe, expect, test } from 'vitest';
import { atprotoClient, atprotoClientMetadata, homeOf } from '../../../../main/accounts/social/atproto/client.ts';

const provider = { id: 'bluesky', scopes: ['atproto', 'transition:email'] };
const path = '/v1/accounts/social/bluesky';

describe('who we are', () => {
  test('is the address of a document that says so', () => {
    const client = atprotoClient('https://app.example', provider);
    expect(client).toEqual({
      clientId: `https://app.example${path}/client-metadata.json`,
      redirectUri: `https://app.example${path}/callback`,
    });
    expect(atprotoClientMetadata({ baseUrl: 'https://app.example', appName: 'Shop' }, provider)).toEqual({
      client_id: client.clientId,
      client_name: 'Shop',
      client_uri: 'https://app.example',
      application_type: 'web',
      redirect_uris: [client.redirectUri],
      scope: 'atproto transition:email',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      dpop_bound_access_tokens: true,
    });
  });

  test.each([
    ['http://localhost:8400', 'http://127.0.0.1:8400'],
    ['http://127.0.0.1:8400', 'http://127.0.0.1:8400'],
    ['http://[::1]:8400', 'http://[::1]:8400'],
  ])('on this machine, at %s, is said by the id itself', (baseUrl, origin) => {
    const { clientId, redirectUri } = atprotoClient(baseUrl, provider);
    expect(redirectUri).toBe(`${origin}${path}/callback`);
    const { searchParams } = new URL(clientId);
    expect(clientId).toMatch(/^http:\/\/localhost\?/);
    expect([...searchParams]).toEqual([
      ['redirect_uri', redirectUri],
      ['scope', 'atproto transition:email'],
    ]);
  });

  test.each(['http://app.example', 'http://192.168.1.7:8400', 'http://localhost.example', 'http://127.0.0.2'])(
    'cannot be said at %s, which no server could send a browser back to',
    (baseUrl) => expect(() => atprotoClient(baseUrl, provider)).toThrow(/BASE_URL/),
  );
});

test('only a browser that came by the machine’s address is sent to its name, and only where that is another one', () => {
  const local = 'http://localhost:8400';
  expect(homeOf(local, provider, '127.0.0.1')).toBe(`${local}${path}/callback`);
  expect(homeOf(local, provider, 'localhost')).toBeNull();
  expect(homeOf(local, provider, 'evil.example')).toBeNull();
  expect(homeOf('http://127.0.0.1:8400', provider, '127.0.0.1')).toBeNull();
  expect(homeOf('https://app.example', provider, '127.0.0.1')).toBeNull();
});
