// Logarithmic axes for the curves of a forecast: where a value stands, and which values are worth naming.

export interface LogScale {
  /** The value at the near end, above zero. */
  readonly from: number;
  readonly to: number;
  /** Pixels of both ends; an axis that goes up has the larger one first. */
  readonly near: number;
  readonly far: number;
}

/** Where a value stands, in pixels; what lies outside stands at the end. */
export function place(scale: LogScale, value: number): number {
  const { far, from, near, to } = scale;
  if (to <= from) return (near + far) / 2;
  const share = (Math.log(Math.max(value, from)) - Math.log(from)) / (Math.log(to) - Math.log(from));
  return near + Math.min(1, share) * (far - near);
}

/** The value that stands at a pixel. */
export function valueAt(scale: LogScale, pixel: number): number {
  const { far, from, near, to } = scale;
  const share = Math.min(1, Math.max(0, (pixel - near) / (far - near)));
  return Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)));
}

/** Whole powers of ten around the values, so that an axis begins and ends at one: at least one decade. */
export function decadesAround(values: readonly number[]): { readonly from: number; readonly to: number } {
  const known = values.filter((value) => value > 0 && Number.isFinite(value));
  if (known.length === 0) return { from: 1, to: 10 };
  const from = 10 ** Math.floor(Math.log10(Math.min(...known)) + 1e-9);
  const to = 10 ** Math.ceil(Math.log10(Math.max(...known)) - 1e-9);
  return { from, to: Math.max(to, from * 10) };
}

/** The powers of ten from one end to the other, thinned so that there are no more than `most`. */
export function decadeTicks({ from, to }: Pick<LogScale, 'from' | 'to'>, most = 6): number[] {
  const first = Math.round(Math.log10(from));
  const count = Math.round(Math.log10(to)) - first;
  const step = Math.max(1, Math.ceil(count / (most - 1)));
  return Array.from({ length: Math.floor(count / step) + 1 }, (_, index) => 10 ** (first + index * step));
}
