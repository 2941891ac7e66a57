/** Counts and histograms of one stream in one phase. */

import { createHistogram, type DurationHistogram } from './histogram.ts';
import { FAILURES, type Failure, type Outcome } from './outcome.ts';
import type { StreamResult } from './result.ts';

const DURATIONS = ['response', 'responseOfSucceeded', 'service', 'lag'] as const;
type Duration = (typeof DURATIONS)[number];

export class StreamCell {
  readonly #histograms: Record<Duration, DurationHistogram>;
  readonly #byFailure = Object.fromEntries(FAILURES.map((name) => [name, 0])) as Record<Failure, number>;
  readonly #byStatus: Record<string, number> = {};
  readonly #byProblemCode: Record<string, number> = {};
  #offered = 0;
  #failed = 0;

  constructor() {
    const entries = DURATIONS.map((name) => [name, createHistogram()]);
    this.#histograms = Object.fromEntries(entries) as Record<Duration, DurationHistogram>;
  }

  get counts(): { offered: number; succeeded: number; failed: number } {
    return { offered: this.#offered, succeeded: this.#offered - this.#failed, failed: this.#failed };
  }

  histogram(name: Duration): DurationHistogram {
    return this.#histograms[name];
  }

  record(outcome: Outcome, responseMs: number): void {
    const { failure, status, problemCode, sentAtMs, scheduledAtMs, endedAtMs } = outcome;
    const { response, responseOfSucceeded, service, lag } = this.#histograms;
    this.#offered += 1;
    response.record(responseMs);
    lag.record(sentAtMs - scheduledAtMs);
    if (failure !== 'skipped') service.record(endedAtMs - sentAtMs);
    if (status > 0) increase(this.#byStatus, String(status));
    if (problemCode !== null) increase(this.#byProblemCode, problemCode);
    if (failure === null) {
      responseOfSucceeded.record(responseMs);
    } else {
      this.#failed += 1;
      this.#byFailure[failure] += 1;
    }
  }

  add(other: StreamCell): void {
    for (const name of DURATIONS) this.#histograms[name].add(other.#histograms[name]);
    for (const name of FAILURES) this.#byFailure[name] += other.#byFailure[name];
    for (const [status, count] of Object.entries(other.#byStatus)) increase(this.#byStatus, status, count);
    for (const [code, count] of Object.entries(other.#byProblemCode)) increase(this.#byProblemCode, code, count);
    this.#offered += other.#offered;
    this.#failed += other.#failed;
  }

  result(withHistograms: boolean): StreamResult {
    const each = <Value>(read: (histogram: DurationHistogram) => Value) =>
      Object.fromEntries(DURATIONS.map((name) => [name, read(this.#histograms[name])])) as Record<Duration, Value>;
    return {
      ...this.counts,
      skipped: this.#byFailure.skipped,
      byFailure: this.#byFailure,
      byStatus: this.#byStatus,
      byProblemCode: this.#byProblemCode,
      ...each((histogram) => histogram.percentiles()),
      ...(withHistograms ? { histograms: each((histogram) => histogram.encode()) } : {}),
    };
  }

  destroy(): void {
    for (const name of DURATIONS) this.#histograms[name].destroy();
  }
}

function increase(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
