/**
 * What a load is to look like: phases with a rate for each stream, who asks, and what happens inside of a session.
 * A shape and its seed decide a schedule entirely; it is plain JSON, so that it can be kept beside a result.
 */

/** Sessions a second: constant over the phase, or a straight line from its beginning to its end. */
export type Rate = number | { from: number; to: number };

export interface PhaseShape {
  name: string;
  durationMs: number;
  /** By stream; a stream that is not named here is silent in this phase. */
  rates: Record<string, Rate>;
}

/** Who asks: all users alike, or the r-th most active in proportion to r^-exponent (Zipf). */
export type Popularity = 'uniform' | { zipf: number };

/** The pause before a step: always the same, exponential, or drawn evenly from a list of measured pauses. */
export type ThinkTime = { fixedMs: number } | { meanMs: number } | { sampledMs: readonly number[] };

export interface SessionStep {
  /** The stream the step is asked and measured as. */
  stream: string;
  think: ThinkTime;
  /** The chance that the session goes on to this step; 1 unless said otherwise. */
  probability?: number;
}

export interface StreamShape {
  /** `poisson` (many people who know nothing of each other) unless said otherwise; `uniform` is evenly spaced. */
  arrivals?: 'poisson' | 'uniform';
  popularity?: Popularity;
  /** What follows the first request, each step after the answer to the one before it; nothing unless said otherwise. */
  steps?: readonly SessionStep[];
}

export interface LoadShape {
  /** Any whole number. The same seed and shape give the same schedule. */
  seed: number;
  /** How many users there are; a request belongs to one of 0 … users - 1. */
  users: number;
  streams: Record<string, StreamShape>;
  phases: readonly PhaseShape[];
}

const MAX_STREAMS = 255;

/** Throws a RangeError that lists every fault of the shape. */
export function checkShape(shape: LoadShape): void {
  const streams = Object.keys(shape.streams);
  const faults = [
    ...check(Number.isSafeInteger(shape.seed), 'seed must be a whole number'),
    ...check(Number.isInteger(shape.users) && shape.users > 0, 'users must be a whole number above 0'),
    ...check(streams.length > 0 && streams.length <= MAX_STREAMS, `there must be 1 to ${MAX_STREAMS} streams`),
    ...check(shape.phases.length > 0, 'there must be a phase'),
    ...check(new Set(shape.phases.map(({ name }) => name)).size === shape.phases.length, 'phases need different names'),
    ...shape.phases.flatMap((phase) => phaseFaults(phase, streams)),
    ...streams.flatMap((name) => streamFaults(name, shape.streams[name] as StreamShape, streams)),
  ];
  if (faults.length > 0) throw new RangeError(`this load shape cannot be run: ${faults.join('; ')}`);
}

function phaseFaults(phase: PhaseShape, streams: readonly string[]): string[] {
  return [
    ...check(isAbove(phase.durationMs, 0), `phase ${phase.name}: durationMs must be above 0`),
    ...Object.entries(phase.rates).flatMap(([stream, rate]) => [
      ...check(streams.includes(stream), `phase ${phase.name}: there is no stream ${stream}`),
      ...check(
        [rateAt(rate, 0), rateAt(rate, 1)].every((one) => Number.isFinite(one) && one >= 0),
        `phase ${phase.name}: the rate of ${stream} must not be below 0`,
      ),
    ]),
  ];
}

function streamFaults(name: string, stream: StreamShape, streams: readonly string[]): string[] {
  const { popularity = 'uniform', steps = [] } = stream;
  return [
    ...check(popularity === 'uniform' || isAbove(popularity.zipf, 0), `stream ${name}: zipf must be above 0`),
    ...steps.flatMap(({ stream: next, think, probability = 1 }) => [
      ...check(streams.includes(next), `stream ${name}: there is no stream ${next} to go on with`),
      ...check(probability >= 0 && probability <= 1, `stream ${name}: a probability is from 0 to 1`),
      ...check(
        !('sampledMs' in think) || think.sampledMs.length > 0,
        `stream ${name}: sampledMs needs a pause to draw from`,
      ),
    ]),
  ];
}

function check(isRight: boolean, fault: string): string[] {
  return isRight ? [] : [fault];
}

function isAbove(value: number, bound: number): boolean {
  return Number.isFinite(value) && value > bound;
}

/** The rate at a share (0 to 1) of its phase, in sessions a second. */
export function rateAt(rate: Rate, share: number): number {
  return typeof rate === 'number' ? rate : rate.from + (rate.to - rate.from) * share;
}
