/**
 * Devices on which the second factor was given before, and which their user asked us to remember. The token lies in a cookie
 * of its own and is good for one user. It stands in for the factor at log-in and nowhere else: what asks for a fresh proof
 * still asks for the factor.
 */

import { createId, createToken, hashToken, looksLikeToken } from '../../foundation/tokens.ts';
import { HOST_COOKIE } from '../../http/index.ts';
import { noteAudit, noteAuditAlone } from '../audit-trail/note.ts';
import type { AccountsParts, OwnVisit, Visit } from '../parts.ts';
import type { CredentialRow } from '../queries/users.ts';
import { deviceInWords } from '../sessions/device.ts';
import { factorNotFound } from './errors.ts';
import {
  type DeviceRow,
  deleteRememberedDevice,
  deleteRememberedDevices,
  rememberDevice,
  useRememberedDevice,
} from './queries/devices.ts';
import type { RememberedDevice } from './schema.ts';

export const REMEMBERED_COOKIE = '__Host-aquifer_factor';
const LIFETIME_MS = 30 * 86_400_000;
const MAX_DEVICES = 20;

/** Whether this browser brought the token of a device that this very user had remembered, under the password of today. */
export async function isDeviceRemembered(
  { database }: Pick<AccountsParts, 'database'>,
  { context, request }: Pick<Visit<unknown>, 'context' | 'request'>,
  user: Pick<CredentialRow, 'id'>,
): Promise<boolean> {
  const token = request.cookies[REMEMBERED_COOKIE];
  if (token === undefined || !looksLikeToken(token)) return false;
  const [used] = await database.query(useRememberedDevice, [hashToken(token), user.id], context);
  return used !== undefined;
}

/** The session stands already: should this fail, its user is asked again next time. */
export async function rememberThisDevice(
  { database, logger }: AccountsParts,
  { context, reply }: Pick<Visit<unknown>, 'context' | 'reply'>,
  userId: string,
): Promise<void> {
  const token = createToken();
  const limits = [LIFETIME_MS, MAX_DEVICES] as const;
  const work = { lane: 'critical', deadlineMs: 2_000, name: 'accounts.keepDevice', origin: context } as const;
  try {
    const kept = await database.transaction(work, async ({ query }) => {
      const values = [createId(), userId, hashToken(token), context.userAgent, ...limits] as const;
      const [remembered] = await query(rememberDevice, [...values]);
      if (!remembered) return false;
      const by = { kind: 'user', id: userId } as const;
      await noteAudit(query, context, { action: 'device.remembered', actor: by, subject: by });
      return true;
    });
    if (kept) reply.setCookie(REMEMBERED_COOKIE, token, { ...HOST_COOKIE, maxAge: LIFETIME_MS / 1_000 });
  } catch (error) {
    logger.warn({ err: error, requestId: context.requestId }, 'a device was not remembered');
  }
}

export function toRememberedDevice({ id, userAgent, createdAt, lastUsedAt, expiresAt }: DeviceRow): RememberedDevice {
  return {
    id,
    device: deviceInWords(userAgent) ?? 'An unknown device',
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

/** @throws AppError factor_not_found, for another user's too */
export async function forgetDevice(
  { database }: AccountsParts,
  { caller, context }: OwnVisit,
  id: string,
): Promise<undefined> {
  const deleted = await database.execute(deleteRememberedDevice, [id, caller.userId], context);
  if (deleted === 0) throw factorNotFound();
  await noteAuditAlone(database, context, {
    action: 'device.forgotten',
  });
}

export async function forgetDevices(
  { database }: AccountsParts,
  { caller, context, reply }: OwnVisit,
): Promise<{ forgotten: number }> {
  const forgotten = await database.execute(deleteRememberedDevices, [caller.userId], context);
  reply.clearCookie(REMEMBERED_COOKIE, HOST_COOKIE);
  await noteAuditAlone(database, context, {
    action: 'device.forgotten',
    details: { count: forgotten },
  });
  return { forgotten };
}
