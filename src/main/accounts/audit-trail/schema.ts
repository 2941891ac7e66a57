/** The shapes of the audit trail. */

import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const orNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });

const Party = Type.Object({
  kind: Type.String({
    description: 'user, operator, api_key, system, anyone; of a subject also what it is, such as role.',
  }),
  id: orNull(Type.String()),
  email: orNull(Type.String({ description: 'Where there is such a user today.' })),
});

export const AuditEvent = Type.Object({
  id: Id,
  at: Time,
  action: Type.String({ description: 'What was done, such as `log_in.succeeded`.' }),
  outcome: Type.Enum(['done', 'refused']),
  actor: Party,
  subject: Party,
  sessionId: orNull(Id),
  ip: orNull(Type.String()),
  userAgent: orNull(Type.String()),
  requestId: orNull(Type.String()),
  details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
  seq: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Its number in the chain; null for the second or so until it is sealed.',
  }),
});
export type AuditEvent = Static<typeof AuditEvent>;

export const AuditPage = Type.Object({ events: Type.Array(AuditEvent), nextCursor: orNull(Type.String()) });
export type AuditPage = Static<typeof AuditPage>;

const page = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'nextCursor.' })),
};
const span = {
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Not before this instant.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Before this instant.' })),
};
const Action = Type.String({ pattern: '^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+$', maxLength: 100 });

export const OwnAuditQuery = Type.Object(page, closed);
export type OwnAuditQuery = Static<typeof OwnAuditQuery>;

export const AuditQuery = Type.Object(
  {
    ...page,
    ...span,
    user: Type.Optional(Type.String({ format: 'uuid', description: 'Done by this user, or to him.' })),
    action: Type.Optional(Action),
  },
  closed,
);
export type AuditQuery = Static<typeof AuditQuery>;

export const AuditExportQuery = Type.Object(span, closed);
export type AuditExportQuery = Static<typeof AuditExportQuery>;

export const AuditState = Type.Object({
  sealed: Type.Object({
    seq: Type.Integer({ description: 'Number of the last link; 0 while there is none.' }),
    hash: orNull(
      Type.String({ description: 'Of the last link, in hex. Kept elsewhere, it proves the trail up to here.' }),
    ),
    at: orNull(Time),
    isSigned: Type.Boolean(),
  }),
  unsealed: Type.Integer({ description: 'Events that wait to be sealed, up to 1,000.' }),
  keepMs: Type.Integer({ description: 'Older events are taken out.' }),
});
export type AuditState = Static<typeof AuditState>;
