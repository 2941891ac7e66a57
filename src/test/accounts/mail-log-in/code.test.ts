import { expect, test } from 'vitest';
import { createCode, isRightCode, sealCode } from '../../../main/accounts/mail-log-in/code.ts';
import { createSealer } from '../../../main/foundation/sealing.ts';

const ID = '0191b9a0-0000-7000-8000-000000000000';
const sealer = createSealer('a key for tests');

test('has six digits, leading zeros too, and is another each time', () => {
  const codes = Array.from({ length: 500 }, createCode);
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
  expect(new Set(codes).size).toBeGreaterThan(450);
});

test('opens for its own log-in and for no other, with the right key only', async () => {
  const sealedCode = await sealCode(sealer, '012345', ID);
  expect(await isRightCode(sealer, '012345', { id: ID, sealedCode })).toBe(true);
  expect(await isRightCode(sealer, '012346', { id: ID, sealedCode })).toBe(false);
  expect(await isRightCode(sealer, '012345', { id: ID.replace('0191', '0192'), sealedCode })).toBe(false);
  expect(await isRightCode(createSealer('another'), '012345', { id: ID, sealedCode })).toBe(false);
});

test('without a key there is none, and no guess is right', async () => {
  const none = createSealer(undefined);
  expect(await sealCode(none, '012345', ID)).toBeNull();
  expect(await isRightCode(none, '------', { id: ID, sealedCode: null })).toBe(false);
  expect(await isRightCode(none, '000000', { id: ID, sealedCode: null })).toBe(false);
});
