/** What each endpoint of accounts takes, answers and refuses, for the input check and for the reference. */

import type { RouteSchema } from '../http/index.ts';
import * as shape from './schema.ts';

const guessing = ['too_many_attempts', 'hashing_full'] as const;

const mailAnswer = { 202: shape.CheckMail };

export const signUp = {
  summary: 'Sign up',
  description:
    'Answers 202 for every address, known or not; the mail says the rest. With REQUIRE_VERIFIED_EMAIL=false it answers 201 and logs in.',
  body: shape.SignUp,
  response: { 201: shape.SignedUp, 202: shape.CheckMail },
  errors: ['invalid_email', 'invalid_name', 'password_refused', 'email_taken', ...guessing],
} as const satisfies RouteSchema;

export const verifyEmail = {
  summary: 'Confirm an address with the link from the mail, and log in',
  description:
    'The first time it ends the user’s other sessions. An account that was used before its address was confirmed also loses its password, unless the request brings a session of it; needsPassword says so.',
  body: shape.VerifyEmail,
  response: { 200: shape.Verified },
  errors: ['invalid_link', 'email_taken', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const resendVerification = {
  summary: 'Ask for the confirmation mail again',
  body: shape.AddressOnly,
  response: mailAnswer,
  errors: ['invalid_email', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const logIn = {
  summary: 'Log in',
  body: shape.LogIn,
  response: { 200: shape.LoggedIn },
  errors: ['invalid_credentials', 'email_not_verified', 'invalid_email', ...guessing],
} as const satisfies RouteSchema;

export const logOut = {
  summary: 'Log out',
  description: 'Ends the session that the request came with. Never refuses.',
  response: { 204: null },
} as const satisfies RouteSchema;

export const getMe = {
  summary: 'Who is logged in',
  description: 'A browser’s cookie gets a new token here once a day.',
  response: { 200: shape.Me },
} as const satisfies RouteSchema;

export const changeMe = {
  summary: 'Change one’s own name',
  body: shape.ChangeMe,
  response: { 200: shape.OneUser },
  errors: ['invalid_name'],
} as const satisfies RouteSchema;

export const changePassword = {
  summary: 'Change one’s own password',
  description: 'Ends every other session and gives this one a new token.',
  body: shape.ChangePassword,
  response: { 200: shape.Renewed },
  errors: ['wrong_password', 'password_refused', ...guessing],
} as const satisfies RouteSchema;

export const forgotPassword = {
  summary: 'Ask for a link to set a new password',
  description: 'Answers the same for every address.',
  body: shape.AddressOnly,
  response: mailAnswer,
  errors: ['invalid_email', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const resetPassword = {
  summary: 'Set a new password with the link from the mail',
  description: 'Ends every session of the user. Log in afterwards.',
  body: shape.ResetPassword,
  response: { 204: null },
  errors: ['invalid_link', 'password_refused', ...guessing],
} as const satisfies RouteSchema;

export const listOwnSessions = {
  summary: 'One’s own sessions, newest first',
  response: { 200: shape.SessionList },
} as const satisfies RouteSchema;

export const revokeOwnSession = {
  summary: 'End one of one’s own sessions',
  params: shape.ById,
  response: { 204: null },
  errors: ['session_not_found'],
} as const satisfies RouteSchema;

export const revokeOtherSessions = {
  summary: 'End all of one’s own sessions but this one',
  response: { 200: shape.Revoked },
} as const satisfies RouteSchema;

export const revokeAllSessions = {
  summary: 'End all of one’s own sessions, this one too',
  response: { 200: shape.Revoked },
} as const satisfies RouteSchema;

export const rotateSession = {
  summary: 'Give this session a new token',
  description: 'The old token is good for another 60 seconds, for requests under way.',
  response: { 200: shape.Renewed },
  errors: ['session_rotated'],
} as const satisfies RouteSchema;

export const isFirstOperatorNeeded = {
  summary: 'Whether the first operator has yet to be made',
  response: { 200: shape.Needed },
} as const satisfies RouteSchema;

export const createFirstOperator = {
  summary: 'Make the first operator with the link from the terminal',
  body: shape.FirstOperator,
  response: { 201: shape.Signed },
  errors: ['invalid_link', 'first_operator_exists', 'email_taken', 'invalid_email', 'password_refused', ...guessing],
} as const satisfies RouteSchema;

export const getSettings = {
  summary: 'What pages need to know before anyone has logged in',
  response: { 200: shape.Settings },
} as const satisfies RouteSchema;

export const findUsers = {
  summary: 'Users, newest first, or by the beginning of their address',
  query: shape.UsersQuery,
  response: { 200: shape.UserPage },
  errors: ['invalid_cursor'],
} as const satisfies RouteSchema;

export const createUser = {
  summary: 'Make a user',
  description: 'Without a password, a mail invites him to set one.',
  body: shape.NewUser,
  response: { 201: shape.OneUser },
  errors: ['email_taken', 'invalid_email', 'invalid_name', 'password_refused', 'hashing_full', 'not_yours_to_grant'],
} as const satisfies RouteSchema;

export const getUser = {
  summary: 'One user',
  params: shape.ById,
  response: { 200: shape.OneUser },
  errors: ['user_not_found'],
} as const satisfies RouteSchema;

export const changeUser = {
  summary: 'Disable a user, enable him, change his role or name',
  description: 'Disabling ends his sessions and API keys at once, another role his sessions.',
  params: shape.ById,
  body: shape.ChangeUser,
  response: { 200: shape.OneUser },
  errors: ['user_not_found', 'last_operator', 'invalid_name', 'beyond_your_authority', 'not_yours_to_grant'],
} as const satisfies RouteSchema;

export const listSessionsOf = {
  summary: 'A user’s sessions, newest first',
  params: shape.ById,
  response: { 200: shape.SessionList },
  errors: ['user_not_found'],
} as const satisfies RouteSchema;

export const revokeSessionsOf = {
  summary: 'End all sessions of a user',
  params: shape.ById,
  response: { 200: shape.Revoked },
  errors: ['user_not_found', 'beyond_your_authority'],
} as const satisfies RouteSchema;

export const findSessions = {
  summary: 'Everybody’s sessions, newest first',
  query: shape.PageQuery,
  response: { 200: shape.SessionPage },
  errors: ['invalid_cursor'],
} as const satisfies RouteSchema;

export const findMails = {
  summary: 'The mailbox of development, newest first',
  description: 'Only where SMTP_URL is not set.',
  query: shape.PageQuery,
  response: { 200: shape.MailPage },
  errors: ['invalid_cursor'],
} as const satisfies RouteSchema;

export const getMail = {
  summary: 'One mail of the mailbox',
  params: shape.ById,
  response: { 200: shape.OneMail },
  errors: ['mail_not_found'],
} as const satisfies RouteSchema;

export const deleteMails = {
  summary: 'Empty the mailbox',
  response: { 204: null },
} as const satisfies RouteSchema;
