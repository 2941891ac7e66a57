/**
 * What happened, in order and to the second, whoever did it: the guard, Postgres or a person. The last two thousand entries stay in
 * memory, and all of them are on their way into Postgres, which may be away.
 */

import type { Clock } from '../../foundation/clock.ts';
import { createId } from '../../foundation/tokens.ts';
import type { JournalDetails } from '../journal.ts';
import { WriteBehind } from '../samples/write-behind.ts';
import type { TimelineEntry, TimelineKind } from './schema.ts';

export interface NewEntry {
  kind: TimelineKind;
  sentence: string;
  details?: JournalDetails;
  /** The operator's id. */
  by?: string | null;
  /** When it happened, where that is not now: wall clock, milliseconds. */
  atMs?: number;
}

const KEPT_MAX = 2_000;
const WAITING_MAX = 5_000;
const BATCH = 500;
const SENTENCE_MAX = 1_000;
const NOT_STORABLE = /[\0\p{Cs}]/gu;

export class Timeline {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #writer: WriteBehind<TimelineEntry>;
  #entries: TimelineEntry[] = [];
  #listeners: readonly ((entry: TimelineEntry) => void)[] = [];

  constructor(clock: Pick<Clock, 'nowMs'>, write: (entries: readonly TimelineEntry[]) => Promise<void>) {
    this.#clock = clock;
    this.#writer = new WriteBehind({ rowsMax: WAITING_MAX, batchRows: BATCH, write });
  }

  note({ atMs, by = null, details = {}, kind, sentence }: NewEntry): TimelineEntry {
    const at = new Date(atMs ?? this.#clock.nowMs()).toISOString();
    const entry = { id: createId(), at, kind, sentence: shortened(sentence), by, details: { ...details } };
    this.#entries.push(entry);
    if (this.#entries.length > 2 * KEPT_MAX) this.#entries = this.#entries.slice(-KEPT_MAX);
    this.#writer.push(entry);
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  /** Called with each new entry. Returns how to stop listening. */
  onEntry(listener: (entry: TimelineEntry) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener);
    };
  }

  /** What is in memory of a span, both ends included: wall clock, milliseconds. In no order. */
  between(fromMs: number, toMs: number): TimelineEntry[] {
    return this.#entries.filter(({ at }) => {
      const atMs = Date.parse(at);
      return atMs >= fromMs && atMs <= toMs;
    });
  }

  /** @throws AppError where Postgres is away; what was not written stays for the next time */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Entries that were lost because Postgres was away for longer than the buffer holds. */
  get dropped(): number {
    return this.#writer.dropped;
  }
}

/** A cut may go through a character, and a statement's text may hold half of one: what cannot be stored is shown as such. */
function shortened(sentence: string): string {
  const short = sentence.length <= SENTENCE_MAX ? sentence : `${sentence.slice(0, SENTENCE_MAX - 1)}…`;
  return short.replace(NOT_STORABLE, '\ufffd');
}

/** Those of the database and those in memory as one, oldest first. */
export function mergeEntries(...lists: readonly (readonly TimelineEntry[])[]): TimelineEntry[] {
  const byId = new Map(lists.flat().map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => (a.at === b.at ? compare(a.id, b.id) : compare(a.at, b.at)));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
