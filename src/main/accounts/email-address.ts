/**
 * Email addresses: one spelling for each, decided before anything else looks at one. Compatibility characters are folded
 * first, because a look-alike of `@` or of a dot would otherwise move the address to another domain after it was checked.
 */

import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { invalidEmail } from './errors.ts';

export interface EmailAddress {
  /** As its owner writes it, for showing and for mail. */
  readonly address: string;
  /** What makes two addresses the same. */
  readonly key: string;
}

const MAX_ADDRESS_LENGTH = 254;
const MAX_LOCAL_BYTES = 64;
/** Printable, without what would need quotes or could break out of a mail's header. */
const LOCAL_PART = /^[^\s\p{C}"(),:;<>@[\\\]]+$/u;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;

/** @throws AppError invalid_email */
export function parseEmailAddress(text: string): EmailAddress {
  const given = text.trim();
  const folded = given.normalize('NFKC');
  const at = folded.lastIndexOf('@');
  if (at < 1 || given.split('@').length !== 2 || folded.split('@').length !== 2) throw invalidEmail();
  // A domain that folding changes was written to be misread; nobody types one by accident.
  if (given.slice(given.lastIndexOf('@')) !== folded.slice(at)) throw invalidEmail();
  const local = folded.slice(0, at);
  const written = folded.slice(at + 1);
  // The conversion reads what follows the name as a path, decodes `%`, and drops invisible characters, all in silence.
  if (/[/?#\\%:\p{C}]/u.test(written)) throw invalidEmail();
  const domain = domainToASCII(written);
  // It also makes an IP address of a number.
  if (!isLocalPart(local) || !DOMAIN.test(domain) || isIP(domain) !== 0) throw invalidEmail();
  const address = `${local}@${domain}`;
  if (address.length > MAX_ADDRESS_LENGTH) throw invalidEmail();
  return { address, key: address.toLowerCase() };
}

function isLocalPart(local: string): boolean {
  if (!LOCAL_PART.test(local) || Buffer.byteLength(local) > MAX_LOCAL_BYTES) return false;
  return !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
}

/** The same folding for the beginning of an address, as someone searches for it. */
export function toSearchPrefix(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase().replace(/\p{C}/gu, '');
}
