/** The endpoints of logging in by mail. Where it is switched off they are not there. */

import { type Route, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { logInByMailCode, logInByMailLink } from './consume.ts';
import { askForMailLogIn } from './request.ts';
import * as schema from './route-schemas.ts';

const base = '/v1/accounts/log-in/mail';
const anyone = <S>(schema: S) => ({ access: 'public', schema, bodyLimitBytes: 16_384 }) as const;

export function createMailLogInRoutes(parts: AccountsParts): Route[] {
  if (!parts.config.mailLogIn) return [];
  return [
    route('POST', base, { ...anyone(schema.request), subjectField: 'email' }, (visit) => askForMailLogIn(parts, visit)),
    route('POST', `${base}/link`, anyone(schema.byLink), (visit) => logInByMailLink(parts, visit)),
    route('POST', `${base}/code`, anyone(schema.byCode), (visit) => logInByMailCode(parts, visit)),
  ];
}
