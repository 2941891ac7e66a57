/** The shapes of logging in by mail. */

import { type Static, Type } from 'typebox';
import { AddressOnly, SessionTransport, VerifyEmail } from '../schema.ts';

const closed = { additionalProperties: false } as const;
const { email } = AddressOnly.properties;
const { token } = VerifyEmail.properties;
const transport = Type.Optional(SessionTransport);
const attempt = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'As it was answered to who asked for the mail; with transport cookie a cookie carries it.',
  }),
);

export const MailLogIn = Type.Object({ email, transport }, closed);
export type MailLogIn = Static<typeof MailLogIn>;

export const CheckMailForLogIn = Type.Object({
  status: Type.Enum(['check_mail']),
  attempt: Type.Optional(
    Type.String({ description: 'Goes back with the link or the code. Absent where a cookie carries it.' }),
  ),
});
export type CheckMailForLogIn = Static<typeof CheckMailForLogIn>;

export const MailLogInLink = Type.Object({ token, attempt, transport }, closed);
export type MailLogInLink = Static<typeof MailLogInLink>;

export const MailLogInCode = Type.Object(
  { code: Type.String({ pattern: '^[0-9]{6}$', description: 'Six digits.' }), attempt, transport },
  closed,
);
export type MailLogInCode = Static<typeof MailLogInCode>;
