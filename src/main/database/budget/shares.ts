/**
 * Divides a budget of connections among processes: each has its floor, and what is left goes by demand, up to what each
 * wants at the most. Whole numbers by the largest remainder (Hamilton), so that the sum is never more than the budget.
 */

export interface Claim {
  /** What its lanes are promised. */
  readonly floor: number;
  /** The most it ever takes; not below the floor. */
  readonly want: number;
  /** Callers that hold a connection or wait for one. */
  readonly demand: number;
}

/** Nobody counts as wanting nothing: a process that is idle now should not wait for its first connections later. */
const LEAST_DEMAND = 1;
/** A division this close to the last one is not worth moving connections for. */
const STEADY_WITHIN = 1;
const ROUNDS = 60;

/**
 * The share of each claim, in their order. The sum is the budget, or what all want where that is less. Where not even the
 * floors fit, the budget is divided by them.
 */
export function divideBudget(budget: number, claims: readonly Claim[]): number[] {
  const total = Math.max(0, Math.floor(budget));
  const floors = sum(claims.map(({ floor }) => floor));
  if (floors >= total) {
    const part = floors === 0 ? 0 : total / floors;
    return roundToSum(
      claims.map(({ floor }) => floor * part),
      total,
    );
  }
  const wanted = sum(claims.map(({ want }) => want));
  if (wanted <= total) return claims.map(({ want }) => want);
  return roundToSum(shareOut(total, claims), total);
}

/** The last division again, while the new one is hardly another and the last one still fits. */
export function keepSteady(budget: number, last: readonly number[], next: readonly number[]): number[] {
  const fits = sum(last) <= budget && sum(next) <= sum(last);
  const isClose = next.every((share, index) => Math.abs(share - (last[index] ?? 0)) <= STEADY_WITHIN);
  return fits && isClose ? [...last] : [...next];
}

/** Whole connections a process could be lowered to so that all fit: the largest `most` with Σ min(want, most) ≤ budget. */
export function largestEqualMost(budget: number, wants: readonly number[]): number {
  let most = 0;
  while (most < budget && sum(wants.map((want) => Math.min(want, most + 1))) <= budget) most += 1;
  return most;
}

/**
 * Before rounding: floor + rate × demand, or `want` where that is less, with the one rate at which the sum is the total.
 * The sum grows with the rate, so halving finds it.
 */
function shareOut(total: number, claims: readonly Claim[]): number[] {
  const atRate = (rate: number) =>
    claims.map(({ floor, want, demand }) => Math.min(want, floor + rate * Math.max(LEAST_DEMAND, demand)));
  let low = 0;
  let high = total;
  for (let round = 0; round < ROUNDS; round += 1) {
    const middle = (low + high) / 2;
    if (sum(atRate(middle)) > total) high = middle;
    else low = middle;
  }
  return atRate(low);
}

/** Rounds down, then gives what is left to the largest remainders; among equal ones to the first. */
function roundToSum(quotas: readonly number[], total: number): number[] {
  // A quota that halving left a hair below a whole number is that number.
  const whole = quotas.map((quota) => Math.floor(quota + 1e-6));
  let left = total - sum(whole);
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - (whole[index] ?? 0) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index, remainder } of byRemainder) {
    if (left <= 0 || remainder <= 0) break;
    whole[index] = (whole[index] ?? 0) + 1;
    left -= 1;
  }
  return whole;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
