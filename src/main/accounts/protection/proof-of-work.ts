/**
 * Proof of work, by ALTCHA's challenge: find a number whose hash begins with zeros. It costs a person's browser a moment and
 * someone who guesses at thousands of accounts thousands of moments; it asks no third party and shows nobody a picture. A
 * challenge is signed, for one route, for a few minutes; its solution is good once, whichever server it is brought to.
 */

import { createHash } from 'node:crypto';
import { type Challenge, createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import type { Payload } from 'altcha-lib/types';
import type { Database, Origin } from '../../database/index.ts';
import { spendProof } from './queries.ts';

export interface ProofOfWork {
  /** @param severity as `Pressure.severity`: the work grows with it */
  challenge(route: string, severity: number): Promise<Challenge>;
  /** True once for each solution. @param text the header's, whatever somebody wrote into it */
  accept(text: string, route: string, origin: Origin): Promise<boolean>;
}

const LIFETIME_MS = 5 * 60_000;
const ALGORITHM = 'SHA-256';
/** Three hexadecimal zeros: 4,096 tries on average. */
const PREFIX = '000';
/** Hashes a try. With these about 16,000 hashes: a quarter of a second in a browser of today. */
const LEAST_COST = 4;
/** About 260,000 hashes, some seconds. A telephone's owner would not wait for more. */
const MOST_COST = 64;
const MAX_PROOF_LENGTH = 2_000;

/** @param key what challenges are signed with, the same on every server */
export function createProofOfWork(database: Database, key: () => Promise<Buffer>): ProofOfWork {
  const secret = async () => (await key()).toString('base64url');
  return {
    async challenge(route, severity) {
      const cost = Math.min(MOST_COST, Math.ceil(LEAST_COST * Math.max(1, severity)));
      return createChallenge({
        ...{ algorithm: ALGORITHM, deriveKey, cost, keyPrefix: PREFIX, data: { route } },
        expiresAt: Math.floor((Date.now() + LIFETIME_MS) / 1000),
        hmacSignatureSecret: await secret(),
      });
    },
    async accept(text, route, origin) {
      const payload = readPayload(text);
      if (payload?.challenge.parameters.data?.route !== route) return false;
      const { verified } = await verifySolution({ ...payload, deriveKey, hmacSignatureSecret: await secret() });
      if (!verified) return false;
      // The challenge and not the solution is what is used up: many numbers solve one challenge.
      const proofHash = createHash('sha256').update(payload.challenge.signature).digest();
      return (await database.execute(spendProof, [proofHash, LIFETIME_MS], origin)) === 1;
    },
  };
}

type SignedPayload = Payload & { challenge: { signature: string } };

/** Null for whatever is no proof. What it claims is believed only once its signature is verified. */
function readPayload(text: string): SignedPayload | null {
  if (text.length > MAX_PROOF_LENGTH) return null;
  try {
    const payload = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Partial<SignedPayload> | null;
    const { challenge, solution } = payload ?? {};
    if (typeof challenge?.signature !== 'string' || typeof challenge.parameters !== 'object') return null;
    if (challenge.parameters === null || typeof solution !== 'object' || solution === null) return null;
    return { challenge, solution };
  } catch {
    return null;
  }
}
