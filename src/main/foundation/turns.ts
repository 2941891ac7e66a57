/** Long work in the event loop's thread, in pieces: what else is due has its turn every few milliseconds. */

import { setImmediate as nextTurn } from 'node:timers/promises';

/** What may be waited for without anyone noticing. */
const HELD_MS = 4;

/** Gives others their turn where this has held the thread for long; to be awaited between two pieces of the work. */
export class Turns {
  #heldSinceMs = performance.now();

  async give(): Promise<void> {
    if (performance.now() - this.#heldSinceMs < HELD_MS) return;
    await nextTurn();
    this.#heldSinceMs = performance.now();
  }
}

/** As `items.map(map)`. */
export async function mapInTurns<Item, Result>(items: Iterable<Item>, map: (item: Item) => Result): Promise<Result[]> {
  const turns = new Turns();
  const results: Result[] = [];
  for (const item of items) {
    results.push(map(item));
    await turns.give();
  }
  return results;
}
