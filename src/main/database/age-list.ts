/**
 * All who wait in a lane, by age, whichever tenant's line or statement's cap they stand at. Almost everyone comes last, and a
 * list has room for them at no cost; who comes from another lane has waited there already, and is kept in a heap beside it.
 */

import { type HeapEntry, IndexedHeap } from './indexed-heap.ts';

export interface Aged<Entry> extends HeapEntry {
  readonly enqueuedAtMs: number;
  /** The list's own. */
  older: Entry | undefined;
  newer: Entry | undefined;
}

export class AgeList<Entry extends Aged<Entry>> {
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #listed = 0;
  /** Who came out of order. */
  readonly #others = new IndexedHeap<Entry>((one, other) => one.enqueuedAtMs < other.enqueuedAtMs);

  get size(): number {
    return this.#listed + this.#others.size;
  }

  get oldestAtMs(): number | undefined {
    const other = this.#others.first?.enqueuedAtMs;
    const listed = this.#oldest?.enqueuedAtMs;
    return listed === undefined || (other !== undefined && other < listed) ? other : listed;
  }

  /** Everyone, in no order. */
  get entries(): Entry[] {
    const entries = [...this.#others.entries];
    for (let entry = this.#oldest; entry; entry = entry.newer) entries.push(entry);
    return entries;
  }

  add(entry: Entry): void {
    const newest = this.#newest;
    if (newest && newest.enqueuedAtMs > entry.enqueuedAtMs) {
      this.#others.add(entry);
      return;
    }
    entry.older = newest;
    if (newest) newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
    this.#listed += 1;
  }

  /** The entry must be in this list. */
  remove(entry: Entry): void {
    if (entry.position >= 0) {
      this.#others.remove(entry);
      return;
    }
    if (entry.older) entry.older.newer = entry.newer;
    else this.#oldest = entry.newer;
    if (entry.newer) entry.newer.older = entry.older;
    else this.#newest = entry.older;
    entry.older = undefined;
    entry.newer = undefined;
    this.#listed -= 1;
  }
}
