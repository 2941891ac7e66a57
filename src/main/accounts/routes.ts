/** The endpoints of accounts, one line each. */

import { type Route, route } from '../http/index.ts';
import { createAddressRoutes } from './address/routes.ts';
import { createApiKeyRoutes } from './api-keys/routes.ts';
import { createAuditRoutes } from './audit-trail/routes.ts';
import { createFactorRoutes } from './factors/routes.ts';
import { createFirstOperator, isFirstOperatorNeeded } from './first-operator.ts';
import { createImpersonationRoutes } from './impersonation/routes.ts';
import { logIn } from './log-in.ts';
import { deleteMails, findMails, getMail } from './mail/mailbox.ts';
import { createMailLogInRoutes } from './mail-log-in/routes.ts';
import { createOwnDataRoutes } from './own-data/routes.ts';
import type { AccountsParts } from './parts.ts';
import { createPasskeyRoutes } from './passkeys/routes.ts';
import { changePassword, forgotPassword, resetPassword } from './password.ts';
import { createRoleRoutes } from './roles/routes.ts';
import * as schema from './route-schemas.ts';
import {
  changeMe,
  getMe,
  listOwnSessions,
  logOut,
  revokeAllSessions,
  revokeOtherSessions,
  revokeOwnSession,
  rotateOwnSession,
} from './sessions.ts';
import { readSettings } from './settings.ts';
import { signUp } from './sign-up.ts';
import { createSocialRoutes } from './social/routes.ts';
import { createTokenRoutes } from './tokens/routes.ts';
import { changeUser, createUser, findSessions, findUsers, getUser, listSessionsOf, revokeSessionsOf } from './users.ts';
import { resendVerification, verifyEmail } from './verify-email.ts';

const base = '/v1/accounts';
const anyone = <S>(schema: S) => ({ access: 'public', schema, bodyLimitBytes: 16_384 }) as const;
const user = <S>(schema: S) => ({ access: 'user', schema, bodyLimitBytes: 16_384 }) as const;
const operator = <S>(schema: S) => ({ access: 'operator', schema, bodyLimitBytes: 16_384 }) as const;
/** The mailbox holds links that log in as anybody: no role and no key opens it. */
const operatorOnly = <S>(schema: S) => ({ ...operator(schema), permission: null }) as const;

export function createRoutes(parts: AccountsParts): Route[] {
  /** For routes that hash a password for every one of their callers: in a flood nothing else is done for those too many. */
  const hashing = { refuseEarly: () => parts.hasher.refusal() };
  return [
    route('POST', `${base}/sign-up`, { ...anyone(schema.signUp), ...hashing }, (visit) => signUp(parts, visit)),
    route('POST', `${base}/verify-email`, anyone(schema.verifyEmail), (visit) => verifyEmail(parts, visit)),
    route('POST', `${base}/verify-email/resend`, anyone(schema.resendVerification), (visit) =>
      resendVerification(parts, visit),
    ),
    route('POST', `${base}/log-in`, { ...anyone(schema.logIn), ...hashing, subjectField: 'email' }, (visit) =>
      logIn(parts, visit),
    ),
    route('POST', `${base}/log-out`, anyone(schema.logOut), (visit) => logOut(parts, visit)),
    route('POST', `${base}/password/forgot`, anyone(schema.forgotPassword), (visit) => forgotPassword(parts, visit)),
    route('POST', `${base}/password/reset`, { ...anyone(schema.resetPassword), ...hashing }, (visit) =>
      resetPassword(parts, visit),
    ),
    route('GET', `${base}/settings`, anyone(schema.getSettings), async () => readSettings(parts)),
    route('GET', `${base}/first-operator`, anyone(schema.isFirstOperatorNeeded), async ({ context }) => ({
      needed: await isFirstOperatorNeeded(parts, context),
    })),
    route('POST', `${base}/first-operator`, anyone(schema.createFirstOperator), (visit) =>
      createFirstOperator(parts, visit),
    ),

    route('GET', `${base}/me`, { ...user(schema.getMe), beforeFactor: true }, (visit) => getMe(parts, visit)),
    route('PATCH', `${base}/me`, user(schema.changeMe), (visit) => changeMe(parts, visit)),
    route('POST', `${base}/password/change`, user(schema.changePassword), (visit) => changePassword(parts, visit)),
    route('GET', `${base}/sessions`, user(schema.listOwnSessions), async (visit) => ({
      sessions: await listOwnSessions(parts, visit),
    })),
    route('DELETE', `${base}/sessions`, user(schema.revokeOtherSessions), (visit) => revokeOtherSessions(parts, visit)),
    route('DELETE', `${base}/sessions/:id`, user(schema.revokeOwnSession), (visit) =>
      revokeOwnSession(parts, visit, visit.params.id),
    ),
    route('POST', `${base}/sessions/revoke-all`, user(schema.revokeAllSessions), (visit) =>
      revokeAllSessions(parts, visit),
    ),
    route('POST', `${base}/sessions/rotate`, user(schema.rotateSession), (visit) => rotateOwnSession(parts, visit)),

    ...createFactorRoutes(parts),
    ...createPasskeyRoutes(parts),
    ...createMailLogInRoutes(parts),
    ...createSocialRoutes(parts),
    ...createTokenRoutes(parts),
    ...createAddressRoutes(parts),
    ...createOwnDataRoutes(parts),
    ...createRoleRoutes(parts),
    ...createApiKeyRoutes(parts),
    ...createImpersonationRoutes(parts),
    ...createAuditRoutes(parts),
    ...createOperatorRoutes(parts),
    ...(parts.config.smtpUrl === undefined ? createMailboxRoutes(parts) : []),
  ];
}

function createOperatorRoutes(parts: AccountsParts): Route[] {
  return [
    route('GET', `${base}/users`, operator(schema.findUsers), ({ query, context }) => findUsers(parts, query, context)),
    route('POST', `${base}/users`, operator(schema.createUser), async ({ body, context }) => ({
      user: await createUser(parts, body, context),
    })),
    route('GET', `${base}/users/:id`, operator(schema.getUser), async ({ params, context }) => ({
      user: await getUser(parts, params.id, context),
    })),
    route('PATCH', `${base}/users/:id`, operator(schema.changeUser), async ({ params, body, context }) => ({
      user: await changeUser(parts, params.id, { change: body, context }),
    })),
    route(
      'GET',
      `${base}/users/:id/sessions`,
      operator(schema.listSessionsOf),
      async ({ params, caller, context }) => ({
        sessions: await listSessionsOf(parts, params.id, caller.sessionId, context),
      }),
    ),
    route('DELETE', `${base}/users/:id/sessions`, operator(schema.revokeSessionsOf), async ({ params, context }) => ({
      revoked: await revokeSessionsOf(parts, params.id, context),
    })),
    route('GET', `${base}/all-sessions`, operator(schema.findSessions), ({ query, caller, context }) =>
      findSessions(parts, query, caller.sessionId, context),
    ),
  ];
}

function createMailboxRoutes({ database }: AccountsParts): Route[] {
  return [
    route('GET', `${base}/mailbox`, operatorOnly(schema.findMails), ({ query, context }) =>
      findMails(database, query, context),
    ),
    route('GET', `${base}/mailbox/:id`, operatorOnly(schema.getMail), async ({ params, context }) => ({
      mail: await getMail(database, params.id, context),
    })),
    route('DELETE', `${base}/mailbox`, operatorOnly(schema.deleteMails), ({ context }) =>
      deleteMails(database, context),
    ),
  ];
}
