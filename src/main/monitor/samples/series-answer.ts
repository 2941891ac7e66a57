/** Answers a request for figures over time. */

import type { Static } from 'typebox';
import { invalidSpan } from './errors.ts';
import type { SampleAnswer, SampleQuery, SampleSeries } from './sample-series.ts';
import type * as schema from './schema.ts';
import { TIERS } from './tiers.ts';

const HOUR_MS = 3_600_000;
const MS_PER_SECOND = 1_000;
const STEPS = 360;
const STEPS_MAX = 2_200;

export type SeriesRequest = Static<typeof schema.readSeries.query>;

/**
 * @param read one name's series
 * @throws AppError invalid_span
 */
export async function answerSeries(
  { from, name, scope, stepSeconds, to }: SeriesRequest,
  nowMs: number,
  read: (query: SampleQuery) => Promise<SampleAnswer>,
): Promise<schema.SeriesAnswer> {
  const toMs = to === undefined ? nowMs : Date.parse(to);
  const fromMs = from === undefined ? toMs - HOUR_MS : Date.parse(from);
  const spanMs = toMs - fromMs;
  // Whoever asks for the whole of it, by a clock that is a little ahead, gets it.
  if (!(spanMs > 0 && spanMs <= TIERS.hours.keepMs + HOUR_MS)) throw invalidSpan();
  const narrowestMs = spanMs / (stepSeconds === undefined ? STEPS : STEPS_MAX);
  const stepMs = Math.max((stepSeconds ?? 0) * MS_PER_SECOND, narrowestMs);
  const answers: SampleAnswer[] = [];
  // One after the other: a page of charts must not take more than one connection of its lane.
  for (const each of new Set(name.split(','))) answers.push(await read({ name: each, scope, fromMs, toMs, stepMs }));
  return {
    stepSeconds: Math.max(...answers.map((answer) => answer.stepMs)) / MS_PER_SECOND,
    series: answers.flatMap(({ series }) => series.map(toView)),
    isComplete: answers.every(({ isComplete }) => isComplete),
  };
}

function toView({ name, points, scope }: SampleSeries): schema.Series {
  return {
    ...{ name, scope },
    points: points.map(({ atMs, max, mean, min }) => ({
      at: new Date(atMs).toISOString(),
      ...{ mean: rounded(mean), min: rounded(min), max: rounded(max) },
    })),
  };
}

/** Figures are kept to four digits; more would only lengthen the answer. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
