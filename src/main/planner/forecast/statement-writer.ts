/** From a statement's curves to what is told of it: its points, its flips, its cliff with a date, its plans today and then. */

import { fingerprintOf } from '../../database/index.ts';
import { readPlan } from '../plans/read-plan.ts';
import type { ReadPlan } from '../plans/schema.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { PreparedStatement } from '../workload/prepare-workload.ts';
import { type FoundCliff, findCliff, weighedCost, worstAt } from './cliff.ts';
import { isForWorse, turnsOf } from './curve.ts';
import { dateOf, type Growth } from './growth.ts';
import type { Cliff, ForecastPoint, ForecastStatement, PlanFlip, TableGrowth } from './schema.ts';
import { cliffSentence, growthSentence } from './sentences.ts';
import type { Curve, SizedPlan, Survey } from './survey.ts';

export interface WriterOptions {
  survey: Survey;
  snapshot: Snapshot;
  growth: Growth;
  factors: readonly number[];
  showValues: boolean | undefined;
}

export class StatementWriter {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write(prepared: PreparedStatement): Promise<ForecastStatement> {
    const { factors, survey } = this.#options;
    const { callsPerDay, name, source, text } = prepared.statement;
    const curves = survey.curves.filter(({ statement }) => statement === prepared);
    const largest = factors.at(-1) as number;
    const driver = this.#driverOf(curves);
    const found = findCliff(curves, largest);
    const cliff = found ? this.#cliffOf(name, found, driver) : null;
    const ratio = weighedCost(curves, largest) / Math.max(weighedCost(curves, 1), 0.01);
    const exponent = largest > 1 ? Math.log(Math.max(ratio, 0.01)) / Math.log(largest) : 0;
    const growth = growthKind(exponent);
    const today = worstAt(curves, 1).curve;
    return {
      ...{ name, source, callsPerDay, growth, cliff },
      // What others wrote may have values in it; what we declared has none.
      text: source === 'declared' || source === 'collection' || source === 'observed' ? text : fingerprintOf(text).text,
      exponent: Math.round(exponent * 100) / 100,
      relations: [...(curves[0]?.relations ?? [])].map(({ name: relation }) => relation),
      points: this.#pointsOf(curves),
      flips: curves.flatMap((curve) => this.#flipsOf(curve, driver, largest)).sort((a, b) => a.factor - b.factor),
      sentence: cliff?.sentence ?? growthSentence({ name, growth, largest, ratio }),
      planToday: this.#read(await survey.planAt(found?.curve ?? today, 1)),
      planThen: await this.#planThen(curves, found, largest),
    };
  }

  /** The largest of its tables that grow: dates are told by it. */
  #driverOf(curves: readonly Curve[]): TableGrowth | undefined {
    const { growth } = this.#options;
    const all = [...(curves[0]?.relations ?? [])].flatMap(({ name, schema }) => growth.of(schema, name) ?? []);
    return all.filter(({ isGrowing }) => isGrowing).sort((a, b) => b.bytes - a.bytes)[0];
  }

  #cliffOf(name: string, found: FoundCliff, driver: TableGrowth | undefined): Cliff {
    const { takenAt } = this.#options.snapshot;
    const at = dateOf(found.factor, driver, takenAt);
    const { costAfter, costBefore, factor, turn } = found;
    return {
      factor: rounded(factor),
      at,
      kind: turn.kind,
      costBefore,
      costAfter,
      sentence: cliffSentence(name, found, at, takenAt),
    };
  }

  #pointsOf(curves: readonly Curve[]): ForecastPoint[] {
    const { factors } = this.#options;
    const largest = factors.at(-1) as number;
    const planned = curves.flatMap(({ points }) => points.map(({ factor }) => factor));
    const shown = [...new Set([...factors, ...planned])]
      .filter((one) => one >= 1 && one <= largest)
      .sort((a, b) => a - b);
    return shown.map((factor) => {
      const worst = worstAt(curves, factor);
      return {
        factor: rounded(factor),
        cost: weighedCost(curves, factor),
        worstCost: worst.cost,
        rows: worst.point.rows,
        shapeId: worst.point.shapeId,
      };
    });
  }

  #flipsOf(curve: Curve, driver: TableGrowth | undefined, largest: number): PlanFlip[] {
    return turnsOf(curve.points)
      .filter(({ after, before, kind }) => kind === 'flip' && before.factor >= 1 && after.factor <= largest)
      .map((turn) => ({
        factor: rounded(turn.after.factor),
        at: dateOf(turn.after.factor, driver, this.#options.snapshot.takenAt),
        binding: curve.binding.kind,
        from: turn.before.summary,
        to: turn.after.summary,
        isWorse: isForWorse(turn, curve.points),
      }));
  }

  async #planThen(curves: readonly Curve[], found: FoundCliff | undefined, largest: number): Promise<ReadPlan | null> {
    const { survey } = this.#options;
    if (found) return this.#read(await survey.planAt(found.curve, found.factor));
    const { curve } = worstAt(curves, largest);
    const shapeAt = (factor: number) => curve.points.find((one) => one.factor === factor)?.shapeId;
    return shapeAt(largest) === shapeAt(1) ? null : this.#read(await survey.planAt(curve, largest));
  }

  #read({ plan, snapshot }: SizedPlan): ReadPlan {
    return readPlan(plan, { snapshot, showValues: this.#options.showValues });
  }
}

function rounded(factor: number): number {
  return Number(factor.toPrecision(3));
}

function growthKind(exponent: number): ForecastStatement['growth'] {
  if (exponent < 0.1) return 'flat';
  if (exponent < 0.85) return 'slower';
  return exponent <= 1.12 ? 'proportional' : 'faster';
}
