/** The endpoints of second factors, one line each. */

import { type Route, route } from '../../http/index.ts';
import type { AccountsParts } from '../parts.ts';
import { answerChallenge } from './answer-challenge.ts';
import { listFactors } from './overview.ts';
import { renewRecoveryCodes } from './recovery-codes.ts';
import { forgetDevice, forgetDevices } from './remembered-device.ts';
import { resetFactors } from './reset.ts';
import * as schema from './route-schemas.ts';
import { stepUp } from './step-up.ts';
import { beginTotpSetUp, confirmTotpSetUp, removeTotp } from './totp.ts';

const base = '/v1/accounts';
const bodyLimitBytes = 65_536;
const anyone = <S>(schema: S) => ({ access: 'public', schema, bodyLimitBytes }) as const;
/** Open to him who must set up a factor first, too. */
const early = <S>(schema: S) => ({ access: 'user', schema, bodyLimitBytes, beforeFactor: true }) as const;
const proven = <S>(schema: S) => ({ access: 'user', schema, bodyLimitBytes, stepUp: true }) as const;

export function createFactorRoutes(parts: AccountsParts): Route[] {
  return [
    route('POST', `${base}/log-in/second-factor`, anyone(schema.answerChallenge), (visit) =>
      answerChallenge(parts, visit),
    ),
    route('POST', `${base}/step-up`, early(schema.stepUp), (visit) => stepUp(parts, visit)),
    route('GET', `${base}/factors`, early(schema.listFactors), (visit) => listFactors(parts, visit)),
    route('POST', `${base}/factors/totp`, { ...early(schema.beginTotp), stepUp: true }, (visit) =>
      beginTotpSetUp(parts, visit),
    ),
    // A set-up that was begun before a new password is not to be finished with what was good before it.
    route('POST', `${base}/factors/totp/confirm`, { ...early(schema.confirmTotp), stepUp: true }, (visit) =>
      confirmTotpSetUp(parts, visit),
    ),
    route('DELETE', `${base}/factors/totp`, proven(schema.removeTotp), (visit) => removeTotp(parts, visit)),
    route('POST', `${base}/factors/recovery-codes`, proven(schema.renewRecoveryCodes), (visit) =>
      renewRecoveryCodes(parts, visit),
    ),
    route('DELETE', `${base}/factors/remembered-devices`, { access: 'user', schema: schema.forgetDevices }, (visit) =>
      forgetDevices(parts, visit),
    ),
    route(
      'DELETE',
      `${base}/factors/remembered-devices/:id`,
      { access: 'user', schema: schema.forgetDevice },
      (visit) => forgetDevice(parts, visit, visit.params.id),
    ),
    route(
      'POST',
      `${base}/users/:id/factors/reset`,
      { access: 'operator', schema: schema.resetFactors, stepUp: true },
      (visit) => resetFactors(parts, visit, visit.params.id),
    ),
  ];
}
