/**
 * Plans every statement at every size: first on a coarse grid, then closer and closer where a plan flips or a cost takes a step, for all
 * statements that turn in the same span together, since it is the restating of the twin that takes the time.
 */

import { planShapeOf } from '../../database/index.ts';
import type { Plan } from '../plans/plan.ts';
import { planTraits } from '../plans/plan-traits.ts';
import { createRelationsReader } from '../plans/relations-read.ts';
import type { Snapshot, SnapshotRelation } from '../snapshot/snapshot.ts';
import type { Twin } from '../twin/twin.ts';
import { type PreparedStatement, planBinding } from '../workload/prepare-workload.ts';
import type { Binding } from '../workload/workload.ts';
import { type CurvePoint, NEAR, turnBetween } from './curve.ts';
import type { Scaler } from './scale-snapshot.ts';

/** One statement with one kind of values. */
export interface Curve {
  readonly statement: PreparedStatement;
  readonly binding: Binding;
  /** Tables that it reads or writes, with all that their partitions are. */
  readonly relations: ReadonlySet<SnapshotRelation>;
  /** By size, ascending. */
  readonly points: CurvePoint[];
}

/** A plan, and what the tables are then. */
export interface SizedPlan {
  plan: Plan;
  snapshot: Snapshot;
}

export interface WantedPlan {
  curve: Curve;
  factor: number;
}

export interface SurveyOptions {
  twin: Twin;
  scaler: Scaler;
  isGrowing: (relation: SnapshotRelation) => boolean;
  signal?: AbortSignal | undefined;
  /** From 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

/** Below today's size too: what the curve was like before tells what is a turn for the worse. */
const GRID = [0.5, 0.7, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100];
/** How far beyond the largest size one looks for how steep the curve is there. */
const BEYOND = 1.5;
/** Closer looks, all together: a workload that turns everywhere is told by the grid. */
const LOOKS_MAX = 200;
/** What stays below it at the larger size is a page of rows, whatever its plan. */
const COST_WORTH_A_LOOK = 100;
const GRID_SHARE = 0.6;

interface Span {
  low: number;
  high: number;
  curves: Curve[];
}

export class Survey {
  readonly #options: SurveyOptions;
  readonly #factors = new Map<SnapshotRelation, number>();
  readonly curves: readonly Curve[];

  constructor(statements: readonly PreparedStatement[], snapshot: Snapshot, options: SurveyOptions) {
    this.#options = options;
    const relationsRead = createRelationsReader(snapshot);
    this.curves = statements.flatMap((statement) => {
      const relations = relationsRead(statement.shape);
      return statement.bindings.map((binding) => ({ statement, binding, relations, points: [] }));
    });
  }

  /** @throws the signal's reason */
  async run(factors: readonly number[]): Promise<void> {
    const largest = Math.max(...factors);
    const grid = [...new Set([...GRID.filter((one) => one < largest), ...factors, largest * BEYOND])].sort(
      (a, b) => a - b,
    );
    for (const [done, factor] of grid.entries()) {
      await this.#planAll(this.curves, factor);
      this.#options.onProgress?.((GRID_SHARE * (done + 1)) / grid.length);
    }
    await this.#lookCloser();
  }

  /** Plans at chosen sizes, for people: size by size, since it is the change of size that takes the time. */
  async plansAt(wanted: readonly WantedPlan[]): Promise<Map<WantedPlan, SizedPlan>> {
    const found = new Map<WantedPlan, SizedPlan>();
    const factors = [...new Set(wanted.map(({ factor }) => factor))].sort((a, b) => a - b);
    for (const factor of factors) {
      const here = wanted.filter((one) => one.factor === factor);
      const snapshot = await this.#restate(
        here.map(({ curve }) => curve),
        factor,
      );
      for (const one of here) {
        this.#options.signal?.throwIfAborted();
        const { binding, statement } = one.curve;
        found.set(one, { snapshot, plan: await planBinding(this.#options.twin, statement.statement.text, binding) });
      }
    }
    return found;
  }

  /** The twin as it was. */
  async restore(): Promise<void> {
    await this.#options.twin.restate(this.#options.scaler.scale(() => 1));
  }

  async #lookCloser(): Promise<void> {
    const spans = this.#spansOf(this.curves);
    let looks = 0;
    while (spans.length > 0 && looks < LOOKS_MAX) {
      // From small to large: a step between sizes far apart makes or removes thousands of files of a large database.
      spans.sort((a, b) => a.low - b.low);
      const { curves, high, low } = spans.shift() as Span;
      const middle = Math.sqrt(low * high);
      await this.#planAll(curves, middle);
      looks += 1;
      for (const half of this.#spansOf(curves)) {
        const isNew = (half.low === low && half.high === middle) || (half.low === middle && half.high === high);
        if (isNew) spans.push(half);
      }
      this.#options.onProgress?.(GRID_SHARE + (1 - GRID_SHARE) * (looks / (looks + spans.length)));
    }
  }

  /** Between which sizes they turn. */
  #spansOf(curves: readonly Curve[]): Span[] {
    const spans = new Map<string, Span>();
    for (const curve of curves) {
      for (const [at, after] of curve.points.entries()) {
        const before = curve.points[at - 1];
        if (!before || before.factor < 1 || after.factor / before.factor <= NEAR) continue;
        if (after.cost < COST_WORTH_A_LOOK) continue;
        if (turnBetween(before, after) === undefined) continue;
        const key = `${before.factor} ${after.factor}`;
        const span = spans.get(key) ?? { low: before.factor, high: after.factor, curves: [] };
        span.curves.push(curve);
        spans.set(key, span);
      }
    }
    return [...spans.values()];
  }

  async #planAll(curves: readonly Curve[], factor: number): Promise<void> {
    await this.#restate(curves, factor);
    const { signal, twin } = this.#options;
    for (const curve of curves) {
      signal?.throwIfAborted();
      const { root, cost, rows } = await planBinding(twin, curve.statement.statement.text, curve.binding);
      const { id, summary } = planShapeOf(root);
      const { spills, workers } = planTraits(root, twin.snapshot);
      const at = curve.points.findIndex((one) => one.factor >= factor);
      const point = { factor, cost, rows, shapeId: id, summary, spills, workers };
      if (at < 0) curve.points.push(point);
      else curve.points.splice(at, curve.points[at]?.factor === factor ? 1 : 0, point);
    }
  }

  /** Only what these curves read: the rest of the twin stays at whatever size it has. */
  async #restate(curves: readonly Curve[], factor: number): Promise<Snapshot> {
    const { isGrowing, scaler, signal, twin } = this.#options;
    signal?.throwIfAborted();
    for (const { relations } of curves) {
      for (const relation of relations) if (isGrowing(relation)) this.#factors.set(relation, factor);
    }
    const snapshot = scaler.scale((relation) => this.#factors.get(relation) ?? 1);
    await twin.restate(snapshot);
    return snapshot;
  }
}
