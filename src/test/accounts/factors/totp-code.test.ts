import { describe, expect, test } from 'vitest';
import { createTotpSecret, stepOfCode, totpUri } from '../../../main/accounts/factors/totp-code.ts';

/** RFC 6238, appendix B: the ASCII secret 12345678901234567890; its eight digits end in our six. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('a code', () => {
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at %d s is that of RFC 6238', (seconds, code) => {
    expect(stepOfCode(RFC_SECRET, code, seconds * 1_000)).toBe(Math.floor(seconds / 30));
  });

  test('is good one step early and one step late, names its own step, and is good for no other', () => {
    const step = Math.floor(1111111109 / 30);
    const at = (steps: number) => stepOfCode(RFC_SECRET, '081804', (step + steps) * 30_000);
    expect([at(-2), at(-1), at(0), at(1), at(2)]).toEqual([null, step, step, step, null]);
  });

  test('may have a space, and is six digits or nothing', () => {
    const at = (code: string) => stepOfCode(RFC_SECRET, code, 59_000);
    expect(at('287 082')).toBe(1);
    for (const code of ['', '28708', '2870822', '28708a', '٢٨٧٠٨٢', '94287082']) expect(at(code)).toBeNull();
  });
});

test('a secret has 160 bits, each time others', () => {
  const secrets = Array.from({ length: 20 }, createTotpSecret);
  expect(new Set(secrets).size).toBe(20);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
});

test('what a QR code says names application and user, with nothing of theirs read as another part', () => {
  const uri = new URL(totpUri(RFC_SECRET, { appName: 'Night & Market', email: 'ada?x=1&secret=AAAA@example.com' }));
  expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp']);
  expect(decodeURIComponent(uri.pathname)).toBe('/Night & Market:ada?x=1&secret=AAAA@example.com');
  expect(uri.searchParams.getAll('secret')).toEqual([RFC_SECRET]);
  expect(uri.searchParams.get('issuer')).toBe('Night & Market');
});
