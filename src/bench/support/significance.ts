/** Whether two sets of measurements differ: Welch's t-test for their means, Mann and Whitney's U for their order. */

export interface Difference {
  medianA: number;
  medianB: number;
  /** The chance to see such a difference where there is none. Two-sided, by the normal distribution: for 100 and more of each. */
  welchP: number;
  mannWhitneyP: number;
}

export function compare(a: readonly number[], b: readonly number[]): Difference {
  return { medianA: medianOf(a), medianB: medianOf(b), welchP: welch(a, b), mannWhitneyP: mannWhitney(a, b) };
}

function welch(a: readonly number[], b: readonly number[]): number {
  const [meanA, varianceA] = momentsOf(a);
  const [meanB, varianceB] = momentsOf(b);
  const error = Math.sqrt(varianceA / a.length + varianceB / b.length);
  return error === 0 ? (meanA === meanB ? 1 : 0) : twoSided((meanA - meanB) / error);
}

/** With the correction for ties. */
function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  all.sort((one, other) => one.value - other.value);
  let rankSumA = 0;
  let ties = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const rank = (from + 1 + to) / 2;
    for (let index = from; index < to; index += 1) if (all[index]?.isA) rankSumA += rank;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const n = all.length;
  const product = a.length * b.length;
  const u = rankSumA - (a.length * (a.length + 1)) / 2;
  const deviation = Math.sqrt((product / 12) * (n + 1 - ties / (n * (n - 1))));
  return deviation === 0 ? 1 : twoSided((u - product / 2) / deviation);
}

function momentsOf(values: readonly number[]): [mean: number, variance: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)];
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Of a standard normal z; Abramowitz and Stegun 7.1.26, off by 1.5e-7 at most. */
function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.min(1, series * Math.exp(-x * x));
}
