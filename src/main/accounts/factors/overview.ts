/** What second factors a user has, and whether he must have one. */

import { sessionEnded } from '../errors.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { countPasskeys } from '../passkeys/queries.ts';
import { listRememberedDevices } from './queries/devices.ts';
import { findFactorOwner } from './queries/factors.ts';
import { countRecoveryCodes } from './queries/recovery-codes.ts';
import { toRememberedDevice } from './remembered-device.ts';
import type { Factors } from './schema.ts';

export async function listFactors(
  { database, factorPolicy }: AccountsParts,
  { caller, context }: OwnVisit,
): Promise<Factors> {
  const [owner] = await database.query(findFactorOwner, [caller.userId], context);
  if (!owner) throw sessionEnded();
  const [codes] = await database.query(countRecoveryCodes, [caller.userId], context);
  const [passkeys] = await database.query(countPasskeys, [caller.userId], context);
  const devices = await database.query(listRememberedDevices, [caller.userId], context);
  const dueAt = factorPolicy.dueAt(owner);
  return {
    totp: owner.totpAddedAt && { addedAt: owner.totpAddedAt.toISOString() },
    passkeys: passkeys?.count ?? 0,
    recoveryCodes: codes?.createdAt
      ? { left: codes.left, total: codes.total, createdAt: codes.createdAt.toISOString() }
      : null,
    hasPassword: owner.hasPassword,
    isRequired: dueAt !== null,
    dueAt: dueAt === null ? null : dueAt.toISOString(),
    rememberedDevices: devices.map(toRememberedDevice),
  };
}
