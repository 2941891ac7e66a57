/** The shapes of acting as another user. */

import { type Static, Type } from 'typebox';
import { Session, User } from '../schema.ts';

const closed = { additionalProperties: false } as const;

export const Impersonate = Type.Object(
  {
    reason: Type.String({
      minLength: 3,
      maxLength: 500,
      // Something to read, and nothing that cannot be stored.
      pattern: '^[^\\u0000\\p{Cs}]*[^\\s\\u0000\\p{Cs}][^\\u0000\\p{Cs}]*$',
      description: 'Goes into the audit trail, where the user can read it.',
    }),
    transport: Type.Optional(Type.Enum(['cookie', 'bearer'])),
  },
  closed,
);
export type Impersonate = Static<typeof Impersonate>;

export const Impersonated = Type.Object({
  user: User,
  session: Session,
  impersonator: Type.Object({ id: Type.String({ format: 'uuid' }), email: Type.String() }),
  token: Type.Optional(Type.String({ description: 'Absent where a cookie carries it.' })),
});
export type Impersonated = Static<typeof Impersonated>;

export const ImpersonationEnded = Type.Object({
  returned: Type.Boolean({
    description: 'Whether the browser has its operator’s session again; otherwise he logs in, or uses his own token.',
  }),
});
export type ImpersonationEnded = Static<typeof ImpersonationEnded>;
