// Pairs of tokens in the client: the access token is used from the moment it comes, and forgotten with the sessions.
import { expect, test } from 'vitest';
import { createClient } from '../../main/client/index.ts';

/** Answers by path, and notes with which token it was asked. */
function createFake(answers: Record<string, unknown>) {
  const asked: { call: string; token: string | null; body: unknown }[] = [];
  const client = createClient({
    baseUrl: 'http://server.example',
    fetch: async (url, init) => {
      const call = `${init?.method} ${new URL(String(url)).pathname.replace('/v1/accounts/', '')}`;
      const token = new Headers(init?.headers).get('authorization');
      asked.push({ call, token, body: init?.body === undefined ? undefined : JSON.parse(String(init.body)) });
      const answer = answers[call];
      return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
    },
  });
  return { client, asked };
}

test('a log-in with pairs, and each renewal, gives the token that is sent from then on', async () => {
  const { client, asked } = createFake({
    'POST log-in': { user: {}, session: {}, accessToken: 'first', refreshToken: 'aqr_1' },
    'POST tokens/refresh': { session: {}, accessToken: 'second', refreshToken: 'aqr_2' },
    'GET me': { user: {}, session: {} },
  });
  await client.accounts.logIn({ email: 'ada@example.com', password: 'x', transport: 'tokens' });
  await client.accounts.me();
  const next = await client.accounts.tokens.refresh('aqr_1');
  await client.accounts.me();
  expect(next.refreshToken).toBe('aqr_2');
  expect(asked.map(({ call, token }) => [call, token])).toEqual([
    ['POST log-in', null],
    ['GET me', 'Bearer first'],
    ['POST tokens/refresh', 'Bearer first'],
    ['GET me', 'Bearer second'],
  ]);
  expect(asked[2]?.body).toEqual({ refreshToken: 'aqr_1' });
});

test.each([
  ['ending all sessions', (client: ReturnType<typeof createFake>['client']) => client.accounts.revokeAllSessions()],
  [
    'deleting the account',
    (client: ReturnType<typeof createFake>['client']) => client.accounts.deleteMe('a@b.example'),
  ],
])('%s forgets the token', async (_name, act) => {
  const { client, asked } = createFake({
    'POST sessions/revoke-all': { revoked: 2 },
    'GET me': { user: {}, session: {} },
  });
  client.setToken('mine');
  await act(client);
  await client.accounts.me();
  expect(asked.map(({ token }) => token)).toEqual(['Bearer mine', null]);
});

test('a change of address, its link, a token for a service, the own file', async () => {
  const { client, asked } = createFake({
    'POST email': { status: 'check_mail' },
    'POST email/confirm': { email: 'new@example.com', isUndone: false },
    'POST tokens/jwt': { token: 'a.b.c', expiresAt: '2026-01-31T12:00:00Z' },
    'GET me/export': { format: 'aquifer-own-data-1' },
    'GET signing-keys': { keys: [{ id: '1' }] },
  });
  await client.accounts.changeEmail('new@example.com');
  expect((await client.accounts.email.confirm('secret')).email).toBe('new@example.com');
  expect((await client.accounts.tokens.jwt('https://search.example')).token).toBe('a.b.c');
  expect((await client.accounts.exportMe()).format).toBe('aquifer-own-data-1');
  expect(await client.accounts.tokens.listSigningKeys()).toEqual([{ id: '1' }]);
  await client.accounts.tokens.revokeSigningKey('a/b');
  expect(asked.map(({ call, body }) => [call, body])).toEqual([
    ['POST email', { newEmail: 'new@example.com' }],
    ['POST email/confirm', { token: 'secret' }],
    ['POST tokens/jwt', { audience: 'https://search.example' }],
    ['GET me/export', undefined],
    ['GET signing-keys', undefined],
    ['DELETE signing-keys/a%2Fb', undefined],
  ]);
});
