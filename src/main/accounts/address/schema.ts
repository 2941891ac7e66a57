/** The shapes of a change of address. */

import { type Static, Type } from 'typebox';
import type { RouteSchema } from '../../http/index.ts';
import { CheckMail } from '../schema.ts';

const closed = { additionalProperties: false } as const;

export const ChangeEmail = Type.Object({ newEmail: Type.String({ minLength: 3, maxLength: 254 }) }, closed);
export type ChangeEmail = Static<typeof ChangeEmail>;

export const ConfirmEmail = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 100, description: 'From the link in the mail.' }) },
  closed,
);
export type ConfirmEmail = Static<typeof ConfirmEmail>;

export const EmailConfirmed = Type.Object({
  email: Type.String({ description: 'The address from now on.' }),
  isUndone: Type.Boolean({
    description: 'The link was the one to the old address: the change was taken back, and a new password is to be set.',
  }),
});
export type EmailConfirmed = Static<typeof EmailConfirmed>;

export const changeEmail = {
  summary: 'Ask for another address',
  description:
    'A mail goes to the new address; nothing changes before its link is opened. The answer is the same for an address that has an account.',
  body: ChangeEmail,
  response: { 202: CheckMail },
  errors: ['invalid_email', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const confirmEmail = {
  summary: 'Confirm a new address with the link from the mail, or take the change back',
  description:
    'The old address gets a mail with a link that takes the change back, for 7 days: that ends every session and the password, and a mail asks for a new one.',
  body: ConfirmEmail,
  response: { 200: EmailConfirmed },
  errors: ['invalid_link', 'email_taken', 'too_many_attempts'],
} as const satisfies RouteSchema;
