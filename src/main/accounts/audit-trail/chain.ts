/**
 * The chain: each link's hash covers its number, its event and the hash before it, so that no event can be changed, moved or
 * taken out without breaking every link after it. Where the server has a secret key each link is signed, so that who has
 * the database alone cannot forge a new chain, either.
 */

import { createHash } from 'node:crypto';

/** An event as it is hashed. `at` is the database's own text, to the microsecond. */
export interface ChainedEvent {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly subjectKind: string;
  readonly subjectId: string | null;
  readonly outcome: string;
  readonly sessionId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the first link follows. */
export const GENESIS = Buffer.alloc(32);

/** SHA-256 over one JSON array, in this order and with the details' names sorted (after RFC 8785). */
export function hashOfLink(seq: number, previous: Buffer, event: ChainedEvent): Buffer {
  const text = JSON.stringify([
    ...[seq, previous.toString('hex'), event.id, event.at, event.action],
    ...[event.actorKind, event.actorId, event.subjectKind, event.subjectId, event.outcome],
    ...[event.sessionId, event.ip, event.userAgent, event.requestId],
    Object.entries(event.details).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return createHash('sha256').update(text, 'utf8').digest();
}

/** What a link's signature is of, and what a cut's: neither stands for the other. */
export const LINK = 'audit link';
export const CUT = 'audit cut';

export function signedText(seq: number, hash: Buffer): string {
  return `${seq} ${hash.toString('hex')}`;
}

/** How a link is written down elsewhere: `41:5f0c…`. */
export function writeHead({ seq, hash }: { seq: number; hash: Buffer }): string {
  return `${seq}:${hash.toString('hex')}`;
}

/** Null where it is none. */
export function readHead(text: string): { seq: number; hash: Buffer } | null {
  const [, seq = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return seq === '' ? null : { seq: Number(seq), hash: Buffer.from(hash, 'hex') };
}
