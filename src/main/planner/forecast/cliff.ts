/**
 * The first size at which a statement falls off a cliff: its plan flips to one whose cost grows with the rows where the old one's did
 * not, or its cost takes a step that its rows do not explain.
 */

import { type CurvePoint, costAt, isForWorse, type Turn, turnsOf } from './curve.ts';
import type { Curve } from './survey.ts';

export interface FoundCliff {
  curve: Curve;
  turn: Turn;
  /** Times today's rows. */
  factor: number;
  /** At 80 % of that size, and at twice it. */
  costBefore: number;
  costAfter: number;
}

/** What costs less at twice the size hurts nobody: a page of rows by an index is some hundred. */
const COST_MIN = 1_000;
const RISE_MIN = 1.5;
/** Values so seldom asked for are not what makes a statement slow. */
const WEIGHT_MIN = 0.05;

/** @param largest the largest size that was asked for */
export function findCliff(curves: readonly Curve[], largest: number): FoundCliff | undefined {
  const found = curves
    .filter(({ binding }) => binding.weight >= WEIGHT_MIN)
    .flatMap((curve) =>
      turnsOf(curve.points)
        .filter((turn) => turn.before.factor >= 1 && turn.after.factor <= largest)
        .flatMap((turn) => cliffAt(curve, turn) ?? []),
    );
  return found.sort((a, b) => a.factor - b.factor || b.costAfter - a.costAfter)[0];
}

function cliffAt(curve: Curve, turn: Turn): FoundCliff | undefined {
  if (!isForWorse(turn, curve.points)) return undefined;
  const factor = turn.after.factor;
  const costBefore = costAt(curve.points, factor * 0.8);
  const costAfter = costAt(curve.points, factor * 2);
  if (costAfter < COST_MIN || costAfter < costBefore * RISE_MIN) return undefined;
  return { curve, turn, factor, costBefore, costAfter };
}

/** The cost over all kinds of values, by how often each is asked for. */
export function weighedCost(curves: readonly Curve[], factor: number): number {
  return curves.reduce((total, { binding, points }) => total + binding.weight * costAt(points, factor), 0);
}

/** The kind of values that costs the most at a size, with its plan there or just before. */
export function worstAt(curves: readonly Curve[], factor: number): { curve: Curve; cost: number; point: CurvePoint } {
  const all = curves.map((curve) => ({
    curve,
    cost: costAt(curve.points, factor),
    point: curve.points.findLast((one) => one.factor <= factor) ?? (curve.points[0] as CurvePoint),
  }));
  return all.reduce((worst, one) => (one.cost > worst.cost ? one : worst));
}
