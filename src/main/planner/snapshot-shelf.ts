/** Stored snapshots as the planner's own work asks for them: a fresh one, two to compare, a few to see growth by. */

import type { Clock } from '../foundation/clock.ts';
import { snapshotNotFound } from './errors.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import type { SnapshotKeeper } from './snapshot/snapshot-keeper.ts';
import type { SnapshotStore, StoredSnapshot } from './snapshot/snapshot-store.ts';

export interface SnapshotShelfOptions {
  store: SnapshotStore;
  keeper: Pick<SnapshotKeeper, 'take'>;
  clock: Pick<Clock, 'nowMs'>;
}

export interface ShelvedSnapshot {
  readonly id: string;
  readonly snapshot: Snapshot;
}

const DAY_MS = 86_400_000;
/** Growth is seen over weeks; a day, where there is no more. */
const HISTORY_DAYS = [1, 7, 30, 60];

export class SnapshotShelf {
  readonly #options: SnapshotShelfOptions;
  /** The one that was asked for last: people try several things in one. */
  #last: ShelvedSnapshot | undefined;

  constructor(options: SnapshotShelfOptions) {
    this.#options = options;
  }

  list(limit?: number): Promise<StoredSnapshot[]> {
    return this.#options.store.list(limit);
  }

  async take(reason: string): Promise<{ stored: StoredSnapshot; snapshot: Snapshot }> {
    const taken = await this.#options.keeper.take(reason);
    this.#last = { id: taken.stored.id, snapshot: taken.snapshot };
    return taken;
  }

  /** The newest, taken now where it is older. */
  fresh(maxAgeMs: number): Promise<ShelvedSnapshot> {
    return this.newerThan(this.#options.clock.nowMs() - maxAgeMs - 1);
  }

  /** The newest, where it was taken after that moment; else one of now. */
  async newerThan(ms: number): Promise<ShelvedSnapshot> {
    const [newest] = await this.list(1);
    if (newest && Date.parse(newest.takenAt) > ms) return this.read(newest.id);
    const { snapshot, stored } = await this.take('Taken for a run of the planner.');
    return { id: stored.id, snapshot };
  }

  /** @throws AppError snapshot_not_found */
  async read(id: string): Promise<ShelvedSnapshot> {
    if (this.#last?.id === id) return this.#last;
    this.#last = { id, snapshot: await this.#options.store.read(id) };
    return this.#last;
  }

  /** The newest at that moment, or before it; undefined where none is kept. */
  at(ms: number): Promise<Snapshot | undefined> {
    return this.#options.store.readAt(new Date(ms));
  }

  /** A few of the past, the oldest first, for whoever measures growth. */
  async history(nowMs: number): Promise<Snapshot[]> {
    const all = await this.list();
    const ids = new Set<string>();
    for (const days of HISTORY_DAYS) {
      // The first that is not older: at the beginning there is nothing of a month ago, and the oldest must do.
      const found = all.findLast(({ takenAt }) => Date.parse(takenAt) >= nowMs - days * DAY_MS);
      if (found) ids.add(found.id);
    }
    const snapshots: Snapshot[] = [];
    for (const id of ids) {
      const read = await this.#options.store.read(id).catch((error: unknown) => {
        // Deleted meanwhile: there are others.
        if ((error as { code?: string }).code === snapshotNotFound().code) return undefined;
        throw error;
      });
      if (read) snapshots.push(read);
    }
    return snapshots.sort((a, b) => a.takenAt.localeCompare(b.takenAt));
  }
}
