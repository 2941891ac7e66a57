import { expect, test } from 'vitest';
import { deriveSecrets } from '../../../main/accounts/social/browser-secret.ts';

const browser = 'b'.repeat(43);
const state = 's'.repeat(43);

test('the same browser, site and state give the same secrets again', () => {
  expect(deriveSecrets(browser, 'site', state)).toEqual(deriveSecrets(browser, 'site', state));
});

test('reg/B9-another-browser-site-or-state-gives-others', () => {
  const first = deriveSecrets(browser, 'site', state);
  const others = [
    deriveSecrets('c'.repeat(43), 'site', state),
    deriveSecrets(browser, 'other', state),
    deriveSecrets(browser, 'site', 't'.repeat(43)),
  ];
  for (const other of others) {
    expect(other.codeVerifier).not.toBe(first.codeVerifier);
    expect(other.nonce).not.toBe(first.nonce);
  }
});

test('a verifier is one that PKCE allows, is not the nonce, and neither is what is stored', () => {
  const { codeVerifier, nonce, stateHash, browserHash } = deriveSecrets(browser, 'site', state);
  expect(codeVerifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
  expect(nonce).not.toBe(codeVerifier);
  const stored = [stateHash, browserHash].map((hash) => hash.toString('base64url'));
  for (const secret of [codeVerifier, nonce, state, browser]) expect(stored).not.toContain(secret);
});
