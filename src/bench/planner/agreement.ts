/** How well two planners agree, plan by plan: the same shape, and how far apart their costs are. */

import { planShapeOf } from '../../main/database/explain/plan-shape.ts';
import type { Plan } from '../../main/planner/plans/plan.ts';

export interface Pair {
  name: string;
  real: Plan;
  /** The twin's. */
  predicted: Plan;
}

export interface Agreement {
  pairs: number;
  sameShape: number;
  /** Shares, of the pairs of the same shape and of all. */
  medianCostError: number;
  worstCostError: number;
  costWithinOnePercent: number;
  differing: string[];
}

export function agreementOf(pairs: readonly Pair[]): Agreement {
  const errors = pairs.map(costError).sort((a, b) => a - b);
  const differing = pairs.filter((pair) => !isSameShape(pair)).map(({ name }) => name);
  return {
    pairs: pairs.length,
    sameShape: pairs.length - differing.length,
    medianCostError: errors[Math.floor(errors.length / 2)] ?? 0,
    worstCostError: errors.at(-1) ?? 0,
    costWithinOnePercent: errors.filter((error) => error <= 0.01).length,
    differing,
  };
}

export function costError({ predicted, real }: Pair): number {
  return Math.abs(predicted.cost - real.cost) / Math.max(real.cost, 1e-9);
}

function isSameShape({ predicted, real }: Pair): boolean {
  return planShapeOf(predicted.root).id === planShapeOf(real.root).id;
}

export function tellAgreement(what: string, agreement: Agreement): void {
  const { costWithinOnePercent, differing, medianCostError, pairs, sameShape, worstCostError } = agreement;
  const share = (count: number) => `${((100 * count) / Math.max(1, pairs)).toFixed(1)} %`;
  console.log(
    `${what}: ${sameShape} of ${pairs} plans of the same shape (${share(sameShape)}), cost error median ` +
      `${(100 * medianCostError).toFixed(3)} %, worst ${(100 * worstCostError).toFixed(2)} %; within 1 %: ${share(costWithinOnePercent)}`,
  );
  if (differing.length > 0) console.log(`  otherwise: ${differing.join(', ')}`);
}
