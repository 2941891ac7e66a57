/** What each endpoint of second factors takes, answers and refuses. */

import type { RouteSchema } from '../../http/index.ts';
import { Renewed, Signed } from '../schema.ts';
import * as shape from './schema.ts';

export const answerChallenge = {
  summary: 'Complete a log-in with the second factor',
  description:
    'With one of code, recoveryCode and passkey. Five tries a challenge; after ten wrong ones of an account its factors are locked for a while.',
  body: shape.AnswerChallenge,
  response: { 200: Signed },
  errors: ['invalid_challenge', 'wrong_second_factor', 'invalid_credentials', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const stepUp = {
  summary: 'Prove once more who you are',
  description:
    'With one of code, recoveryCode and passkey where there is a second factor, with the password otherwise. The session gets a new token; the old one is good for another 10 seconds, for requests under way, and never as a fresh proof.',
  body: shape.StepUp,
  response: { 200: Renewed },
  errors: [
    ...['wrong_password', 'wrong_second_factor', 'second_factor_needed', 'proof_not_yours'],
    ...['too_many_attempts', 'hashing_full'],
  ],
} as const satisfies RouteSchema;

export const listFactors = {
  summary: 'One’s own second factors',
  response: { 200: shape.Factors },
} as const satisfies RouteSchema;

export const beginTotp = {
  summary: 'Begin to set up an authenticator app',
  description: 'It counts for nothing until it is confirmed, within 15 minutes.',
  response: { 200: shape.TotpSetUp },
  errors: ['secret_key_missing'],
} as const satisfies RouteSchema;

export const confirmTotp = {
  summary: 'Confirm the authenticator app with its first code',
  description:
    'It takes the place of the one before. The session gets a new token, every other one ends. With the first factor come the recovery codes.',
  body: shape.ConfirmTotp,
  response: { 200: shape.Enrolled },
  errors: ['nothing_to_confirm', 'wrong_second_factor'],
} as const satisfies RouteSchema;

export const removeTotp = {
  summary: 'Remove the authenticator app',
  description: 'Ends every other session. With the last factor the recovery codes end too.',
  response: { 204: null },
  errors: ['factor_not_found', 'last_factor_needed'],
} as const satisfies RouteSchema;

export const renewRecoveryCodes = {
  summary: 'New recovery codes in place of those before',
  response: { 200: shape.RecoveryCodes },
  errors: ['no_factor_yet'],
} as const satisfies RouteSchema;

export const forgetDevices = {
  summary: 'Forget all devices that were remembered',
  response: { 200: shape.Forgotten },
} as const satisfies RouteSchema;

export const forgetDevice = {
  summary: 'Forget one device',
  params: shape.ById,
  response: { 204: null },
  errors: ['factor_not_found'],
} as const satisfies RouteSchema;

export const resetFactors = {
  summary: 'Take a user’s second factors away',
  description: 'For one who has lost all of them. His sessions end, and he is told by mail.',
  params: shape.ById,
  response: { 204: null },
  errors: ['user_not_found', 'beyond_your_authority'],
} as const satisfies RouteSchema;
