/** The shape of sizing advice: what of the machine is used, what will be, and when it is too small. */

import { type Static, Type } from 'typebox';

const Instant = Type.String({ format: 'date-time' });
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);

export const SizingPart = Type.Union([
  Type.Literal('memory'),
  Type.Literal('work_mem'),
  Type.Literal('cpu'),
  Type.Literal('disk'),
  Type.Literal('connections'),
]);
export type SizingPart = Static<typeof SizingPart>;

export const SizingFigure = Type.Object({
  label: Type.String(),
  value: Type.Number(),
  unit: Type.Union([
    Type.Literal('bytes'),
    Type.Literal('bytes/day'),
    Type.Literal('share'),
    Type.Literal('count'),
    Type.Literal('cores'),
    Type.Literal('days'),
  ]),
});
export type SizingFigure = Static<typeof SizingFigure>;

export const SizingAdvice = Type.Object({
  part: SizingPart,
  state: Type.Union([Type.Literal('enough'), Type.Literal('soon'), Type.Literal('now'), Type.Literal('unknown')], {
    description: 'soon: within the horizon at the present rate of growth.',
  }),
  sentence: Type.String(),
  action: Type.Union([Type.String(), Type.Null()], { description: 'What to change, and to what.' }),
  sql: Type.Union([Type.String(), Type.Null()], { description: 'Where it is a setting.' }),
  present: NumberOrNull,
  needed: Type.Union([Type.Number(), Type.Null()], { description: 'In the unit of `present`.' }),
  unit: Type.String(),
  at: Type.Union([Instant, Type.Null()], { description: 'When it will be too small.' }),
  figures: Type.Array(SizingFigure),
  evidence: Type.Array(Type.String()),
});
export type SizingAdvice = Static<typeof SizingAdvice>;

export const SizingReport = Type.Object({
  takenAt: Instant,
  database: Type.String(),
  horizonDays: Type.Number(),
  sentence: Type.String(),
  advice: Type.Array(SizingAdvice, { description: 'What is needed first before all.' }),
  assumptions: Type.Array(Type.String()),
});
export type SizingReport = Static<typeof SizingReport>;
