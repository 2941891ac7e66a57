/** What protection refuses, and in which words. */

import type { Challenge } from 'altcha-lib/types';
import { AppError } from '../../foundation/errors.ts';

/** Carries the challenge: whoever solves it sends the solution in the header `Aquifer-Proof` and asks again. */
export function proofRequired(challenge: Challenge): AppError {
  const words = 'Somebody is guessing passwords here just now. Let your program do a moment of work first.';
  return new AppError('rate_limited', 'proof_required', words, { extensions: { challenge } });
}
