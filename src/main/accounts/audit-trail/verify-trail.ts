/**
 * Walks the whole chain from its beginning and holds every link against its event, its number, the link before it and its
 * signature. Reads in pages, changes nothing, and may run beside a server that seals.
 */

import type { Database } from '../../database/index.ts';
import type { Sealer } from '../../foundation/sealing.ts';
import { CUT, GENESIS, hashOfLink, LINK, signedText } from './chain.ts';
import { countUnsealed, findLastCut, type LinkRow, listLinks, listUnchained } from './chain-queries.ts';

export type FaultKind = 'changed' | 'missing' | 'gap' | 'signature' | 'unsigned' | 'unchained' | 'head' | 'cut';

export interface Fault {
  readonly kind: FaultKind;
  /** The link's number, where it is about one. */
  readonly seq: number | null;
  readonly eventId: string | null;
  readonly message: string;
}

export interface TrailReport {
  readonly isIntact: boolean;
  /** Links that were looked at. */
  readonly links: number;
  /** The last link; null where there is none. */
  readonly head: { readonly seq: number; readonly hash: Buffer; readonly isSigned: boolean } | null;
  /** Up to this number the trail was cut off because its time was over; 0 where it never was. */
  readonly cutUpTo: number;
  readonly signed: number;
  readonly unsigned: number;
  /** Signed with a key that is not at hand: AQUIFER_SECRET_KEY is another one today. */
  readonly unknownKey: number;
  /** Waiting for the server to seal them, up to 1,000. */
  readonly unsealed: number;
  /** The first 100. */
  readonly faults: readonly Fault[];
}

export interface VerifyOptions {
  readonly database: Database;
  readonly sealer: Sealer;
  /** A link that was written down elsewhere, and must be in the chain. */
  readonly expected?: { readonly seq: number; readonly hash: Buffer } | null;
  readonly onProgress?: (links: number) => void;
  readonly signal?: AbortSignal;
}

const PAGE = 1_000;
const MAX_FAULTS = 100;
export const MAX_COUNTED_UNSEALED = 1_000;

export async function verifyTrail(options: VerifyOptions): Promise<TrailReport> {
  const { database, sealer, expected = null, onProgress, signal } = options;
  const origin = signal ? { signal } : {};
  const walk = new Walk(sealer, expected);
  const [cut] = await database.query(findLastCut, [], origin);
  if (cut) await walk.beginAfter(cut);
  for (;;) {
    signal?.throwIfAborted();
    const page = await database.query(listLinks, [walk.seq, PAGE], origin);
    for (const row of page) await walk.look(row);
    onProgress?.(walk.links);
    if (page.length < PAGE) break;
  }
  const unchained = await database.query(listUnchained, [MAX_FAULTS], origin);
  for (const { id } of unchained)
    walk.blame('unchained', null, { eventId: id, message: 'is an event that no server wrote' });
  const [unsealed] = await database.query(countUnsealed, [MAX_COUNTED_UNSEALED], origin);
  return walk.report(unsealed?.count ?? 0);
}

class Walk {
  seq = 0;
  links = 0;
  #hash: Buffer = GENESIS;
  #cutUpTo = 0;
  /** Nobody who has the key at hand cut it off. */
  #isCutUnproven = false;
  #signed = 0;
  #unsigned = 0;
  #unknownKey = 0;
  #isHeadSigned = false;
  #isExpectedFound = false;
  #faultCount = 0;
  readonly #faults: Fault[] = [];
  readonly #sealer: Sealer;
  readonly #expected: { readonly seq: number; readonly hash: Buffer } | null;

  constructor(sealer: Sealer, expected: { readonly seq: number; readonly hash: Buffer } | null) {
    this.#sealer = sealer;
    this.#expected = expected;
  }

  async beginAfter({ seq, hash, signature }: { seq: number; hash: Buffer; signature: Buffer | null }): Promise<void> {
    this.seq = seq;
    this.#hash = hash;
    this.#cutUpTo = seq;
    const found = signature && (await this.#sealer.verify(signedText(seq, hash), CUT, signature));
    if (found === 'wrong') this.blame('cut', seq, { message: 'was cut off by somebody who has not the key' });
    if (found === 'right') this.#signed += 1;
    this.#isCutUnproven = found === null || found === 'unknown_key';
    this.#compare(seq, hash);
  }

  async look(row: LinkRow): Promise<void> {
    this.links += 1;
    const about = { eventId: row.eventId };
    const isNext = row.seq === this.seq + 1;
    if (!isNext)
      this.blame('gap', row.seq, { ...about, message: `follows link ${this.seq}: what was between is gone` });
    if (row.isMissing) this.blame('missing', row.seq, { ...about, message: 'has lost its event' });
    else if (isNext && !hashOfLink(row.seq, this.#hash, row).equals(row.hash)) {
      this.blame('changed', row.seq, {
        ...about,
        message: 'is not what was sealed: it, or the link before it, was changed',
      });
    }
    await this.#lookAtSignature(row);
    if (this.#isHeadSigned && isBeginningAfter(row, this.#cutUpTo)) this.#isCutUnproven = false;
    this.#compare(row.seq, row.hash);
    // The stored hash, so that one change is one fault and not a thousand.
    this.seq = row.seq;
    this.#hash = row.hash;
  }

  blame(
    kind: FaultKind,
    seq: number | null,
    { eventId = null, message }: { eventId?: string | null; message: string },
  ) {
    this.#faultCount += 1;
    if (this.#faults.length >= MAX_FAULTS) return;
    const subject = seq === null ? `event ${eventId}` : `link ${seq}`;
    this.#faults.push({ kind, seq, eventId, message: `${subject} ${message}` });
  }

  async report(unsealed: number): Promise<TrailReport> {
    const hasKey = (await this.#sealer.sign('', LINK)) !== null;
    if (hasKey && this.links > 0 && !this.#isHeadSigned && this.#faultCount === 0) {
      this.blame('unsigned', this.seq, { message: 'is the last one and not signed with the key at hand' });
    }
    if (this.#isCutUnproven && this.#signed > 0) {
      this.blame('cut', this.#cutUpTo, { message: 'was cut off without the key, though the key was in use by then' });
    }
    if (this.#expected && !this.#isExpectedFound && this.#expected.seq > this.seq) {
      this.blame('head', this.#expected.seq, {
        message: 'was written down elsewhere and is not there: the end was taken off',
      });
    }
    const isEmpty = this.links === 0 && this.#cutUpTo === 0;
    return {
      isIntact: this.#faultCount === 0,
      ...{ links: this.links, cutUpTo: this.#cutUpTo, unsealed, faults: this.#faults },
      ...{ signed: this.#signed, unsigned: this.#unsigned, unknownKey: this.#unknownKey },
      head: isEmpty ? null : { seq: this.seq, hash: this.#hash, isSigned: this.#isHeadSigned },
    };
  }

  /** A link that is signed rightly proves all before it: only after one does it matter that another is not. */
  async #lookAtSignature({ seq, hash, signature, eventId }: LinkRow): Promise<void> {
    const found = signature && (await this.#sealer.verify(signedText(seq, hash), LINK, signature));
    this.#isHeadSigned = found === 'right';
    if (found === 'right') this.#signed += 1;
    else if (found === 'wrong') {
      this.blame('signature', seq, { eventId, message: 'was signed by somebody who has not the key' });
    } else {
      if (found === null) this.#unsigned += 1;
      else this.#unknownKey += 1;
      const how = found === null ? 'is not signed' : 'is signed with a key that is not at hand';
      if (this.#signed > 0)
        this.blame('unsigned', seq, { eventId, message: `${how}, although earlier ones are signed` });
    }
  }

  #compare(seq: number, hash: Buffer): void {
    if (seq !== this.#expected?.seq) return;
    this.#isExpectedFound = true;
    if (hash.equals(this.#expected.hash)) return;
    this.blame('head', seq, { message: 'is another one than was written down elsewhere: the chain was made anew' });
  }
}

/** Signing began, or began anew, when the chain was that long: what was cut off before could not be signed with this key. */
function isBeginningAfter({ action, details }: LinkRow, cutUpTo: number): boolean {
  return action === 'audit_trail.signing_began' && Number(details.links) >= cutUpTo;
}
