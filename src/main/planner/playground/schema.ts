/** The shapes of "what if": a statement planned in the twin, as it is and with indexes that are not there. */

import { type Static, Type } from 'typebox';
import { ReadPlan } from '../plans/schema.ts';

export const TriedIndex = Type.Object({
  sql: Type.String({ description: 'As it was asked for.' }),
  name: Type.String({ description: 'As the plan shows it.' }),
  sizeBytes: Type.Number(),
  height: Type.Integer({ minimum: 0, description: 'Of a B-tree: levels above its leaves.' }),
  isUsed: Type.Boolean(),
});
export type TriedIndex = Static<typeof TriedIndex>;

export const WhatIf = Type.Object({
  takenAt: Type.String({ format: 'date-time', description: 'When the statistics were taken.' }),
  engine: Type.String(),
  parameterTypes: Type.Array(Type.String(), { description: 'Of $1, $2, …, as Postgres infers them.' }),
  isGeneric: Type.Boolean({ description: 'Planned without values: Postgres then goes by averages.' }),
  plan: ReadPlan,
  planWith: Type.Union([ReadPlan, Type.Null()], { description: 'With the indexes; null where none was asked for.' }),
  timesCheaper: Type.Union([Type.Number(), Type.Null()]),
  indexes: Type.Array(TriedIndex),
  sentence: Type.String(),
  gaps: Type.Array(Type.Object({ subject: Type.String(), sentence: Type.String() })),
});
export type WhatIf = Static<typeof WhatIf>;
