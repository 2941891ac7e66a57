/** The shape of a run: one piece of the planner's work, asked for by a person or by the clock, and how far it is. */

import { type Static, Type } from 'typebox';

const InstantOrNull = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

export const RunKind = Type.Union([
  Type.Literal('review'),
  Type.Literal('advice'),
  Type.Literal('forecast'),
  Type.Literal('sizing'),
]);
export type RunKind = Static<typeof RunKind>;

export const RunState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('running'),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
]);
export type RunState = Static<typeof RunState>;

export const Run = Type.Object({
  id: Type.String({ format: 'uuid' }),
  kind: RunKind,
  state: RunState,
  askedAt: Type.String({ format: 'date-time' }),
  startedAt: InstantOrNull,
  endedAt: InstantOrNull,
  by: Type.Union([Type.String(), Type.Null()], { description: 'The operator who asked; null where the clock did.' }),
  snapshotTakenAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'When the statistics that it went by were taken.',
  }),
  progress: Type.Union([Type.Object({ done: Count, total: Count }), Type.Null()], {
    description: 'Null before the first step and after the last.',
  }),
  sentence: Type.String({ description: 'What it does at present, what it found, or why it failed.' }),
});
export type Run = Static<typeof Run>;
