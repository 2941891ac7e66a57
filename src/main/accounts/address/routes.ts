/** The endpoints of a change of address. */

import { type Route, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { confirmEmail, requestEmailChange } from './change-email.ts';
import * as schema from './schema.ts';

const base = '/v1/accounts/email';

export function createAddressRoutes(parts: AccountsParts): Route[] {
  const bounded = { bodyLimitBytes: 16_384 } as const;
  return [
    route('POST', base, { ...bounded, access: 'user', stepUp: true, schema: schema.changeEmail }, (visit) =>
      requestEmailChange(parts, visit),
    ),
    route('POST', `${base}/confirm`, { ...bounded, access: 'public', schema: schema.confirmEmail }, (visit) =>
      confirmEmail(parts, visit),
    ),
  ];
}
