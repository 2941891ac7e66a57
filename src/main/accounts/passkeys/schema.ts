/**
 * The shapes of passkeys. What goes to a browser and comes from it has the form that WebAuthn gives it as JSON (Level 3,
 * sections 5.1.8 to 5.1.11): `PublicKeyCredential` makes and reads it without a library.
 */

import { type Static, Type } from 'typebox';
import { Renewed, SessionTransport } from '../schema.ts';

export const MAX_NAME_LENGTH = 100;
/** Of binary members, as base64url; far above what any authenticator sends. */
const MAX_BINARY_LENGTH = 8_192;
const MAX_CREDENTIAL_ID_LENGTH = 1_364;
const MAX_TOKEN_LENGTH = 100;

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const TimeOrNull = Type.Union([Time, Type.Null()]);
const Base64Url = Type.String({ minLength: 1, maxLength: MAX_BINARY_LENGTH, pattern: '^[A-Za-z0-9_-]+$' });
const CredentialId = Type.String({ minLength: 1, maxLength: MAX_CREDENTIAL_ID_LENGTH, pattern: '^[A-Za-z0-9_-]+$' });
const Transport = Type.String({ minLength: 1, maxLength: 32, pattern: '^[a-z-]+$' });
const Token = Type.String({ minLength: 1, maxLength: MAX_TOKEN_LENGTH });
const Name = Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH });

export const Passkey = Type.Object({
  id: Id,
  name: Type.String(),
  createdAt: Time,
  lastUsedAt: TimeOrNull,
  isBackedUp: Type.Boolean({ description: 'Kept by more than one device, such as in a password manager.' }),
  transports: Type.Array(Type.String(), { description: 'How a browser reaches it: internal, hybrid, usb, nfc, ble.' }),
});
export type Passkey = Static<typeof Passkey>;

export const PasskeyList = Type.Object({ passkeys: Type.Array(Passkey) });
export const OnePasskey = Type.Object({ passkey: Passkey });

export const AddedPasskey = Type.Object({
  ...Renewed.properties,
  passkey: Passkey,
  recoveryCodes: Type.Optional(
    Type.Array(Type.String(), { description: 'With the first second factor; they are shown this once.' }),
  ),
});
export type AddedPasskey = Static<typeof AddedPasskey>;

const Descriptor = Type.Object({
  id: Type.String(),
  type: Type.String(),
  transports: Type.Optional(Type.Array(Type.String())),
});

export const CreationOptions = Type.Object(
  {
    challenge: Type.String(),
    rp: Type.Object({ id: Type.Optional(Type.String()), name: Type.String() }),
    user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
    pubKeyCredParams: Type.Array(Type.Object({ alg: Type.Integer(), type: Type.String() })),
    timeout: Type.Integer(),
    attestation: Type.String(),
    excludeCredentials: Type.Array(Descriptor),
    authenticatorSelection: Type.Object({
      residentKey: Type.String(),
      requireResidentKey: Type.Boolean(),
      userVerification: Type.String(),
    }),
    extensions: Type.Object({ credProps: Type.Boolean() }),
  },
  { description: 'For PublicKeyCredential.parseCreationOptionsFromJSON() and navigator.credentials.create().' },
);
export type CreationOptions = Static<typeof CreationOptions>;

export const RequestOptions = Type.Object(
  {
    challenge: Type.String(),
    rpId: Type.String(),
    timeout: Type.Integer(),
    userVerification: Type.String(),
    allowCredentials: Type.Array(Descriptor),
  },
  { description: 'For PublicKeyCredential.parseRequestOptionsFromJSON() and navigator.credentials.get().' },
);
export type RequestOptions = Static<typeof RequestOptions>;

export const CreationAnswer = Type.Object({ options: CreationOptions });
export type CreationAnswer = Static<typeof CreationAnswer>;
export const RequestAnswer = Type.Object({ options: RequestOptions });
export type RequestAnswer = Static<typeof RequestAnswer>;
export const LogInOptions = Type.Object({
  options: RequestOptions,
  flow: Type.String({ description: 'Goes back with the answer; good for five minutes and once.' }),
});
export type LogInOptions = Static<typeof LogInOptions>;

/** What every credential carries beside its response; read by nobody here, but sent by browsers. */
const ceremony = {
  id: CredentialId,
  rawId: CredentialId,
  type: Type.Enum(['public-key']),
  authenticatorAttachment: Type.Optional(Type.Union([Transport, Type.Null()])),
  clientExtensionResults: Type.Optional(Type.Object({}, { additionalProperties: true })),
};

export const RegistrationResponse = Type.Object(
  {
    ...ceremony,
    response: Type.Object(
      {
        clientDataJSON: Base64Url,
        attestationObject: Base64Url,
        transports: Type.Optional(Type.Array(Transport, { maxItems: 10 })),
        authenticatorData: Type.Optional(Base64Url),
        publicKey: Type.Optional(Base64Url),
        publicKeyAlgorithm: Type.Optional(Type.Integer()),
      },
      closed,
    ),
  },
  { ...closed, description: 'What navigator.credentials.create() gave, by its toJSON().' },
);
export type RegistrationResponse = Static<typeof RegistrationResponse>;

export const AuthenticationResponse = Type.Object(
  {
    ...ceremony,
    response: Type.Object(
      {
        clientDataJSON: Base64Url,
        authenticatorData: Base64Url,
        signature: Base64Url,
        userHandle: Type.Optional(Type.Union([Base64Url, Type.Null()])),
      },
      closed,
    ),
  },
  { ...closed, description: 'What navigator.credentials.get() gave, by its toJSON().' },
);
export type AuthenticationResponse = Static<typeof AuthenticationResponse>;

export const AddPasskey = Type.Object({ name: Type.Optional(Name), response: RegistrationResponse }, closed);
export type AddPasskey = Static<typeof AddPasskey>;

export const RenamePasskey = Type.Object({ name: Name }, closed);
export type RenamePasskey = Static<typeof RenamePasskey>;

export const PasskeyLogIn = Type.Object(
  { flow: Token, response: AuthenticationResponse, transport: Type.Optional(SessionTransport) },
  closed,
);
export type PasskeyLogIn = Static<typeof PasskeyLogIn>;

export const OfChallenge = Type.Object({ challenge: Token }, closed);
export type OfChallenge = Static<typeof OfChallenge>;
