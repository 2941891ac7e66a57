/** What accounts needs of whoever keeps records: it is handed over where the parts meet, since no feature knows another. */

import type { Origin } from '../../database/index.ts';

export interface OwnRecords {
  /** Page by page, one collection after the other. */
  read(
    ownerId: string,
    origin: Origin,
  ): AsyncIterable<{ readonly collection: string; readonly records: readonly object[] }>;
  /** Deletes them all, and says how many there were. Asked again, it goes on where it was broken off. */
  erase(ownerId: string, origin?: Origin): Promise<number>;
}

/** Where nobody keeps any. */
export const NO_RECORDS: OwnRecords = {
  async *read() {},
  erase: async () => 0,
};
