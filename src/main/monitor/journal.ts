/**
 * What the guard did and saw, newest first: changed limits, statements that were moved, verdicts, sessions that were ended.
 * The last two thousand entries, in memory.
 */

import type { Clock } from '../foundation/clock.ts';

/** Names and figures, never a statement's constants. */
export type JournalDetails = Readonly<Record<string, string | number | boolean | null>>;

export interface JournalEntry {
  /** Grows with time. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** Such as `limit_changed`, `statement_moved`, `verdict`. */
  readonly kind: string;
  /** For a person. */
  readonly sentence: string;
  readonly details: JournalDetails;
}

export interface JournalPage {
  entries: JournalEntry[];
  /** For what is older; null at the end. */
  nextCursor: string | null;
}

const ENTRIES_MAX = 2_000;

export class Journal {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #max: number;
  /** Entry number n stands at n modulo the length. */
  readonly #ring: JournalEntry[] = [];
  #count = 0;
  #listeners: readonly ((entry: JournalEntry) => void)[] = [];

  constructor(clock: Pick<Clock, 'nowMs'>, max = ENTRIES_MAX) {
    this.#clock = clock;
    this.#max = max;
  }

  note(kind: string, sentence: string, details: JournalDetails = {}): void {
    const at = new Date(this.#clock.nowMs()).toISOString();
    const entry = { id: String(this.#count), at, kind, sentence, details };
    this.#ring[this.#count % this.#max] = entry;
    this.#count += 1;
    for (const listener of this.#listeners) listener(entry);
  }

  /** Called with each new entry. Returns how to stop listening. */
  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener);
    };
  }

  /** @param cursor what the page before gave; entries that have been forgotten since are left out */
  page(limit: number, cursor?: string): JournalPage {
    const before = Math.min(cursor === undefined ? this.#count : Number(cursor), this.#count);
    const oldest = Math.max(0, this.#count - this.#max);
    const entries: JournalEntry[] = [];
    let next = before - 1;
    for (; next >= oldest && entries.length < limit; next -= 1) entries.push(this.#at(next));
    return { entries, nextCursor: next >= oldest ? String(next + 1) : null };
  }

  #at(index: number): JournalEntry {
    return this.#ring[index % this.#max] as JournalEntry;
  }
}
