/** What the endpoints of incidents take and answer. */

import { type Static, Type } from 'typebox';
import { Deploy, IncidentDetail, IncidentSummary, IndexJob, StatementCap, TimelineEntry } from './schema.ts';

const closed = { additionalProperties: false } as const;
/** Neither NUL nor half a character, which Postgres cannot store. */
const STORABLE = '[^\\u0000\\p{Cs}]*$';
const NOT_EMPTY = `^(?=[\\s\\S]*\\S)${STORABLE}`;
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: NOT_EMPTY });
const OptionalText = (maxLength: number) => Type.String({ maxLength, pattern: `^${STORABLE}` });
const Id = Type.Object({ id: Type.String({ format: 'uuid' }) });
const Limit = (fallback: number, maximum: number) => Type.Integer({ minimum: 1, maximum, default: fallback });
const NumberCursor = Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,8}$' }));
const NextCursor = Type.Union([Type.String(), Type.Null()]);

export const listIncidents = {
  summary: 'Incidents, newest first',
  description: 'The one that is open is told from memory: it is there while Postgres is not.',
  query: Type.Object({ limit: Limit(20, 100), cursor: NumberCursor }, closed),
  response: { 200: Type.Object({ incidents: Type.Array(IncidentSummary), nextCursor: NextCursor }) },
} as const;

export const readIncident = {
  summary: 'One incident: who was hurt, why, what happened in order, what can be done',
  params: Id,
  response: { 200: IncidentDetail },
  errors: ['incident_not_found'],
} as const;

export const NewIncident = Type.Object({ title: Text(200) }, closed);

export const openIncident = {
  summary: 'Opens an incident by hand; it stays open until it is closed',
  body: NewIncident,
  response: { 201: IncidentDetail },
  errors: ['incident_open'],
} as const;

export const NewNote = Type.Object({ text: Text(1000) }, closed);

export const writeNote = {
  summary: 'Writes a note on the timeline',
  params: Id,
  body: NewNote,
  response: { 201: Type.Object({ entry: TimelineEntry }) },
  errors: ['incident_not_found'],
} as const;

export const closeIncident = {
  summary: 'Closes an incident; one that still hurts users opens anew',
  params: Id,
  response: { 200: IncidentDetail },
  errors: ['incident_not_found', 'incident_closed'],
} as const;

export const listDeploys = {
  summary: 'Deploys, newest first',
  query: Type.Object(
    { limit: Limit(50, 200), cursor: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })) },
    closed,
  ),
  response: { 200: Type.Object({ deploys: Type.Array(Deploy), nextCursor: NextCursor }) },
} as const;

export const NewDeploy = Type.Object({ version: Text(100), about: Type.Optional(OptionalText(500)) }, closed);
export type NewDeploy = Static<typeof NewDeploy>;

export const noteDeploy = {
  summary: 'Says that something was deployed just now',
  body: NewDeploy,
  response: { 201: Type.Object({ deploy: Deploy }) },
} as const;

export const listCaps = {
  summary: 'Statements that are capped at present',
  response: { 200: Type.Object({ caps: Type.Array(StatementCap) }) },
} as const;

export const NewCap = Type.Object(
  {
    statement: Text(500),
    max: Type.Integer({ minimum: 0, maximum: 1000, description: '0 refuses it.' }),
    minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1440, default: 60 })),
    reason: Type.Optional(OptionalText(500)),
  },
  closed,
);
export type NewCap = Static<typeof NewCap>;

export const capStatement = {
  summary: 'Lets no more than so many of a statement run at once, from now on',
  description:
    'In every server of the database within ten seconds. A second cap of the same statement takes the place of the first.',
  body: NewCap,
  response: { 201: Type.Object({ cap: StatementCap }) },
  errors: ['cap_refused'],
} as const;

export const liftCap = {
  summary: 'Lifts a cap',
  params: Id,
  response: { 204: null },
  errors: ['cap_not_found'],
} as const;

export const NewIndex = Type.Object({ sql: Text(2000) }, closed);

export const createIndex = {
  summary: 'Creates an index without a standstill',
  description:
    'Only `create index concurrently`. It is built on a connection of its own; what an attempt leaves behind is dropped.',
  body: NewIndex,
  response: { 202: Type.Object({ job: IndexJob }) },
  errors: ['index_refused', 'index_exists', 'index_job_running'],
} as const;

export const listIndexJobs = {
  summary: 'Indexes being built, and the last that were',
  response: { 200: Type.Object({ jobs: Type.Array(IndexJob) }) },
} as const;

export const cancelIndexJob = {
  summary: 'Gives up building an index',
  params: Id,
  response: { 200: Type.Object({ job: IndexJob }) },
  errors: ['index_job_not_found', 'index_job_ended'],
} as const;

export const streamLive = {
  summary: 'The live picture, a second at a time',
  description: 'Server-sent events named `live`, each with one second of the server.',
  response: { 200: Type.Unsafe<undefined>({ type: 'string', description: 'text/event-stream' }) },
} as const;
