import { expect, test } from 'vitest';
import { factorWords } from '../../../../main/console/accounts/user/factor-words.ts';

test('factors are a sentence, the strongest first', () => {
  expect(factorWords(['recovery_code', 'totp', 'passkey'])).toBe('Passkey, authenticator app and recovery codes.');
  expect(factorWords(['totp'])).toBe('Authenticator app.');
  expect(factorWords(['telepathy', 'totp'])).toBe('Authenticator app and telepathy.');
  expect(factorWords([])).toMatch(/^None/);
});
