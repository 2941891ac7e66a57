import { expect, test } from 'vitest';
import { parseEmailAddress, toSearchPrefix } from '../../main/accounts/email-address.ts';

test.each([
  ['Ada@Example.COM', 'Ada@example.com', 'ada@example.com'],
  ['  ada@example.com ', 'ada@example.com', 'ada@example.com'],
  ['ada+tag@sub.example.co.uk', 'ada+tag@sub.example.co.uk', 'ada+tag@sub.example.co.uk'],
  ['ada@b\u00fccher.example', 'ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
  ['\uff21da@example.com', 'Ada@example.com', 'ada@example.com'],
  ['\u00fcml\u00e4ut@example.com', '\u00fcml\u00e4ut@example.com', '\u00fcml\u00e4ut@example.com'],
])('%s is %s, known as %s', (text, address, key) => {
  expect(parseEmailAddress(text)).toEqual({ address, key });
});

test.each([
  '',
  'ada',
  '@example.com',
  'ada@',
  'ada@localhost',
  'ada@@example.com',
  'a@b@example.com',
  'ada@exam ple.com',
  'ada@example..com',
  'ada@-example.com',
  '.ada@example.com',
  'ada.@example.com',
  'a..b@example.com',
  'ada\u0000@example.com',
  'ada\u200b@example.com',
  'ada\r\nBcc: x@example.com',
  '"ada"@example.com',
  'Ada <ada@example.com>',
  'ada@example.com,eve@example.com',
  // Look-alikes that folding would turn into another address than the one that was checked.
  'ada\uff20example.com',
  'ada@evil.example\uff0ecom',
  'ada@\u24d4xample.com',
  'ada\ufe6bevil.example@example.com',
  'ada@exam\u00adple.com',
  // Each of these was read as an address at another name than the one that is written.
  'ada@example.com/x',
  'ada@example.com?x',
  'ada@example.com#x',
  'ada@example.com\\x',
  'ada@example%2ecom',
  'ada@example.com%2fx',
  'ada@example.com:25',
  'ada@0x7f.1',
  'ada@2130706433',
  `${'a'.repeat(65)}@example.com`,
  `ada@${'a'.repeat(64)}.com`,
  `ada@${'a.'.repeat(130)}com`,
])('%j is refused', (text) => {
  expect(() => parseEmailAddress(text)).toThrow(expect.objectContaining({ code: 'invalid_email' }));
});

test('the beginning of an address is folded as addresses are', () => {
  expect(toSearchPrefix('  \uff21DA@\u0000')).toBe('ada@');
});
