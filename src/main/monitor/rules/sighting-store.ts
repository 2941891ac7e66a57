/** Keeps the sightings in Postgres too, a batch at a time in the background lane, so that a restart does not forget them. */

import type { Database } from '../../database/index.ts';
import { deleteOldSightings, readSightings, saveSightings } from './queries.ts';
import type { Sightings } from './sightings.ts';

const BATCH = 500;
const BATCHES_AT_ONCE = 10;
const RESTORED_MAX = 20_000;
const DELETED_AT_ONCE = 1_000;

export class SightingStore {
  readonly #database: Pick<Database, 'query' | 'execute'>;
  readonly #sightings: Sightings;

  constructor(database: Pick<Database, 'query' | 'execute'>, sightings: Sightings) {
    this.#database = database;
    this.#sightings = sightings;
  }

  async restore(): Promise<void> {
    const rows = await this.#database.query(readSightings, [RESTORED_MAX]);
    const saved = rows.map(({ seenFrom, seenUntil, ...row }) => ({
      ...row,
      seenFromMs: seenFrom.getTime(),
      seenUntilMs: seenUntil.getTime(),
    }));
    this.#sightings.restore(saved);
  }

  /** What cannot be saved now is saved with the next call. */
  async save(): Promise<void> {
    for (let batch = 0; batch < BATCHES_AT_ONCE; batch += 1) {
      const due = this.#sightings.takeUnsaved(BATCH);
      if (due.length === 0) return;
      const rows = due.map(({ id, facts, peaks, seenFromMs, seenUntilMs }) => ({
        ...{ id, facts, peaks },
        seen_from: new Date(seenFromMs).toISOString(),
        seen_until: new Date(seenUntilMs).toISOString(),
      }));
      try {
        await this.#database.execute(saveSightings, [JSON.stringify(rows)]);
      } catch (error) {
        this.#sightings.putBack(due);
        throw error;
      }
    }
  }

  async deleteOld(): Promise<void> {
    while ((await this.#database.execute(deleteOldSightings, [DELETED_AT_ONCE])) === DELETED_AT_ONCE);
  }
}
