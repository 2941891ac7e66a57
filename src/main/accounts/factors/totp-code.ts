/**
 * Codes of authenticator apps (RFC 6238) as all of them make them: SHA-1, six digits, one each thirty seconds. Which step a
 * code belongs to is found here; that each step is taken once is the database's business.
 */

import { generateSecret, generateURI, verifySync } from 'otplib';

/** RFC 4226, section 4, recommends 160 bits. */
const SECRET_BYTES = 20;
const STEP_SECONDS = 30;
/** One step either way, for clocks that differ and people who type slowly. */
const TOLERANCE_SECONDS = STEP_SECONDS;

/** A new secret, in base32 as apps read it. */
export function createTotpSecret(): string {
  return generateSecret({ length: SECRET_BYTES });
}

/** What a QR code says to an app. */
export function totpUri(secret: string, { appName, email }: { appName: string; email: string }): string {
  return generateURI({ issuer: appName, label: email, secret });
}

/** The number of the step that the code belongs to, counted from 1970; null where it is of none that is near. */
export function stepOfCode(secret: string, code: string, nowMs: number): number | null {
  const token = code.replaceAll(' ', '');
  if (!/^\d{6}$/.test(token)) return null;
  const epoch = Math.floor(nowMs / 1_000);
  const result = verifySync({ secret, token, epoch, epochTolerance: TOLERANCE_SECONDS });
  return result.valid ? Math.floor(epoch / STEP_SECONDS) + result.delta : null;
}
