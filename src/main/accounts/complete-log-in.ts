/**
 * Where every way to log in ends: by password, link, code, passkey or another site. Whoever has a second factor and has not
 * brought one gets a challenge in place of a session. That is not left to this file alone: the statement that inserts a
 * session matches nobody who has a second factor, unless one is among what was proven.
 */

import { networkOf } from '../foundation/network.ts';
import { invalidCredentials } from './errors.ts';
import { issueChallenge } from './factors/challenge.ts';
import { isDeviceRemembered } from './factors/remembered-device.ts';
import { type Method, secondFactorsIn } from './methods.ts';
import { handOver, openSession } from './open-session.ts';
import type { AccountsParts, Visit } from './parts.ts';
import type { CredentialRow } from './queries/users.ts';
import type { SecondFactorNeeded, SessionTransport, Signed } from './schema.ts';
import { type Forgiveness, NOTHING_TO_FORGIVE } from './throttle.ts';
import { toUser } from './views.ts';

export interface Proof {
  /** As read when the proof was checked: what changes in between opens nothing. */
  readonly user: CredentialRow;
  readonly methods: readonly Method[];
  readonly transport: SessionTransport | undefined;
  /** Attempts to take back, now that they were right. */
  readonly forgiveness?: Forgiveness;
}

/** @throws AppError invalid_credentials where the user was disabled or changed his password meanwhile */
export async function completeLogIn(
  parts: AccountsParts,
  visit: Visit<unknown>,
  { user, methods, transport, forgiveness = NOTHING_TO_FORGIVE }: Proof,
): Promise<Signed | SecondFactorNeeded> {
  const { database, throttle } = parts;
  const { context } = visit;
  context.foundUserId = user.id;
  const proven = await withRememberedDevice(parts, visit, user, methods);
  if (user.secondFactors.length > 0 && secondFactorsIn(proven).length === 0) {
    await throttle.forgive(forgiveness, context);
    return issueChallenge(parts, visit, { user, methods, transport });
  }
  const network = networkOf(context.ip);
  const query = database.query.bind(database);
  const fresh = await openSession((statement, params) => query(statement, params, context), parts, visit, {
    ...{ userId: user.id, passwordVersion: user.passwordVersion, forgiveness, methods: proven },
    ...{ transport, network: user.isNetworkFresh ? null : network },
    isFamiliar: await isDeviceKnown(parts, visit, user),
  });
  throttle.forgetBlocks(forgiveness);
  if (!fresh) throw invalidCredentials();
  if (transport === 'cookie') await rememberDevice(parts, visit, user);
  return { user: toUser(user), ...(await handOver(parts, fresh, transport, visit)) };
}

async function withRememberedDevice(
  parts: AccountsParts,
  visit: Visit<unknown>,
  user: CredentialRow,
  methods: readonly Method[],
): Promise<readonly Method[]> {
  if (user.secondFactors.length === 0 || secondFactorsIn(methods).length > 0) return methods;
  return (await isDeviceRemembered(parts, visit, user)) ? [...methods, 'remembered_device'] : methods;
}

/** By its cookie, wherever it is today. What cannot be found out costs a mail. */
async function isDeviceKnown(
  { protection }: AccountsParts,
  { request }: Visit<unknown>,
  { emailKey }: CredentialRow,
): Promise<boolean> {
  const device = await protection.devices.find(request, emailKey).catch(() => null);
  return device !== null;
}

/** The session stands already: a device that is not remembered costs its owner nothing today. */
async function rememberDevice(
  { protection, logger }: AccountsParts,
  { context, request, reply }: Visit<unknown>,
  { emailKey }: CredentialRow,
): Promise<void> {
  try {
    await protection.devices.remember(request, reply, emailKey);
  } catch (error) {
    logger.warn({ err: error, requestId: context.requestId }, 'a device was not remembered');
  }
}
