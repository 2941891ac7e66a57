import { describe, expect, test } from 'vitest';
import { createKeyText, hintOf, isMeantAsKey, looksLikeKey } from '../../../main/accounts/api-keys/key-text.ts';
import { createToken, looksLikeToken } from '../../../main/foundation/tokens.ts';

describe('an API key', () => {
  const key = createKeyText();

  test('has a prefix that scanners find, 43 characters of its own, and a checksum', () => {
    expect(key).toMatch(/^aq_[0-9A-Za-z]{49}$/);
    expect(looksLikeKey(key)).toBe(true);
    expect(new Set(Array.from({ length: 500 }, createKeyText)).size).toBe(500);
  });

  test('with any one character wrong, or one missing, is none', () => {
    for (let at = 3; at < key.length; at += 1) {
      const wrong = key.slice(0, at) + (key[at] === 'A' ? 'B' : 'A') + key.slice(at + 1);
      expect(looksLikeKey(wrong)).toBe(false);
    }
    for (const wrong of [key.slice(0, -1), `${key}0`, key.slice(3), key.toUpperCase(), '', 'aq_']) {
      expect(looksLikeKey(wrong)).toBe(false);
    }
  });

  test('is never taken for a session’s token, nor the other way round', () => {
    expect(looksLikeToken(key)).toBe(false);
    expect(isMeantAsKey(key)).toBe(true);
    expect(looksLikeKey(createToken())).toBe(false);
  });

  test('is known again by four characters', () => {
    expect(hintOf(key)).toBe(key.slice(0, 7));
  });
});
