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
import type { Curve, SizedPlan, Survey, WantedPlan } from './survey.ts';

export interface WriterOptions {
  survey: Survey;
  snapshot: Snapshot;
  growth: Growth;
  factors: readonly number[];
  showValues: boolean | undefined;
}

interface Outline {
  prepared: PreparedStatement;
  curves: Curve[];
  found: FoundCliff | undefined;
  today: WantedPlan;
  later: WantedPlan | undefined;
}

export class StatementWriter {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async writeAll(statements: readonly PreparedStatement[]): Promise<ForecastStatement[]> {
    const { survey } = this.#options;
    const outlines = statements.map((one) => this.#outline(one));
    const wanted = outlines.flatMap(({ later, today }) => (later ? [today, later] : [today]));
    const plans = await survey.plansAt(wanted);
    const read = (one: WantedPlan) => this.#read(plans.get(one) as SizedPlan);
    return outlines.map((outline) => ({
      ...this.#write(outline),
      planToday: read(outline.today),
      planThen: outline.later ? read(outline.later) : null,
    }));
  }

  /** What is found in its curves, and of which plans people want to see more. */
  #outline(prepared: PreparedStatement): Outline {
    const { factors, survey } = this.#options;
    const curves = survey.curves.filter(({ statement }) => statement === prepared);
    const largest = factors.at(-1) as number;
    const found = findCliff(curves, largest);
    const { curve } = worstAt(curves, largest);
    const shapeAt = (factor: number) => curve.points.find((one) => one.factor === factor)?.shapeId;
    const atLargest = shapeAt(largest) === shapeAt(1) ? undefined : { curve, factor: largest };
    return {
      ...{ prepared, curves, found },
      today: { curve: found?.curve ?? worstAt(curves, 1).curve, factor: 1 },
      later: found ? { curve: found.curve, factor: found.factor } : atLargest,
    };
  }

  #write({ curves, found, prepared }: Outline): Omit<ForecastStatement, 'planToday' | 'planThen'> {
    const { callsPerDay, name, source, text } = prepared.statement;
    const largest = this.#options.factors.at(-1) as number;
    const driver = this.#driverOf(curves);
    const cliff = found ? this.#cliffOf(name, found, driver) : null;
    const ratio = weighedCost(curves, largest) / Math.max(weighedCost(curves, 1), 0.01);
    const exponent = largest > 1 ? Math.log(Math.max(ratio, 0.01)) / Math.log(largest) : 0;
    const growth = growthKind(exponent);
    return {
      ...{ name, source, callsPerDay, growth, cliff },
      // What others wrote may have values in it; what we declared has none.
      text: source === 'declared' || source === 'collection' || source === 'observed' ? text : fingerprintOf(text).text,
      exponent: Math.round(exponent * 100) / 100,
      relations: [...(curves[0]?.relations ?? [])].map(({ name: relation }) => relation),
      points: this.#pointsOf(curves),
      flips: curves.flatMap((curve) => this.#flipsOf(curve, driver, largest)).sort((a, b) => a.factor - b.factor),
      sentence: cliff?.sentence ?? growthSentence({ name, growth, largest, ratio }),
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
