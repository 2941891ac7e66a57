import { expect, test } from 'vitest';
import { shieldOf } from '../../../../main/console/hosted/account/shield.ts';

const nothing = { totp: null, passkeys: 0, recoveryCodes: null, dueAt: null };
const totp = { addedAt: '2026-11-01T00:00:00Z' };

test('a password alone is weak, and a day by which more is due is named', () => {
  expect(shieldOf(nothing)).toEqual({ kind: 'weak' });
  expect(shieldOf({ ...nothing, dueAt: '2026-12-01T00:00:00Z' })).toEqual({
    kind: 'due',
    dueAt: '2026-12-01T00:00:00Z',
  });
});

test('a second factor with codes to fall back on is strong, due or not', () => {
  expect(shieldOf({ ...nothing, totp, recoveryCodes: { left: 3 }, dueAt: '2026-12-01T00:00:00Z' })).toEqual({
    kind: 'strong',
  });
  expect(shieldOf({ ...nothing, passkeys: 1, recoveryCodes: { left: 10 } })).toEqual({ kind: 'strong' });
});

test('few codes are said before the device is lost', () => {
  expect(shieldOf({ ...nothing, totp, recoveryCodes: { left: 2 } })).toEqual({ kind: 'fewCodes', left: 2 });
  expect(shieldOf({ ...nothing, totp })).toEqual({ kind: 'fewCodes', left: 0 });
});
