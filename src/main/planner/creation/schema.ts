/** The shape of work on an index in production: it is made or dropped without a standstill, and can be undone. */

import { type Static, Type } from 'typebox';

const Instant = Type.String({ format: 'date-time' });
const InstantOrNull = Type.Union([Instant, Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const IndexWork = Type.Object({
  id: Type.String({ format: 'uuid' }),
  kind: Type.Union([Type.Literal('create'), Type.Literal('drop')]),
  schema: Type.String(),
  table: Type.String(),
  index: Type.String(),
  ddl: Type.String({ description: 'The one statement that is run.' }),
  undoDdl: Type.Union([Type.String(), Type.Null()], { description: 'What takes it back.' }),
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed'), Type.Literal('cancelled')]),
  attempt: Type.Integer({ minimum: 1, description: 'It is tried again where a lock was not to be had.' }),
  phase: Type.String({ description: 'As Postgres calls it.' }),
  share: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
    description: 'Of its present phase; null where Postgres does not say.',
  }),
  sentence: Type.String(),
  by: TextOrNull,
  startedAt: Instant,
  endedAt: InstantOrNull,
  adviceId: Type.Union([Type.String(), Type.Null()], { description: 'The advice that it follows.' }),
  undoes: Type.Union([Type.String(), Type.Null()], { description: 'The work that it takes back.' }),
  canUndo: Type.Boolean(),
});
export type IndexWork = Static<typeof IndexWork>;
