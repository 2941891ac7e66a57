/** What each endpoint of logging in by mail takes, answers and refuses. */

import type { RouteSchema } from '../../http/index.ts';
import { Verified } from '../schema.ts';
import * as shape from './schema.ts';

export const request = {
  summary: 'Ask for a mail to log in with',
  description:
    'Answers the same for every address. The mail has a link and a code, good for ten minutes, once, and only in the browser that asked: with transport cookie a cookie says which it is, otherwise attempt does.',
  body: shape.MailLogIn,
  response: { 202: shape.CheckMailForLogIn },
  errors: ['invalid_email', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const byLink = {
  summary: 'Log in with the link from the mail',
  description:
    'The first proof that an address is its owner’s removes whatever was set up before: password, factors, sessions, linked accounts; needsPassword says that there is no password.',
  body: shape.MailLogInLink,
  response: { 200: Verified },
  errors: ['invalid_link', 'other_browser', 'too_many_attempts'],
} as const satisfies RouteSchema;

export const byCode = {
  summary: 'Log in with the code from the mail',
  description: 'Five tries for each mail.',
  body: shape.MailLogInCode,
  response: { 200: Verified },
  errors: ['wrong_code', 'too_many_attempts'],
} as const satisfies RouteSchema;
