/**
 * A binary heap whose entries know their own place in it, so that one can leave from the middle, or be put right after it
 * changed, without being searched for: each step costs the logarithm of their number, and adding the last one nothing.
 */

export interface HeapEntry {
  /** The heap's own; -1 while the entry is in none. */
  position: number;
}

export class IndexedHeap<Entry extends HeapEntry> {
  readonly #entries: Entry[] = [];
  readonly #isBefore: (one: Entry, other: Entry) => boolean;

  constructor(isBefore: (one: Entry, other: Entry) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#entries.length;
  }

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  /** In no order that means anything, but the first, who is first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The entry must be in no heap. */
  add(entry: Entry): void {
    this.#place(entry, this.#entries.length);
    this.#rise(entry);
  }

  /** What the order goes by has changed for this entry. */
  settle(entry: Entry): void {
    this.#rise(entry);
    this.#sink(entry);
  }

  remove(entry: Entry): void {
    const last = this.#entries.pop();
    if (last && last !== entry) {
      this.#place(last, entry.position);
      this.settle(last);
    }
    entry.position = -1;
  }

  #rise(entry: Entry): void {
    for (let parent = this.#above(entry); parent && this.#isBefore(entry, parent); parent = this.#above(entry)) {
      this.#swap(entry, parent);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const left = this.#entries[2 * entry.position + 1];
      const right = this.#entries[2 * entry.position + 2];
      const least = right && left && this.#isBefore(right, left) ? right : left;
      if (!least || !this.#isBefore(least, entry)) return;
      this.#swap(entry, least);
    }
  }

  #above(entry: Entry): Entry | undefined {
    return entry.position === 0 ? undefined : this.#entries[(entry.position - 1) >> 1];
  }

  #swap(one: Entry, other: Entry): void {
    const { position } = one;
    this.#place(one, other.position);
    this.#place(other, position);
  }

  #place(entry: Entry, position: number): void {
    this.#entries[position] = entry;
    entry.position = position;
  }
}
