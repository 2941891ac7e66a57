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
  isOwn: Type.Boolean({ description: 'Added by an operator.' }),
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

const Id = Type.String({ format: 'uuid' });
const VersionQuery = Type.Object(
  { version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })) },
  { additionalProperties: false },
);
const IncidentParams = Type.Object({ id: Id });
const MeasureParams = Type.Object({ id: Id, key: Type.String({ pattern: '^[\\w-]{1,64}$' }) });
const Flag = Type.Union([Type.Literal('true'), Type.Literal('false')]);
const TEXT_MAX = 50_000;

export const PostmortemEdit = Type.Object(
  {
    version: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'The version that was read and changed.' }),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    sections: Type.Optional(
      Type.Array(
        Type.Object(
          { key: Section.properties.key, markdown: Type.String({ maxLength: TEXT_MAX }) },
          { additionalProperties: false },
        ),
        { maxItems: 7 },
      ),
    ),
  },
  { additionalProperties: false },
);
export type PostmortemEdit = Static<typeof PostmortemEdit>;

export const NewMeasure = Type.Object(
  {
    kind: Measure.properties.kind,
    sentence: Type.String({ minLength: 1, maxLength: 1_000 }),
    detail: Type.Optional(Type.String({ minLength: 1, maxLength: 4_000 })),
  },
  { additionalProperties: false },
);
export type NewMeasure = Static<typeof NewMeasure>;

export const MeasureTick = Type.Object({ isDone: Type.Boolean() }, { additionalProperties: false });
export type MeasureTick = Static<typeof MeasureTick>;

export const readPostmortem = {
  summary: 'An incident’s postmortem, its last version or another',
  params: IncidentParams,
  query: VersionQuery,
  response: { 200: Postmortem },
  errors: ['postmortem_not_found'],
} as const;

export const writePostmortem = {
  summary: 'Write it from the data',
  description: 'A new version. What an operator has edited stays as it is unless `keepEdits` is false.',
  params: IncidentParams,
  query: Type.Object({ keepEdits: Type.Optional(Flag) }, { additionalProperties: false }),
  response: { 200: Postmortem },
  errors: ['incident_not_found', 'too_many_postmortem_versions'],
} as const;

export const editPostmortem = {
  summary: 'Change its title or sections',
  description: 'A new version, written by you. Refused where there is a newer one than the one that was read.',
  params: IncidentParams,
  body: PostmortemEdit,
  response: { 200: Postmortem },
  errors: ['postmortem_not_found', 'postmortem_changed', 'postmortem_text_refused', 'too_many_postmortem_versions'],
} as const;

export const listPostmortemVersions = {
  summary: 'Its versions, newest first',
  params: IncidentParams,
  response: { 200: Type.Object({ versions: Type.Array(PostmortemVersion) }) },
  errors: ['postmortem_not_found'],
} as const;

const Text = (description: string) => Type.Unsafe<string>({ type: 'string', description });

export const readPostmortemMarkdown = {
  summary: 'The postmortem as Markdown',
  params: IncidentParams,
  query: VersionQuery,
  response: { 200: Text('text/markdown') },
  errors: ['postmortem_not_found'],
} as const;

export const readPostmortemHtml = {
  summary: 'The postmortem as one page with its plots in it, to be kept or sent',
  params: IncidentParams,
  query: VersionQuery,
  response: { 200: Text('text/html') },
  errors: ['postmortem_not_found'],
} as const;

export const addMeasure = {
  summary: 'Add a measure of one’s own',
  params: IncidentParams,
  body: NewMeasure,
  response: { 201: Postmortem },
  errors: ['postmortem_not_found', 'postmortem_text_refused', 'too_many_postmortem_versions', 'too_many_measures'],
} as const;

export const tickMeasure = {
  summary: 'Tick a measure off, or take that back',
  description: 'Where the system can check it, it does so at once.',
  params: MeasureParams,
  body: MeasureTick,
  response: { 200: Postmortem },
  errors: ['postmortem_not_found', 'measure_not_found'],
} as const;

export const deleteMeasure = {
  summary: 'Delete a measure of one’s own',
  params: MeasureParams,
  response: { 200: Postmortem },
  errors: ['postmortem_not_found', 'measure_not_found', 'measure_from_data', 'too_many_postmortem_versions'],
} as const;

export const checkMeasures = {
  summary: 'Check all measures again',
  description: 'Looks whether the index is there and used, whether the rule is on, whether it came back.',
  params: IncidentParams,
  response: { 200: Postmortem },
  errors: ['postmortem_not_found'],
} as const;
