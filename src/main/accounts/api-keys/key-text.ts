/**
 * How an API key looks: `aq_`, 43 characters for 256 random bits, and 6 for a checksum. The prefix lets scanners of public
 * code find a key that got lost, the checksum tells a mistyped one from a wrong one without asking the database.
 */

import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'aq_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** The least in which every number of 256 bits has room. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const KEY = new RegExp(`^${PREFIX}[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);
const HINT_LENGTH = PREFIX.length + 4;

export function createKeyText(): string {
  const beginning = PREFIX + inBase62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_LENGTH);
  return beginning + checksumOf(beginning);
}

/** Whether a bearer token means to be a key at all. */
export function isMeantAsKey(token: string): boolean {
  return token.startsWith(PREFIX);
}

export function looksLikeKey(token: string): boolean {
  return KEY.test(token) && token.endsWith(checksumOf(token.slice(0, -CHECKSUM_LENGTH)));
}

/** 24 bits of it: enough to know it again on a list. */
export function hintOf(key: string): string {
  return key.slice(0, HINT_LENGTH);
}

function checksumOf(text: string): string {
  return inBase62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function inBase62(number: bigint, length: number): string {
  let left = number;
  let text = '';
  for (let index = 0; index < length; index += 1, left /= 62n) text = ALPHABET.charAt(Number(left % 62n)) + text;
  return text;
}
