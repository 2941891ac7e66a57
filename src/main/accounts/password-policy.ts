/**
 * Which passwords are accepted (NIST SP 800-63B-4): long enough, not known to attackers, nothing about the words of the
 * place. No rules of composition. Whole passwords are compared, in any case; the list is on this disk and asks nobody.
 */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { passwordRefused } from './errors.ts';
import type { BreachedPasswords } from './protection/breached-passwords.ts';

export interface PasswordCheck {
  password: string;
  /** The password's name in the request, for the fault that names it. */
  field: string;
  /** What an attacker would try first for this account: address, name. */
  contextWords: readonly (string | null)[];
}

export interface PasswordPolicy {
  /** @returns the password as it is to be hashed @throws AppError password_refused */
  accept(check: PasswordCheck): Promise<string>;
  /** Whether attackers have it: for one that was set before that was known. */
  isKnown(password: string): Promise<boolean>;
}

export interface PasswordPolicyOptions {
  minLength: number;
  /** The application's name: nobody's password. */
  appName: string;
  /** Further words that are nobody's password. */
  furtherWords?: readonly string[];
  /** Those stolen elsewhere; without, only the common ones are known. */
  breached?: BreachedPasswords;
}

const MAX_BYTES = 1024;
/** A password made of a shorter one again and again is judged as the shorter one, from this length on. */
const MAX_TRIVIAL_UNIT = 4;

export function createPasswordPolicy(options: PasswordPolicyOptions): PasswordPolicy {
  const { minLength, appName, furtherWords = [], breached } = options;
  let reading: Promise<string> | undefined;
  const commonPasswords = (): Promise<string> => {
    reading ??= readCommonPasswords().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
  return {
    async accept({ password, field, contextWords }) {
      const normalised = normalisePassword(password);
      // Code points, not UTF-16 units: one emoji is one character to the person who types it.
      const length = [...normalised].length;
      if (length < minLength) throw passwordRefused(field, `must have ${minLength} characters or more`);
      if (Buffer.byteLength(normalised) > MAX_BYTES) throw passwordRefused(field, 'is too long');
      const words = wordsOf([appName, ...furtherWords, ...contextWords]);
      const common = await commonPasswords();
      const folded = normalised.toLowerCase();
      const unit = repeatedUnit(folded);
      for (const candidate of new Set([folded, unit])) {
        if (words.has(candidate)) throw passwordRefused(field, 'must not be your name, your address or our name');
        if (isListed(common, candidate)) throw passwordRefused(field, 'is one that attackers try first');
      }
      const isTrivial = [...unit].length <= MAX_TRIVIAL_UNIT || isSequence(folded);
      if (isTrivial) throw passwordRefused(field, 'is one that attackers try first');
      if (await breached?.has(normalised)) throw passwordRefused(field, 'was stolen elsewhere, and attackers have it');
      return normalised;
    },
    async isKnown(password) {
      const normalised = normalisePassword(password);
      if (isListed(await commonPasswords(), normalised.toLowerCase())) return true;
      return (await breached?.has(normalised)) ?? false;
    },
  };
}

/** The one form in which a password is set and verified; case and spaces stay as they are. */
export function normalisePassword(password: string): string {
  return password.normalize('NFC');
}

function wordsOf(context: readonly (string | null)[]): Set<string> {
  const words = new Set<string>();
  for (const word of context) {
    if (!word) continue;
    const folded = word.normalize('NFC').toLowerCase();
    words.add(folded);
    words.add(folded.replace(/\s+/g, ''));
    if (folded.includes('@')) words.add(folded.slice(0, folded.lastIndexOf('@')));
  }
  return words;
}

/** `abcabcabc` gives `abc`; a text that repeats nothing gives itself. */
function repeatedUnit(text: string): string {
  const start = (text + text).indexOf(text, 1);
  return start < text.length ? text.slice(0, start) : text;
}

/** `0123456789…`, `abcdef…`, `zyxw…`: every step the same, digits counted round. */
function isSequence(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, index) => stepBetween(codes[index] ?? 0, code)));
  const [step = 0] = steps;
  return steps.size === 1 && Math.abs(step) <= 1;
}

function stepBetween(from: number, to: number): number {
  const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
  if (isDigit(from) && isDigit(to) && Math.abs(to - from) === 9) return to > from ? -1 : 1;
  return to - from;
}

/**
 * The list as the text of its file: half a megabyte, searched in a fraction of a millisecond. A set of the fifty thousand
 * would take ten times the memory for something that is asked once per new password.
 */
function readCommonPasswords(): Promise<string> {
  const file = import.meta.resolve('@zxcvbn-ts/language-common/src/passwords.json');
  return readFile(fileURLToPath(file), 'utf8');
}

/** In the file each password stands in quotes, escaped as JSON does it: looking for just that finds whole entries only. */
function isListed(list: string, candidate: string): boolean {
  return list.includes(JSON.stringify(candidate));
}
