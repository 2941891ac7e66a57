/** A channel as it is worked with, and what its address and its secret must be like. */

import { randomBytes } from 'node:crypto';
import type { Severity } from '../schema.ts';
import { invalidChannel } from './errors.ts';
import type { ChannelKind } from './schema.ts';

/** What is stored encrypted. */
export interface ChannelAccess {
  /** A URL; for mail, addresses with commas between. */
  readonly target: string;
  readonly secret: string | null;
}

export interface ChannelDefinition {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly isEnabled: boolean;
  readonly severityLeast: Severity;
  /** What of the address may be shown. */
  readonly shownTarget: string;
  readonly hasSecret: boolean;
  /** Null where it cannot be decrypted: it was stored under another key. */
  readonly access: ChannelAccess | null;
}

const ranks: Readonly<Record<Severity, number>> = { note: 0, ticket: 1, page: 2 };

/** A higher one is more urgent. */
export function rankOf(severity: Severity): number {
  return ranks[severity];
}

export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';
/** Whoever is called at night by a channel is so for what hurts users alone, unless its owner says otherwise. */
export const defaultSeverity: Readonly<Record<ChannelKind, Severity>> = {
  ...{ mail: 'ticket', webhook: 'note', slack: 'ticket', discord: 'ticket', pagerduty: 'page', alertmanager: 'note' },
};

const takesSecret: ReadonlySet<ChannelKind> = new Set(['webhook', 'pagerduty', 'alertmanager'] as const);
const RECIPIENTS_MAX = 20;
const SIGNING_KEY_BYTES = 32;
/** Standard Webhooks: between 24 and 64 bytes. */
const SIGNING_KEY = { prefix: 'whsec_', least: 24, most: 64 };
const MAIL_ADDRESS = /^[^\s@,<>"]{1,64}@[^\s@,<>"]{1,255}$/;

/**
 * Brings what an operator gave into the form that is stored.
 *
 * @throws AppError invalid_channel, with a sentence that says what is wrong
 */
export function checkAccess(kind: ChannelKind, given: { target?: string; secret?: string | null }): ChannelAccess {
  const target = given.target?.trim() || (kind === 'pagerduty' ? PAGERDUTY_URL : '');
  const secret = given.secret?.trim() || null;
  if (secret !== null && !takesSecret.has(kind)) throw invalidChannel('A channel of this kind takes no secret.');
  if (kind === 'mail') return { target: checkRecipients(target), secret: null };
  const url = checkUrl(target);
  switch (kind) {
    case 'webhook':
      return { target: url.href, secret: checkSigningKey(secret ?? createSigningKey()) };
    case 'pagerduty':
      if (!secret) throw invalidChannel('PagerDuty asks for an integration key; give it as the secret.');
      return { target: url.href, secret: checkHeaderText(secret) };
    case 'alertmanager':
      return { target: url.href, secret: secret && checkHeaderText(secret) };
    default:
      return { target: url.href, secret: null };
  }
}

function checkRecipients(text: string): string {
  const addresses = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wrong = addresses.find((address) => !MAIL_ADDRESS.test(address));
  if (wrong !== undefined) throw invalidChannel(`${wrong} is no mail address.`);
  if (addresses.length === 0 || addresses.length > RECIPIENTS_MAX) {
    throw invalidChannel(`Mail needs 1 to ${RECIPIENTS_MAX} addresses, with commas between.`);
  }
  return [...new Set(addresses)].join(', ');
}

function checkUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw invalidChannel('The address must be a URL that begins with https:// or http://.');
  }
  url.hash = '';
  return url;
}

function createSigningKey(): string {
  return `${SIGNING_KEY.prefix}${randomBytes(SIGNING_KEY_BYTES).toString('base64')}`;
}

function checkSigningKey(text: string): string {
  const bytes = readSigningKey(text);
  if (!text.startsWith(SIGNING_KEY.prefix) || bytes.length < SIGNING_KEY.least || bytes.length > SIGNING_KEY.most) {
    throw invalidChannel(
      `The secret must be ${SIGNING_KEY.prefix} and ${SIGNING_KEY.least} to ${SIGNING_KEY.most} bytes in base64. Leave it out, and one is made.`,
    );
  }
  return text;
}

/** The bytes of a signing key. */
export function readSigningKey(text: string): Buffer {
  return Buffer.from(text.slice(SIGNING_KEY.prefix.length), 'base64');
}

/** What is sent in a header or compared as it stands holds neither spaces nor anything invisible. */
function checkHeaderText(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text)) throw invalidChannel('The secret holds a character that no key has.');
  return text;
}

/** What of an address may be shown: a path, a query and credentials can each be a secret. */
export function showTarget(kind: ChannelKind, { target }: ChannelAccess): string {
  if (kind === 'mail') return target;
  const { origin, pathname } = new URL(target);
  if (kind === 'alertmanager' || kind === 'pagerduty') return origin;
  return pathname === '/' ? origin : `${origin}/…`;
}
