/** The shapes of accounts: what goes in, what comes out. Lengths are bounded everywhere; unknown fields are refused. */

import { type Static, Type } from 'typebox';

/** Generous for any address that exists; the real rules are in `email-address.ts`. */
const MAX_EMAIL_LENGTH = 254;
const MAX_NAME_LENGTH = 100;
/** In UTF-16 units, against bodies made to be slow to hash; the policy counts code points and bytes. */
const MAX_PASSWORD_LENGTH = 256;
const MAX_TOKEN_LENGTH = 100;
const MAX_CURSOR_LENGTH = 500;

const closed = { additionalProperties: false } as const;
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const Email = Type.String({ minLength: 3, maxLength: MAX_EMAIL_LENGTH, description: 'Case does not matter.' });
const Password = Type.String({ minLength: 1, maxLength: MAX_PASSWORD_LENGTH });
const Name = Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH });
const Token = Type.String({ minLength: 1, maxLength: MAX_TOKEN_LENGTH, description: 'From the link in the mail.' });
const orNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const Role = Type.Enum(['user', 'operator']);
export type Role = Static<typeof Role>;

export const SessionTransport = Type.Enum(['cookie', 'bearer', 'tokens'], {
  description:
    'cookie: the browser keeps the token. bearer (the default): the token is in the answer. tokens: a short access token and a refresh token are.',
});
export type SessionTransport = Static<typeof SessionTransport>;

export const User = Type.Object({
  id: Id,
  email: Type.String(),
  emailVerified: Type.Boolean(),
  name: orNull(Type.String()),
  role: Role,
  disabled: Type.Boolean(),
  locale: orNull(Type.String({ description: 'The language tag of the pages he wants; null for his browser’s.' })),
  secondFactors: Type.Array(Type.String(), { description: 'Those set up: totp, passkey, recovery_code.' }),
  createdAt: Time,
  updatedAt: Time,
});
export type User = Static<typeof User>;

/** As far as its user agent says; whoever sends one may lie. */
export const Device = Type.Object({
  browser: orNull(Type.String()),
  system: orNull(Type.String()),
  kind: Type.Enum(['desktop', 'phone', 'tablet', 'program', 'unknown']),
});
export type Device = Static<typeof Device>;

export const Place = Type.Object({ city: orNull(Type.String()), country: orNull(Type.String()) });
export type Place = Static<typeof Place>;

export const Session = Type.Object({
  id: Id,
  createdAt: Time,
  lastUsedAt: Type.String({ format: 'date-time', description: 'To the minute.' }),
  expiresAt: Type.String({ format: 'date-time', description: 'When it ends unless it is used before.' }),
  ip: orNull(Type.String()),
  userAgent: orNull(Type.String()),
  device: Device,
  place: Type.Union([Place, Type.Null()], { description: 'Where the log-in came from, as far as it is known.' }),
  methods: Type.Array(Type.String(), { description: 'What was proven, such as password, totp, passkey.' }),
  acr: Type.Enum(['aal1', 'aal2'], { description: 'aal2 where a second factor was given (NIST SP 800-63B).' }),
  authenticatedAt: Type.String({ format: 'date-time', description: 'When its user last proved who he is.' }),
  isImpersonated: Type.Boolean({ description: 'An operator acts as this user.' }),
  current: Type.Boolean({ description: 'True for the session that asks.' }),
});
export type Session = Static<typeof Session>;

export const SessionOfUser = Type.Object({
  ...Session.properties,
  user: Type.Object({ id: Id, email: Type.String() }),
});
export type SessionOfUser = Static<typeof SessionOfUser>;

export const Mail = Type.Object({
  id: Id,
  to: Type.String(),
  subject: Type.String(),
  template: Type.String(),
  text: Type.String(),
  html: Type.Optional(Type.String()),
  createdAt: Time,
});
export type Mail = Static<typeof Mail>;

export const Settings = Type.Object({
  application: Type.Object({ name: Type.String(), accent: Type.String(), logoUrl: orNull(Type.String()) }),
  passwordMinLength: Type.Integer(),
  requireVerifiedEmail: Type.Boolean(),
  mailLogIn: Type.Boolean({ description: 'Whether a link or a code in a mail logs in.' }),
  passkeys: Type.Boolean({ description: 'Whether passkeys can work: BASE_URL has a name, not an IP address.' }),
  isWatch: Type.Boolean({
    description: 'Whether `aquifer watch` answers: no accounts, and a database that is only read.',
  }),
});
export type Settings = Static<typeof Settings>;

export const SecondFactorNeeded = Type.Object(
  {
    secondFactor: Type.Object({
      challenge: Type.String({ description: 'Goes back with the answer. It opens nothing by itself.' }),
      methods: Type.Array(Type.Enum(['totp', 'passkey', 'recovery_code'])),
      expiresAt: Time,
    }),
  },
  { description: 'There is no session yet: POST /v1/accounts/log-in/second-factor completes the log-in.' },
);
export type SecondFactorNeeded = Static<typeof SecondFactorNeeded>;

const transport = Type.Optional(SessionTransport);

export const SignUp = Type.Object({ email: Email, password: Password, name: Type.Optional(Name), transport }, closed);
export type SignUp = Static<typeof SignUp>;

export const LogIn = Type.Object({ email: Email, password: Password, transport }, closed);
export type LogIn = Static<typeof LogIn>;

export const VerifyEmail = Type.Object({ token: Token, transport }, closed);
export type VerifyEmail = Static<typeof VerifyEmail>;

export const AddressOnly = Type.Object({ email: Email }, closed);
export type AddressOnly = Static<typeof AddressOnly>;

export const ChangePassword = Type.Object({ currentPassword: Password, newPassword: Password }, closed);
export type ChangePassword = Static<typeof ChangePassword>;

export const ResetPassword = Type.Object({ token: Token, newPassword: Password }, closed);
export type ResetPassword = Static<typeof ResetPassword>;

const Locale = Type.String({
  pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$',
  maxLength: 35,
  description: 'A language tag (BCP 47), such as de or pt-BR.',
});

export const ChangeMe = Type.Object(
  { name: Type.Optional(orNull(Name)), locale: Type.Optional(orNull(Locale)) },
  { ...closed, minProperties: 1 },
);
export type ChangeMe = Static<typeof ChangeMe>;

export const FirstOperator = Type.Object(
  { token: Token, email: Email, password: Password, name: Type.Optional(Name), transport },
  closed,
);
export type FirstOperator = Static<typeof FirstOperator>;

export const NewUser = Type.Object(
  { email: Email, password: Type.Optional(Password), name: Type.Optional(Name), role: Role },
  closed,
);
export type NewUser = Static<typeof NewUser>;

export const ChangeUser = Type.Object(
  { disabled: Type.Optional(Type.Boolean()), role: Type.Optional(Role), name: Type.Optional(orNull(Name)) },
  { ...closed, minProperties: 1 },
);
export type ChangeUser = Static<typeof ChangeUser>;

export const ById = Type.Object({ id: Id });
export type ById = Static<typeof ById>;

const limit = Type.Integer({ minimum: 1, maximum: 100, default: 50 });
const cursor = Type.Optional(Type.String({ minLength: 1, maxLength: MAX_CURSOR_LENGTH, description: 'nextCursor.' }));

export const PageQuery = Type.Object({ limit, cursor }, closed);
export type PageQuery = Static<typeof PageQuery>;

export const UsersQuery = Type.Object(
  {
    limit,
    cursor,
    search: Type.Optional(Type.String({ maxLength: MAX_EMAIL_LENGTH, description: 'How the address begins.' })),
  },
  closed,
);
export type UsersQuery = Static<typeof UsersQuery>;

/** How a session's secrets come: a token, or with the transport `tokens` a pair, or nothing where a cookie carries it. */
const handedOver = {
  token: Type.Optional(Type.String()),
  accessToken: Type.Optional(Type.String({ description: 'Sent as a bearer token, until accessExpiresAt.' })),
  accessExpiresAt: Type.Optional(Time),
  refreshToken: Type.Optional(Type.String({ description: 'Gets the next pair, once.' })),
};

/** A session that was just opened or renewed. */
export const Signed = Type.Object({ user: User, session: Session, ...handedOver });
export type Signed = Static<typeof Signed>;

export const LoggedIn = Type.Union([Signed, SecondFactorNeeded]);
export type LoggedIn = Static<typeof LoggedIn>;

const needsPassword = Type.Boolean({
  description: 'True where the account has no password: one is set by a link in a mail.',
});
export const Verified = Type.Union([
  Type.Object({ ...Signed.properties, needsPassword }),
  Type.Object({ ...SecondFactorNeeded.properties, needsPassword }),
]);
export type Verified = Static<typeof Verified>;

export const Renewed = Type.Object({ session: Session, ...handedOver });
export type Renewed = Static<typeof Renewed>;

export const CheckMail = Type.Object({ status: Type.Enum(['check_mail']) });
export type CheckMail = Static<typeof CheckMail>;

export const SignedUp = Type.Object({
  status: Type.Enum(['signed_up']),
  session: Session,
  ...handedOver,
});
export type SignedUp = Static<typeof SignedUp>;

export const OneUser = Type.Object({ user: User });
export const UserPage = Type.Object({ users: Type.Array(User), nextCursor: orNull(Type.String()) });
export const Me = Type.Object({
  user: User,
  session: Session,
  impersonator: Type.Union([Type.Object({ id: Id, email: Type.String() }), Type.Null()], {
    description: 'The operator who acts as this user; null where it is the user himself.',
  }),
  mustChangePassword: Type.Boolean({
    description: 'The password was found among stolen ones when it was last used: ask for another.',
  }),
});
export type Me = Static<typeof Me>;
export const SessionList = Type.Object({ sessions: Type.Array(Session) });
export const SessionPage = Type.Object({ sessions: Type.Array(SessionOfUser), nextCursor: orNull(Type.String()) });
export const Revoked = Type.Object({ revoked: Type.Integer() });
export const Needed = Type.Object({ needed: Type.Boolean() });
export const OneMail = Type.Object({ mail: Mail });
export const MailPage = Type.Object({ mails: Type.Array(Mail), nextCursor: orNull(Type.String()) });
