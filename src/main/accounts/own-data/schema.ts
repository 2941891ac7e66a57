/** The shapes of taking away all that is one's own, and of having it deleted. */

import { type Static, Type } from 'typebox';
import type { RouteSchema } from '../../http/index.ts';

const closed = { additionalProperties: false } as const;
const Anything = Type.Object({}, { additionalProperties: true });

export const DeleteMe = Type.Object(
  { email: Type.String({ minLength: 3, maxLength: 254, description: 'One’s own address, so that it is meant.' }) },
  closed,
);
export type DeleteMe = Static<typeof DeleteMe>;

/** What the server keeps of one user. It is sent as it is read, so its shape is described here and not enforced. */
export const OwnData = Type.Object({
  format: Type.String({ description: 'aquifer-own-data-1' }),
  exportedAt: Type.String({ format: 'date-time' }),
  account: Anything,
  auditTrail: Type.Array(Anything),
  records: Type.Record(Type.String(), Type.Array(Anything), { description: 'By collection.' }),
});
export type OwnData = Static<typeof OwnData>;

export const exportMe = {
  summary: 'Take away all of one’s own data',
  description:
    'A JSON file: the account with everything that belongs to it, the own audit trail, and the records of every collection. Secrets are not in it. An answer that ends early is no valid JSON: ask again.',
  response: { 200: Type.Unsafe<undefined>(OwnData) },
} as const satisfies RouteSchema;

export const deleteMe = {
  summary: 'Delete one’s own account and all that belongs to it',
  description:
    'At once and for good: sessions, factors, keys, linked log-ins and records. The audit trail keeps the id. A mail says that it was done.',
  body: DeleteMe,
  response: { 204: null },
  errors: ['email_mismatch', 'last_operator'],
} as const satisfies RouteSchema;
