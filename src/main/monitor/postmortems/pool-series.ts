/** The pool's figures over an incident's time, as its plots want them. */

import type { SampleAnswer, SampleQuery } from '../samples/sample-series.ts';
import type { Series } from '../samples/schema.ts';

const NAMES = ['pool.inUse', 'pool.waiting'];
const STEPS = 200;
const STEP_MIN_MS = 10_000;

export async function readPoolSeries(
  read: (query: SampleQuery) => Promise<SampleAnswer>,
  fromMs: number,
  toMs: number,
): Promise<Series[]> {
  const stepMs = Math.max(STEP_MIN_MS, Math.ceil((toMs - fromMs) / STEPS / STEP_MIN_MS) * STEP_MIN_MS);
  const answers = await Promise.all(NAMES.map((name) => read({ name, fromMs, toMs, stepMs })));
  return answers.flatMap(({ series }) =>
    series.map(({ name, points, scope }) => ({
      ...{ name, scope },
      points: points.map(({ atMs, ...point }) => ({ ...point, at: new Date(atMs).toISOString() })),
    })),
  );
}
