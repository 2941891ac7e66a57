/** Rate limits that no load from one machine reaches: what is measured has them, their cost included, and never meets them. */

export const BEYOND_LIMITS = {
  RATE_LIMIT_PER_ACCOUNT: '1000000000',
  RATE_LIMIT_PER_NETWORK: '1000000000',
  RATE_LIMIT_TOTAL: '1000000000',
} as const;
