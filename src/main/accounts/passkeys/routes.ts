/** The endpoints of passkeys, one line each. */

import { type Route, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { addPasskey } from './add.ts';
import { logInWithPasskey } from './log-in.ts';
import { listOwnPasskeys, removeOwnPasskey, renameOwnPasskey } from './manage.ts';
import { logInOptions, registrationOptions, secondFactorOptions, stepUpOptions } from './options.ts';
import * as schema from './route-schemas.ts';

const base = '/v1/accounts';
/** A registration carries the authenticator's certificates, where it has some. */
const anyone = <S>(schema: S) => ({ access: 'public', schema, bodyLimitBytes: 32_768 }) as const;
const user = <S>(schema: S) => ({ access: 'user', schema, bodyLimitBytes: 32_768 }) as const;
/** A second factor is added here, so it is open to who must have one and has none. */
const adding = { stepUp: true, beforeFactor: true } as const;

export function createPasskeyRoutes(parts: AccountsParts): Route[] {
  return [
    route('GET', `${base}/passkeys`, user(schema.listPasskeys), async (visit) => ({
      passkeys: await listOwnPasskeys(parts, visit),
    })),
    route(
      'POST',
      `${base}/passkeys/registration-options`,
      { ...user(schema.registrationOptions), ...adding },
      (visit) => registrationOptions(parts, visit),
    ),
    route('POST', `${base}/passkeys`, { ...user(schema.addPasskey), ...adding }, (visit) => addPasskey(parts, visit)),
    route('PATCH', `${base}/passkeys/:id`, user(schema.renamePasskey), (visit) =>
      renameOwnPasskey(parts, visit, visit.params.id),
    ),
    route('DELETE', `${base}/passkeys/:id`, { ...user(schema.removePasskey), stepUp: true }, (visit) =>
      removeOwnPasskey(parts, visit, visit.params.id),
    ),
    route('POST', `${base}/log-in/passkey/options`, anyone(schema.logInOptions), (visit) => logInOptions(parts, visit)),
    route('POST', `${base}/log-in/passkey`, anyone(schema.logIn), (visit) => logInWithPasskey(parts, visit)),
    route('POST', `${base}/log-in/second-factor/passkey-options`, anyone(schema.secondFactorOptions), (visit) =>
      secondFactorOptions(parts, visit),
    ),
    route('POST', `${base}/step-up/passkey-options`, { ...user(schema.stepUpOptions), beforeFactor: true }, (visit) =>
      stepUpOptions(parts, visit),
    ),
  ];
}
