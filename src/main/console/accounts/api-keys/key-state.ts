// How an API key stands, in a word.
import type { ApiKey } from '../../../client/api-keys.ts';

const SOON_MS = 7 * 86_400_000;

export interface KeyState {
  readonly tone: 'plain' | 'good' | 'warn' | 'bad';
  readonly word: string;
}

/** Expired, about to, never used, or in use. */
export function keyState({ expiresAt, lastUsedAt }: Pick<ApiKey, 'expiresAt' | 'lastUsedAt'>, nowMs: number): KeyState {
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0) return { tone: 'plain', word: 'expired' };
  if (leftMs < SOON_MS) return { tone: 'warn', word: 'ends soon' };
  return lastUsedAt === null ? { tone: 'plain', word: 'not used yet' } : { tone: 'good', word: 'in use' };
}
