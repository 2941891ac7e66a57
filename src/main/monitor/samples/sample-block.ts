/**
 * Figures of one name over a few steps of time, scope by scope. Everything that is recorded, written, rolled up and answered has
 * this shape: a minute of 10 s steps, an hour of minutes, a day of hours, or whatever a reader asked for.
 */

export interface StepValues {
  /** One for each step; NaN where nothing was measured, in all three. */
  readonly mean: Float32Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
}

export interface SampleSpan {
  /** Wall clock, milliseconds since 1970; a multiple of the step. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** A scope is a text to everybody, and the number of its label where many are rolled up. */
export interface SampleBlock<Scope = string> extends SampleSpan {
  readonly name: string;
  readonly series: ReadonlyMap<Scope, StepValues>;
}

interface Totals {
  readonly sum: Float64Array;
  readonly weight: Float64Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/** Puts single readings, or blocks with narrower steps, into steps. */
export class StepTotals<Scope = string> {
  readonly span: SampleSpan;
  readonly #scopes = new Map<Scope, Totals>();

  constructor(span: SampleSpan) {
    this.span = span;
  }

  has(scope: Scope): boolean {
    return this.#scopes.has(scope);
  }

  get size(): number {
    return this.#scopes.size;
  }

  /** What lies outside of the span is left out. */
  add(scope: Scope, atMs: number, value: number): void {
    const index = this.#indexOf(atMs);
    if (index >= 0) put(this.#totalsOf(scope), index, { mean: value, min: value, max: value, weight: 1 });
  }

  /** Each of its steps counts by its width, at the step of ours in which it began. */
  addBlock({ series, startMs, stepMs, steps }: SampleBlock<Scope>, only?: Scope): void {
    for (const [scope, values] of series) {
      if (only !== undefined && scope !== only) continue;
      const totals = this.#totalsOf(scope);
      for (let step = 0; step < steps; step += 1) {
        const mean = values.mean[step] as number;
        const index = Number.isNaN(mean) ? -1 : this.#indexOf(startMs + step * stepMs);
        if (index < 0) continue;
        put(totals, index, { mean, min: values.min[step] as number, max: values.max[step] as number, weight: stepMs });
      }
    }
  }

  /** As it stands now; more may still be added. */
  toBlock(name: string): SampleBlock<Scope> {
    const series = new Map<Scope, StepValues>();
    for (const [scope, { max, min, sum, weight }] of this.#scopes) {
      const mean = Float32Array.from(sum, (total, step) => total / (weight[step] as number));
      // Most stand still within a step: they are kept once, not three times.
      const isFlat = mean.every((value, step) => Number.isNaN(value) || (value === min[step] && value === max[step]));
      series.set(scope, isFlat ? { mean, min: mean, max: mean } : { mean, min: min.slice(), max: max.slice() });
    }
    return { name, ...this.span, series };
  }

  #indexOf(atMs: number): number {
    const { startMs, stepMs, steps } = this.span;
    const index = Math.floor((atMs - startMs) / stepMs);
    return index < steps ? index : -1;
  }

  #totalsOf(scope: Scope): Totals {
    let totals = this.#scopes.get(scope);
    if (!totals) {
      const { steps } = this.span;
      const empty = () => new Float32Array(steps).fill(Number.NaN);
      totals = { sum: new Float64Array(steps), weight: new Float64Array(steps), min: empty(), max: empty() };
      this.#scopes.set(scope, totals);
    }
    return totals;
  }
}

interface Part {
  mean: number;
  min: number;
  max: number;
  weight: number;
}

function put(totals: Totals, index: number, { max, mean, min, weight }: Part): void {
  totals.sum[index] = (totals.sum[index] as number) + mean * weight;
  totals.weight[index] = (totals.weight[index] as number) + weight;
  // Against NaN every comparison is false.
  if (!((totals.min[index] as number) <= min)) totals.min[index] = min;
  if (!((totals.max[index] as number) >= max)) totals.max[index] = max;
}
