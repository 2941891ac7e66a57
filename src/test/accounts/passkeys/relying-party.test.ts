import { expect, test } from 'vitest';
import { canHavePasskeys, relyingPartyOf } from '../../../main/accounts/passkeys/relying-party.ts';

test('passkeys are bound to the configured host, and asked for by its origin alone', () => {
  expect(relyingPartyOf({ baseUrl: 'https://app.example:8443', appName: 'Club' })).toEqual({
    id: 'app.example',
    origin: 'https://app.example:8443',
    name: 'Club',
  });
});

test.each([
  ['https://app.example', true],
  ['http://localhost:8400', true],
  ['http://127.0.0.1:8400', false],
  ['https://[2001:db8::1]', false],
])('%s: browsers make passkeys there? %s', (baseUrl, can) => {
  expect(canHavePasskeys(baseUrl)).toBe(can);
});
