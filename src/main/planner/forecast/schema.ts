/** The shape of a forecast: what statements cost as their tables grow, where their plans flip, and when that is. */

import { type Static, Type } from 'typebox';
import { ReadPlan } from '../plans/schema.ts';

const Instant = Type.String({ format: 'date-time' });
const InstantOrNull = Type.Union([Instant, Type.Null()]);
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const TableGrowth = Type.Object({
  schema: Type.String(),
  relation: Type.String(),
  rows: Type.Number(),
  bytes: Type.Number({ description: 'With its indexes and what is stored outside its rows.' }),
  rowsPerDay: NumberOrNull,
  bytesPerDay: NumberOrNull,
  doublesAt: InstantOrNull,
  isGrowing: Type.Boolean({ description: 'Where it is not, the forecast leaves it as it is.' }),
  basis: Type.Union([Type.Literal('snapshots'), Type.Literal('counters'), Type.Literal('assumed')], {
    description: 'Where its growth is known from.',
  }),
});
export type TableGrowth = Static<typeof TableGrowth>;

export const ForecastPoint = Type.Object({
  factor: Type.Number({ description: "Times today's rows." }),
  cost: Type.Number({ description: "In the planner's units, weighed over the statement's typical values." }),
  worstCost: Type.Number({ description: 'Of the values that cost the most.' }),
  rows: Type.Number(),
  shapeId: Type.String({ description: 'Of the plan for the values that cost the most.' }),
});
export type ForecastPoint = Static<typeof ForecastPoint>;

export const PlanFlip = Type.Object({
  factor: Type.Number(),
  at: InstantOrNull,
  binding: Type.String({ description: 'For which values: common, middle, rare, or none where the plan is generic.' }),
  from: Type.String({ description: 'The plan before it, in one line.' }),
  to: TextOrNull,
  isWorse: Type.Boolean({ description: 'Whether the cost grows faster with the rows after it than before it.' }),
});
export type PlanFlip = Static<typeof PlanFlip>;

export const Cliff = Type.Object({
  factor: Type.Number(),
  at: Type.Union([Instant, Type.Null()], {
    description: 'About when, at the present rate of growth; null if unknown.',
  }),
  kind: Type.Union([Type.Literal('flip'), Type.Literal('spill'), Type.Literal('step')], {
    description: 'flip: another, worse plan; spill: what fitted into work_mem does no more; step: neither is seen.',
  }),
  costBefore: Type.Number({ description: 'At 80 % of that size.' }),
  costAfter: Type.Number({ description: 'At twice that size.' }),
  sentence: Type.String(),
});
export type Cliff = Static<typeof Cliff>;

export const ForecastStatement = Type.Object({
  name: Type.String(),
  text: Type.String({ description: 'Without constants.' }),
  source: Type.String(),
  callsPerDay: NumberOrNull,
  growth: Type.Union(
    [Type.Literal('flat'), Type.Literal('slower'), Type.Literal('proportional'), Type.Literal('faster')],
    { description: 'How its cost grows from today to the largest size, against the rows.' },
  ),
  exponent: Type.Number({
    description: '0: its cost does not depend on the rows; 1: as they grow; 2: as their square.',
  }),
  relations: Type.Array(Type.String()),
  points: Type.Array(ForecastPoint),
  flips: Type.Array(PlanFlip),
  cliff: Type.Union([Cliff, Type.Null()]),
  sentence: Type.String(),
  planToday: ReadPlan,
  planThen: Type.Union([ReadPlan, Type.Null()], {
    description: 'After the cliff, or else at the largest size where it is another.',
  }),
});
export type ForecastStatement = Static<typeof ForecastStatement>;

export const ForecastReport = Type.Object({
  takenAt: Instant,
  database: Type.String(),
  engine: Type.String(),
  sentence: Type.String({ description: 'The first that happens, for a tired person.' }),
  factors: Type.Array(Type.Number()),
  statements: Type.Array(ForecastStatement, {
    description: 'Those with a cliff first, the nearest of them before all.',
  }),
  unplanned: Type.Array(Type.Object({ name: Type.String(), why: Type.String() })),
  tables: Type.Array(TableGrowth, { description: 'The largest first.' }),
  bytes: Type.Number(),
  bytesPerDay: NumberOrNull,
  growthSince: Type.Union([Instant, Type.Null()], { description: 'The snapshot from which growth is measured.' }),
  assumptions: Type.Array(Type.String()),
  gaps: Type.Array(Type.Object({ subject: Type.String(), sentence: Type.String() })),
});
export type ForecastReport = Static<typeof ForecastReport>;
