/**
 * The cost of a statement over the size of its tables, for one kind of values: points, each with the shape of its plan, and what is
 * read out of them: where the plan flips, where the cost takes a step, how steep it is before and after.
 */

/** One plan at one size. */
export interface CurvePoint {
  factor: number;
  cost: number;
  rows: number;
  shapeId: string;
  summary: string;
  /** Some step of it needs more memory than it may take. */
  spills: boolean;
  /** Parallel workers that it starts: another number of them is no other shape, and yet another cost. */
  workers: number;
}

/** Between two neighbouring sizes something else happens than that the same plan reads more rows. */
export interface Turn {
  kind: 'flip' | 'spill' | 'step';
  before: CurvePoint;
  after: CurvePoint;
}

/** So much more than its rows explain is a step. */
const STEP = 1.25;
/** Two neighbours so near each other are one size. */
export const NEAR = 1.03;
/** A curve is so much steeper behind a turn that the turn is for the worse. */
const STEEPER = 0.3;
const STEEP = 0.5;
const LOOKS_FAR = 3;

/** By what power of the rows the cost grows between two points. */
export function slope(one: CurvePoint, other: CurvePoint): number {
  const rows = Math.log(other.factor / one.factor);
  return rows === 0 ? 0 : Math.log(Math.max(other.cost, 0.01) / Math.max(one.cost, 0.01)) / rows;
}

/** Whether it is worth looking closer between two neighbours. */
export function turnBetween(before: CurvePoint, after: CurvePoint): Turn['kind'] | undefined {
  if (before.shapeId !== after.shapeId) return 'flip';
  const expected = after.factor / before.factor;
  if (after.cost / Math.max(before.cost, 0.01) <= expected * STEP) return undefined;
  // Just when it spills is Postgres' own sum, to which ours is near.
  return after.spills ? 'spill' : 'step';
}

/** @param points by size, ascending, close to each other where it turns */
export function turnsOf(points: readonly CurvePoint[]): Turn[] {
  return points.slice(1).flatMap((after, at) => {
    const before = points[at] as CurvePoint;
    if (after.factor / before.factor > NEAR * NEAR) return [];
    const kind = turnBetween(before, after);
    return kind === undefined ? [] : [{ kind, before, after }];
  });
}

/** Whether the cost grows faster behind a turn than in front of it, or has taken a step there. */
export function isForWorse({ after, before }: Turn, points: readonly CurvePoint[]): boolean {
  const jump = after.cost / Math.max(before.cost, 0.01) / (after.factor / before.factor);
  if (jump >= STEP) return true;
  const front = points.find((one) => one.factor >= before.factor / LOOKS_FAR && one.factor < before.factor);
  const behind = points.findLast((one) => one.factor <= after.factor * LOOKS_FAR && one.factor > after.factor);
  if (!behind) return false;
  const steepBehind = slope(after, behind);
  const steepInFront = front ? slope(front, before) : 0;
  return steepBehind >= STEEP && steepBehind >= steepInFront + STEEPER;
}

/** The cost at a size that was not planned, between its neighbours or beyond the last of them. */
export function costAt(points: readonly CurvePoint[], factor: number): number {
  const exact = points.find((one) => one.factor === factor);
  if (exact) return exact.cost;
  const high = points.find((one) => one.factor > factor) ?? points.at(-1);
  const low = points.findLast((one) => one.factor < factor && one !== high) ?? points[0];
  if (!low || !high) return 0;
  if (low === high) return low.cost;
  return low.cost * (factor / low.factor) ** slope(low, high);
}
