// Solves the challenge that a server under attack answers with, so that whoever called need not know of it.
import type { Challenge } from 'altcha-lib/types';

export type ProofChallenge = Challenge;

/** The header that a solution goes back in. */
export const PROOF_HEADER = 'aquifer-proof';

/** Longer than the hardest challenge takes a slow telephone. */
const TIMEOUT_MS = 90_000;

/**
 * The value of `Aquifer-Proof`: some thousand hashes, a moment's work. Null where it cannot be found here: on a page without
 * TLS, which has no `crypto.subtle`, or when `signal` ends it.
 */
export async function solveProof(challenge: ProofChallenge, signal?: AbortSignal): Promise<string | null> {
  if (globalThis.crypto?.subtle === undefined) return null;
  // Asked for only when it is needed, which is seldom.
  const [{ solveChallenge }, { deriveKey }] = await Promise.all([
    import('altcha-lib'),
    import('altcha-lib/algorithms/web/sha'),
  ]);
  const controller = new AbortController();
  const stop = () => controller.abort();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const solution = await solveChallenge({ challenge, deriveKey, controller, timeout: TIMEOUT_MS });
    return solution === null ? null : toBase64(JSON.stringify({ challenge, solution }));
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Reads the challenge out of a problem document; null where there is none. */
export function challengeIn(body: Readonly<Record<string, unknown>>): ProofChallenge | null {
  const { challenge } = body;
  if (typeof challenge !== 'object' || challenge === null || !('parameters' in challenge)) return null;
  return challenge as ProofChallenge;
}

/** Every character of it is ASCII. */
function toBase64(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
