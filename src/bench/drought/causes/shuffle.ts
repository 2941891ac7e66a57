/** An order that the seed decides (Fisher and Yates), so that a run can be repeated. */

import { createHash } from 'node:crypto';

export function shuffle<Item>(items: readonly Item[], seed: number): Item[] {
  const digest = createHash('sha512').update(`order ${seed}`).digest();
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    // Four bytes for each draw: sixteen draws at most, and there are eight causes.
    const chosen = digest.readUInt32LE((last * 4) % 60) % (last + 1);
    [shuffled[last], shuffled[chosen]] = [shuffled[chosen] as Item, shuffled[last] as Item];
  }
  return shuffled;
}
