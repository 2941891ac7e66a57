// Series on top of each other: each becomes the sum of itself and those beneath it. A gap stays a gap.

export type Values = readonly (number | null)[];

export function stack(series: readonly Values[]): (number | null)[][] {
  const stacked: (number | null)[][] = [];
  for (const values of series) {
    const below = stacked.at(-1);
    stacked.push(values.map((value, index) => (value === null ? null : value + (below?.[index] ?? 0))));
  }
  return stacked;
}

/** The largest value, so that an axis begins at zero and ends at something round above it. */
export function ceilingOf(series: readonly Values[], leastCeiling: number): number {
  let top = leastCeiling;
  for (const values of series) for (const value of values) if (value !== null && value > top) top = value;
  const magnitude = 10 ** Math.floor(Math.log10(top));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * magnitude >= top) ?? 10;
  return step * magnitude;
}

/** The powers of ten that a logarithmic axis shows, from 1 to the first above all values. */
export function decadesOf(series: readonly Values[], leastCeiling: number): number[] {
  let top = leastCeiling;
  for (const values of series) for (const value of values) if (value !== null && value > top) top = value;
  const last = Math.max(1, Math.ceil(Math.log10(top) - 1e-9));
  return Array.from({ length: last + 1 }, (_, power) => 10 ** power);
}

/** A logarithmic axis has no zero: what is less than 1 lies on its lowest line. */
export function atLeastOne(values: Values): (number | null)[] {
  return values.map((value) => (value === null ? null : Math.max(1, value)));
}
