/**
 * Recovery codes: for whoever has lost his device. Each has 140 random bits, so that a plain hash hides it (ASVS 5.0, 6.5.2),
 * and works once. They are shown when they are made and never again.
 */

import { createHash, randomInt } from 'node:crypto';
import type { Transaction } from '../../database/index.ts';
import { noteAudit } from '../audit-trail/note.ts';
import { requestNotice } from '../notices.ts';
import type { AccountsParts, OwnVisit } from '../parts.ts';
import { noFactorYet } from './errors.ts';
import { addSecondFactors } from './queries/factors.ts';
import { deleteRecoveryCodes, insertRecoveryCodes } from './queries/recovery-codes.ts';

export const RECOVERY_CODES = 10;
/** Crockford's base 32: no letter that is taken for another, five bits a character. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 28;
const GROUP = 4;

/** `7K3M-9QWX-…`, seven groups. */
export function createRecoveryCode(): string {
  const characters = Array.from({ length: CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return characters.replace(new RegExp(`(.{${GROUP}})(?=.)`, 'g'), '$1-');
}

/** As it was meant, whatever way it was typed; null where it cannot be one. */
export function hashRecoveryCode(typed: string): Buffer | null {
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (code.length !== CHARACTERS || [...code].some((one) => !ALPHABET.includes(one))) return null;
  return createHash('sha256').update(code, 'ascii').digest();
}

/** New ones, which end those before. In a transaction, for a user who has another factor. */
export async function giveRecoveryCodes(transaction: Transaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, createRecoveryCode);
  const hashes = codes.map((code) => hashRecoveryCode(code) as Buffer);
  await transaction.execute(deleteRecoveryCodes, [userId]);
  await transaction.execute(insertRecoveryCodes, [userId, hashes]);
  return codes;
}

/** @throws AppError no_factor_yet */
export async function renewRecoveryCodes(parts: AccountsParts, visit: OwnVisit): Promise<{ codes: string[] }> {
  const { caller, context } = visit;
  const work = { lane: 'critical', deadlineMs: 5_000, name: 'accounts.renewRecoveryCodes', origin: context } as const;
  const codes = await parts.database.transaction(work, async (transaction) => {
    const [owner] = await transaction.query(addSecondFactors, [caller.userId, ['recovery_code']]);
    if (!owner?.secondFactors.some((one) => one !== 'recovery_code')) throw noFactorYet();
    const given = await giveRecoveryCodes(transaction, caller.userId);
    await requestNotice(transaction.query, context, { kind: 'recovery_codes_renewed', ...owner });
    await noteAudit(transaction.query, context, { action: 'recovery_codes.renewed', details: { count: given.length } });
    return given;
  });
  parts.wakeOutbox();
  return { codes };
}
