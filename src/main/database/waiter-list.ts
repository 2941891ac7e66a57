/** A doubly linked list that its own entries belong to: first in, first out, and leaving from the middle costs nothing. */

export interface Linked<Entry> {
  previous: Entry | undefined;
  next: Entry | undefined;
}

export class WaiterList<Entry extends Linked<Entry>> {
  #first: Entry | undefined;
  #last: Entry | undefined;
  #size = 0;

  get first(): Entry | undefined {
    return this.#first;
  }

  get size(): number {
    return this.#size;
  }

  append(entry: Entry): void {
    entry.previous = this.#last;
    entry.next = undefined;
    if (this.#last) this.#last.next = entry;
    else this.#first = entry;
    this.#last = entry;
    this.#size += 1;
  }

  prepend(entry: Entry): void {
    entry.previous = undefined;
    entry.next = this.#first;
    if (this.#first) this.#first.previous = entry;
    else this.#last = entry;
    this.#first = entry;
    this.#size += 1;
  }

  /** The entry must be in this list. */
  remove(entry: Entry): void {
    if (entry.previous) entry.previous.next = entry.next;
    else this.#first = entry.next;
    if (entry.next) entry.next.previous = entry.previous;
    else this.#last = entry.previous;
    entry.previous = undefined;
    entry.next = undefined;
    this.#size -= 1;
  }
}
