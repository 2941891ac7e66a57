// The curve of a forecast as something to draw: points on two logarithmic axes, its cliff, and the dates beneath the sizes.
import type { Cliff, ForecastStatement } from '../../../client/index.ts';
import { decadesAround, type LogScale, place } from './log-scale.ts';

export interface CurveArea {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface CurveScales {
  readonly x: LogScale;
  readonly y: LogScale;
}

type Curve = Pick<ForecastStatement, 'points'>;

/** Axes that hold all the curves. */
export function curveScales(statements: readonly Curve[], area: CurveArea): CurveScales {
  const points = statements.flatMap(({ points: all }) => all);
  const last = Math.max(2, ...points.map(({ factor }) => factor));
  const costs = decadesAround(points.map(({ worstCost }) => worstCost));
  return {
    x: { from: 1, to: last, near: area.left, far: area.width - area.right },
    y: { ...costs, near: area.height - area.bottom, far: area.top },
  };
}

/** A path through the points, in the order of their sizes. */
export function curvePath({ points }: Curve, { x, y }: CurveScales): string {
  return points
    .toSorted((one, other) => one.factor - other.factor)
    .map(({ factor, worstCost }, index) => {
      const step = index === 0 ? 'M' : 'L';
      return `${step}${place(x, factor).toFixed(1)} ${place(y, worstCost).toFixed(1)}`;
    })
    .join(' ');
}

/** What the cost would be if it only grew as the rows do: what is above it is the cliff. */
export function proportionalPath({ points }: Curve, scales: CurveScales): string {
  const first = points.find(({ factor }) => factor === 1) ?? points[0];
  if (!first) return '';
  const { x, y } = scales;
  const atEnd = (first.worstCost * x.to) / first.factor;
  // Past the upper edge the line ends where it meets it.
  const end = atEnd <= y.to ? x.to : (y.to / first.worstCost) * first.factor;
  const to = Math.min(atEnd, y.to);
  return `M${place(x, first.factor)} ${place(y, first.worstCost)} L${place(x, end).toFixed(1)} ${place(y, to).toFixed(1)}`;
}

/** The worst cost at a size between two that were planned. */
export function costAt({ points }: Curve, factor: number): number | null {
  const ordered = points.toSorted((one, other) => one.factor - other.factor);
  const after = ordered.find((point) => point.factor >= factor);
  const before = ordered.findLast((point) => point.factor <= factor);
  if (!before || !after) return null;
  if (after.factor === before.factor || before.worstCost <= 0 || after.worstCost <= 0) return after.worstCost;
  const share = Math.log(factor / before.factor) / Math.log(after.factor / before.factor);
  return before.worstCost * (after.worstCost / before.worstCost) ** share;
}

/** About when a size is reached, as rows are added at an even rate; null where that is not known. */
export function dateAt(
  factor: number,
  { cliff, flips }: Pick<ForecastStatement, 'cliff' | 'flips'>,
  takenAt: string,
): string | null {
  const known: readonly Pick<Cliff, 'at' | 'factor'>[] = [...(cliff ? [cliff] : []), ...flips];
  const dated = known.find((one) => one.at !== null && one.factor > 1.01);
  if (!dated || dated.at === null) return null;
  const from = Date.parse(takenAt);
  const perFactorMs = (Date.parse(dated.at) - from) / (dated.factor - 1);
  const at = new Date(from + perFactorMs * (factor - 1));
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
