/** People's names: any script, one line, nothing invisible. */

import { invalidName } from './errors.ts';

/** Control and unassigned characters, and halves of a pair; Postgres refuses some, terminals obey others. */
const UNPRINTABLE = /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\u2028\u2029]/u;

/** Undefined and null mean that there is none. @throws AppError invalid_name */
export function cleanName(name: string | null | undefined): string | null {
  if (name === undefined || name === null) return null;
  const cleaned = name.normalize('NFC').trim();
  if (UNPRINTABLE.test(cleaned)) throw invalidName();
  return cleaned === '' ? null : cleaned;
}
