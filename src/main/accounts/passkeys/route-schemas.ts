/** What each endpoint of passkeys takes, answers and refuses. */

import type { RouteSchema } from '../../http/index.ts';
import { ById, LoggedIn } from '../schema.ts';
import * as shape from './schema.ts';

export const listPasskeys = {
  summary: 'One’s own passkeys',
  response: { 200: shape.PasskeyList },
} as const satisfies RouteSchema;

export const registrationOptions = {
  summary: 'Begin to add a passkey',
  description: 'The options are good for five minutes, in this session, and once.',
  response: { 200: shape.CreationAnswer },
  errors: ['too_many_attempts'],
} as const satisfies RouteSchema;

export const addPasskey = {
  summary: 'Add the passkey that the browser made',
  description:
    'The session gets a new token and counts as opened with the passkey; the others end. With the first second factor the answer has recovery codes.',
  body: shape.AddPasskey,
  response: { 201: shape.AddedPasskey },
  errors: ['passkey_not_added', 'passkey_known', 'too_many_passkeys', 'invalid_name'],
} as const satisfies RouteSchema;

export const renamePasskey = {
  summary: 'Give one of one’s own passkeys another name',
  params: ById,
  body: shape.RenamePasskey,
  response: { 200: shape.OnePasskey },
  errors: ['passkey_not_found', 'invalid_name'],
} as const satisfies RouteSchema;

export const removePasskey = {
  summary: 'Remove one of one’s own passkeys',
  description: 'Every other session ends.',
  params: ById,
  response: { 204: null },
  errors: ['passkey_not_found', 'last_factor_needed'],
} as const satisfies RouteSchema;

export const logInOptions = {
  summary: 'Begin to log in with a passkey',
  description: 'The same for everybody: the authenticator knows whose passkey it has. Good for five minutes and once.',
  response: { 200: shape.LogInOptions },
  errors: ['too_many_attempts'],
} as const satisfies RouteSchema;

export const logIn = {
  summary: 'Log in with a passkey',
  body: shape.PasskeyLogIn,
  response: { 200: LoggedIn },
  errors: ['passkey_refused', 'email_not_verified', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const secondFactorOptions = {
  summary: 'Begin to answer for the second factor with a passkey',
  body: shape.OfChallenge,
  response: { 200: shape.RequestAnswer },
  errors: ['invalid_challenge', 'no_passkey', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const stepUpOptions = {
  summary: 'Begin to prove with a passkey who one is',
  response: { 200: shape.RequestAnswer },
  errors: ['no_passkey', 'too_many_attempts'],
} as const satisfies RouteSchema;
