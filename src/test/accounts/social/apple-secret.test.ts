import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { createSignedSecret } from '../../../main/accounts/social/apple-secret.ts';

test('a secret is signed for each request, short-lived, in the words that Apple asks for', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const authenticate = createSignedSecret(
    { teamId: 'TEAM', keyId: 'KEY', privateKey: pem },
    { clientId: 'com.example.web', audience: 'https://appleid.apple.com' },
  );
  const body = new URLSearchParams();
  await authenticate({ issuer: 'https://appleid.apple.com' }, { client_id: 'com.example.web' }, body, new Headers());
  expect(body.get('client_id')).toBe('com.example.web');
  const { payload, protectedHeader } = await jwtVerify(body.get('client_secret') ?? '', publicKey, {
    ...{ issuer: 'TEAM', subject: 'com.example.web', audience: 'https://appleid.apple.com' },
  });
  expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: 'KEY' });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
});
