// Where steps are missing from a series, one without a value is put in: a line across would be invented.

export interface Step<Value> {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly value: Value | null;
}

/** A step that came a little late is no gap. */
const GAP_STEPS = 2.5;

/** @param steps ascending */
export function withGaps<Value>(steps: readonly Step<Value>[], stepSeconds: number): Step<Value>[] {
  const whole: Step<Value>[] = [];
  for (const step of steps) {
    const before = whole.at(-1);
    if (before && step.at - before.at > stepSeconds * GAP_STEPS) {
      whole.push({ at: before.at + stepSeconds, value: null });
    }
    whole.push(step);
  }
  return whole;
}
