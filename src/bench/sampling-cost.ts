/**
 * Claim: watching costs at most a hundredth of the throughput in calm. The whole server as it is, against AQUIFER_SAMPLER=false,
 * which switches off all that measures the server and its Postgres.
 */

import { compareSwitchedOff } from './support/switched-off.ts';

await compareSwitchedOff({
  off: { AQUIFER_SAMPLER: 'false' },
  word: 'watched',
  rounds: Number(process.env.SAMPLING_ROUNDS ?? 21),
  // As long as the slowest of what measures all the time takes to come round once.
  roundMs: Number(process.env.SAMPLING_ROUND_MS ?? 10_000),
  goal: 0.99,
});
