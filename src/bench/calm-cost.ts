/**
 * Claim: guarding costs at most three hundredths of the throughput in calm. The whole server with the sampler, the adaptive limits and
 * the shared budget, against itself with all three switched off. The ledger cannot be switched off and is in both.
 */

import { compareSwitchedOff } from './support/switched-off.ts';

await compareSwitchedOff({
  off: { AQUIFER_SAMPLER: 'false', AQUIFER_ADAPTIVE_LIMIT: 'false', AQUIFER_SHARED_BUDGET: 'false' },
  word: 'guarded',
  rounds: 11,
  roundMs: 4_000,
  goal: 0.97,
});
