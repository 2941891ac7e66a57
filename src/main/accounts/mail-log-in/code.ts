/** The six digits of a mail. They are encrypted at rest and not hashed: a million possible codes are hashed in a moment. */

import { randomInt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../foundation/errors.ts';
import type { Sealer } from '../../foundation/sealing.ts';

const DIGITS = 6;

export function createCode(): string {
  return String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
}

/** Null where there is no key: then a mail has a link and no code. @param logInId which it opens for, and no other */
export async function sealCode(sealer: Sealer, code: string, logInId: string): Promise<Buffer | null> {
  try {
    return await sealer.seal(code, bearerOf(logInId));
  } catch (error) {
    if (error instanceof AppError && error.code === 'secret_key_missing') return null;
    throw error;
  }
}

/** @param sealed null where nobody has the address, or the mail has no code: no guess is right then */
export async function isRightCode(
  sealer: Sealer,
  guess: string,
  { id, sealedCode }: { id: string; sealedCode: Buffer | null },
): Promise<boolean> {
  const code = sealedCode && (await sealer.open(sealedCode, bearerOf(id)));
  const [given, right] = [Buffer.from(guess), Buffer.from(code ?? ''.padEnd(DIGITS, '-'))];
  return given.length === right.length && timingSafeEqual(given, right) && code !== null;
}

function bearerOf(logInId: string): string {
  return `aquifer_accounts.mail_log_ins|sealed_code|${logInId}`;
}
