/** The shapes of second factors. */

import { type Static, Type } from 'typebox';
import { AuthenticationResponse } from '../passkeys/schema.ts';
import { Renewed } from '../schema.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const Code = Type.String({ pattern: '^[0-9]{3} ?[0-9]{3}$', description: 'Six digits, as the app shows them.' });
const RecoveryCode = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Case, spaces and dashes do not matter.',
});
const Token = Type.String({ minLength: 1, maxLength: 100 });
const Password = Type.String({ minLength: 1, maxLength: 256 });
const codes = Type.Array(Type.String(), { description: 'Shown this once; each works once.' });

/** One of them. */
const brought = {
  code: Type.Optional(Code),
  recoveryCode: Type.Optional(RecoveryCode),
  passkey: Type.Optional(AuthenticationResponse),
};

export const AnswerChallenge = Type.Object(
  {
    challenge: Token,
    ...brought,
    rememberDevice: Type.Optional(
      Type.Boolean({ description: 'For 30 days no second factor is asked for in this browser (cookie transport).' }),
    ),
  },
  { ...closed, minProperties: 2 },
);
export type AnswerChallenge = Static<typeof AnswerChallenge>;

export const StepUp = Type.Object(
  { password: Type.Optional(Password), ...brought },
  { ...closed, minProperties: 1, maxProperties: 1 },
);
export type StepUp = Static<typeof StepUp>;

export const RememberedDevice = Type.Object({
  id: Id,
  device: Type.String({ description: 'What it seems to be, such as Firefox on Windows.' }),
  createdAt: Time,
  lastUsedAt: Time,
  expiresAt: Time,
});
export type RememberedDevice = Static<typeof RememberedDevice>;

export const Factors = Type.Object({
  totp: Type.Union([Type.Object({ addedAt: Time }), Type.Null()]),
  passkeys: Type.Integer(),
  recoveryCodes: Type.Union([
    Type.Object({ left: Type.Integer(), total: Type.Integer(), createdAt: Time }),
    Type.Null(),
  ]),
  hasPassword: Type.Boolean({ description: 'Without a second factor, a step-up asks for it.' }),
  isRequired: Type.Boolean({ description: 'Whether the user must have a second factor.' }),
  dueAt: Type.Union([Time, Type.Null()], {
    description: 'From then on he can do nothing without one; it may be in the past.',
  }),
  rememberedDevices: Type.Array(RememberedDevice),
});
export type Factors = Static<typeof Factors>;

export const TotpSetUp = Type.Object({
  secret: Type.String({ description: 'In base32, for those who type it. Shown this once.' }),
  uri: Type.String({ description: 'otpauth://… for a QR code.' }),
  expiresAt: Time,
});
export type TotpSetUp = Static<typeof TotpSetUp>;

export const ConfirmTotp = Type.Object({ code: Code }, closed);
export type ConfirmTotp = Static<typeof ConfirmTotp>;

export const Enrolled = Type.Object({
  ...Renewed.properties,
  recoveryCodes: Type.Optional(codes),
});
export type Enrolled = Static<typeof Enrolled>;

export const RecoveryCodes = Type.Object({ codes });
export const Forgotten = Type.Object({ forgotten: Type.Integer() });
export const ById = Type.Object({ id: Id });
