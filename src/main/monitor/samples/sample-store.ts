/** Records what is published, and reads it again: what this process has in memory, and what Postgres keeps. */

import type { Clock } from '../../foundation/clock.ts';
import type { Reading } from './reading-hub.ts';
import { RecentBlocks } from './recent-blocks.ts';
import { SampleRecorder } from './recorder.ts';
import { type SampleBlock, StepTotals } from './sample-block.ts';
import type { SampleAnswer, SampleQuery, SampleSeries } from './sample-series.ts';
import { narrowestStepMs, TIERS } from './tiers.ts';

const HOUR_MS = 3_600_000;

export interface SampleStoreOptions {
  clock: Clock;
}

export class SampleStore {
  readonly #clock: Clock;
  readonly #recent = new RecentBlocks(HOUR_MS);
  readonly #recorder = new SampleRecorder((block) => this.#recent.add(block));

  constructor({ clock }: SampleStoreOptions) {
    this.#clock = clock;
  }

  record(atMs: number, readings: readonly Reading[]): void {
    this.#recorder.add(atMs, readings);
  }

  /** Never throws for the database's sake. */
  async read(query: SampleQuery): Promise<SampleAnswer> {
    const stepMs = stepFor(query, this.#clock.nowMs());
    const startMs = Math.floor(query.fromMs / stepMs) * stepMs;
    const totals = new StepTotals({ startMs, stepMs, steps: Math.ceil((query.toMs - startMs) / stepMs) });
    for (const block of this.#inMemory(query)) totals.addBlock(block, query.scope);
    return { stepMs, series: toSeries(totals.toBlock(query.name)), isComplete: true };
  }

  #inMemory({ fromMs, name, toMs }: SampleQuery): SampleBlock[] {
    const blocks = this.#recent.read(name, fromMs, toMs);
    const open = this.#recorder.openBlock(name);
    return open ? [...blocks, open] : blocks;
  }
}

/** A multiple of what is kept of that time. */
export function stepFor({ fromMs, stepMs }: SampleQuery, nowMs: number): number {
  const leastMs = Math.max(narrowestStepMs(fromMs, nowMs), TIERS.tenSeconds.stepMs);
  return Math.max(1, Math.ceil(stepMs / leastMs)) * leastMs;
}

export function toSeries({ name, series, startMs, stepMs }: SampleBlock): SampleSeries[] {
  return [...series].map(([scope, { max, mean, min }]) => {
    const points = [];
    for (let step = 0; step < mean.length; step += 1) {
      const value = mean[step] as number;
      if (Number.isNaN(value)) continue;
      points.push({ atMs: startMs + step * stepMs, mean: value, min: min[step] as number, max: max[step] as number });
    }
    return { name, scope, points };
  });
}
