import { expect, test } from 'vitest';
import { nameOfAuthenticator } from '../../../main/accounts/passkeys/authenticator-names.ts';

test('a passkey is called after what holds it, where that is known', () => {
  expect(nameOfAuthenticator('D548826E-79B4-DB40-A3D8-11116F7E8349')).toBe('Bitwarden');
  expect(nameOfAuthenticator('00000000-0000-0000-0000-000000000000')).toBe('Passkey');
  expect(nameOfAuthenticator('constructor')).toBe('Passkey');
});
