import { expect, test } from 'vitest';
import { toDpopKey } from '../../../../main/accounts/social/atproto/dpop-key.ts';

const seedOf = (byte: number) => Buffer.alloc(32, byte).toString('base64url');
const publicPart = async (seed: string) => crypto.subtle.exportKey('jwk', (await toDpopKey(seed)).publicKey);

test('the same seed gives the same key again, and another another', async () => {
  const first = await publicPart(seedOf(1));
  expect(await publicPart(seedOf(1))).toEqual(first);
  expect((await publicPart(seedOf(2))).x).not.toBe(first.x);
});

test('it signs what its public half verifies, and gives its private half to nobody', async () => {
  const { privateKey, publicKey } = await toDpopKey(seedOf(3));
  const how = { name: 'ECDSA', hash: 'SHA-256' };
  const text = Buffer.from('a proof');
  const signature = await crypto.subtle.sign(how, privateKey, text);
  expect(await crypto.subtle.verify(how, publicKey, signature, text)).toBe(true);
  await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
});

test('a number that is too large for the curve, or none at all, gives way to the next', async () => {
  for (const seed of [seedOf(0xff), seedOf(0)]) {
    const key = await publicPart(seed);
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(await publicPart(seed)).toEqual(key);
  }
});
