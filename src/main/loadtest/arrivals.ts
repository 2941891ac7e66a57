/**
 * When the sessions of one stream begin, phase by phase. `poisson` is a non-homogeneous Poisson process by thinning
 * (Lewis and Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", 1979): candidates come at the phase's
 * highest rate, and each is kept with probability λ(t) / λmax. `uniform` spaces evenly in Λ(t), the rate's integral.
 * A Poisson process has no memory, so each phase may be drawn by itself.
 */

import type { Random } from './random.ts';
import { type Rate, rateAt } from './shape.ts';

export interface ArrivalPhase {
  startMs: number;
  durationMs: number;
  rate: Rate;
}

/** The instants of a phase's arrivals, rising, in milliseconds since the schedule's start, to the microsecond. */
export function poissonArrivals(phase: ArrivalPhase, random: Random): number[] {
  const { startMs, durationMs, rate } = phase;
  const highest = Math.max(rateAt(rate, 0), rateAt(rate, 1));
  const instants: number[] = [];
  if (highest === 0) return instants;
  for (let at = random.exponential(1000 / highest); at < durationMs; at += random.exponential(1000 / highest)) {
    // Drawn also where the rate is constant: a shape that turns from 5 to { from: 5, to: 5 } stays the same schedule.
    const isKept = random.unit() * highest < rateAt(rate, at / durationMs);
    if (isKept) instants.push(toMicrosecond(startMs + at));
  }
  return instants;
}

/** As `poissonArrivals`, but evenly spaced: what a metronome sends, with a seeded beginning. */
export function uniformArrivals(phase: ArrivalPhase, random: Random): number[] {
  const { startMs, durationMs, rate } = phase;
  const seconds = durationMs / 1000;
  const [from, to] = [rateAt(rate, 0), rateAt(rate, 1)];
  const expected = ((from + to) / 2) * seconds;
  const offset = random.unit();
  return Array.from({ length: Math.max(0, Math.ceil(expected - offset)) }, (_, index) => {
    const share = shareOfCumulative({ from, to, seconds, cumulative: index + offset });
    return toMicrosecond(startMs + share * durationMs);
  });
}

/** Solves Λ(x) = cumulative for the share x of the phase, where the rate is a straight line. */
function shareOfCumulative(line: { from: number; to: number; seconds: number; cumulative: number }): number {
  const { from, to, seconds, cumulative } = line;
  const slope = to - from;
  if (slope === 0) return cumulative / (from * seconds);
  const root = Math.sqrt(Math.max(0, from * from + (2 * slope * cumulative) / seconds));
  // The form without cancellation: 2c / (b + √…) instead of (√… - b) / slope.
  return (2 * cumulative) / seconds / (from + root);
}

/** Short in JSON, and the same in every engine: no last digits that a printer might round otherwise. */
function toMicrosecond(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
