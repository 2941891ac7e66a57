/** The shapes of a postmortem: sections in the order of a report, measures that are checked again, and versions. */

import { type Static, Type } from 'typebox';

const Instant = Type.String({ format: 'date-time' });

export const MeasureCheck = Type.Object({
  state: Type.Union([Type.Literal('holds'), Type.Literal('does_not_hold'), Type.Literal('cannot_tell')]),
  sentence: Type.String({ description: 'Such as: the index exists and was used 120 times since.' }),
  checkedAt: Instant,
});
export type MeasureCheck = Static<typeof MeasureCheck>;

export const Measure = Type.Object({
  key: Type.String(),
  kind: Type.Union([Type.Literal('corrective'), Type.Literal('preventive')]),
  sentence: Type.String(),
  detail: Type.Union([Type.String(), Type.Null()], { description: 'What to run, ready to copy.' }),
  evidence: Type.Array(Type.String()),
  isDone: Type.Boolean(),
  doneAt: Type.Union([Instant, Type.Null()]),
  doneBy: Type.Union([Type.String(), Type.Null()]),
  check: Type.Union([MeasureCheck, Type.Null()], { description: 'Null where the system cannot check it.' }),
});
export type Measure = Static<typeof Measure>;

export const Section = Type.Object({
  key: Type.Union([
    Type.Literal('summary'),
    Type.Literal('duration'),
    Type.Literal('impact'),
    Type.Literal('timeline'),
    Type.Literal('cause'),
    Type.Literal('resolution'),
    Type.Literal('unknown'),
  ]),
  title: Type.String(),
  markdown: Type.String({ description: 'Written from the data, or as an operator has changed it.' }),
  isEdited: Type.Boolean(),
});
export type Section = Static<typeof Section>;

export const Postmortem = Type.Object({
  incidentId: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  title: Type.String(),
  writtenAt: Instant,
  writtenBy: Type.Union([Type.String(), Type.Null()], { description: 'Null: by Aquifer, from the data.' }),
  sections: Type.Array(Section),
  measures: Type.Array(Measure),
  plots: Type.Array(Type.Object({ key: Type.String(), title: Type.String(), svg: Type.String() })),
});
export type Postmortem = Static<typeof Postmortem>;

export const PostmortemVersion = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  writtenAt: Instant,
  writtenBy: Type.Union([Type.String(), Type.Null()]),
});
export type PostmortemVersion = Static<typeof PostmortemVersion>;
