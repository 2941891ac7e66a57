import { expect, test } from 'vitest';
import { keyState } from '../../../../main/console/accounts/api-keys/key-state.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const inDays = (days: number) => new Date(NOW_MS + days * 86_400_000).toISOString();

test.each([
  [0, inDays(-3), 'expired'],
  [-1, null, 'expired'],
  [6, inDays(-1), 'ends soon'],
  [30, null, 'not used yet'],
  [30, inDays(-1), 'in use'],
])('a key that ends in %i days, last used %s: %s', (days, lastUsedAt, word) => {
  expect(keyState({ expiresAt: inDays(days), lastUsedAt }, NOW_MS).word).toBe(word);
});
