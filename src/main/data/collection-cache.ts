/**
 * What is known of each collection, for a short time: several processes share the database, and none tells the others of
 * its changes. A load serves everyone who waits for the same collection.
 */

import type { Database, Origin } from '../database/index.ts';
import { systemClock } from '../foundation/clock.ts';
import { type CollectionDefinition, isName } from './definition.ts';
import { findDefinition, toDefinition } from './queries.ts';
import { createRecordStatements, type RecordStatements } from './record-statements.ts';

export interface KnownCollection {
  readonly definition: CollectionDefinition;
  readonly statements: RecordStatements;
}

export interface CollectionCacheOptions {
  database: Database;
  /** How long another process's change may go unseen; two seconds when left out. */
  ttlMs?: number;
  clock?: Pick<typeof systemClock, 'monotonicMs'>;
}

interface Entry {
  /** Null where there is no such collection. */
  known: KnownCollection | null;
  loadedAtMs: number;
}

const TTL_MS = 2_000;
/** Anyone can ask for names that do not exist; beyond so many at once they are all forgotten. */
const MAX_MISSES = 1_000;
const ignore = () => undefined;

export class CollectionCache {
  readonly #database: Database;
  readonly #ttlMs: number;
  readonly #clock: Pick<typeof systemClock, 'monotonicMs'>;
  readonly #entries = new Map<string, Entry>();
  #misses = new Map<string, Entry>();
  readonly #loads = new Map<string, Promise<KnownCollection | null>>();
  readonly #queued = new Map<string, Promise<KnownCollection | null>>();

  constructor({ database, ttlMs = TTL_MS, clock = systemClock }: CollectionCacheOptions) {
    this.#database = database;
    this.#ttlMs = ttlMs;
    this.#clock = clock;
  }

  /**
   * Null where there is no such collection.
   *
   * @param origin who asks first is who a load is counted to; it goes on without him
   */
  async find(name: string, origin?: Pick<Origin, 'tenant' | 'route'>): Promise<KnownCollection | null> {
    const entry = this.#entries.get(name) ?? this.#misses.get(name);
    if (entry && this.#clock.monotonicMs() - entry.loadedAtMs < this.#ttlMs) return entry.known;
    if (!isName(name)) return null;
    return this.#loads.get(name) ?? this.#load(name, origin);
  }

  /** For who has found the database at odds with `stale`: what the collection is now. */
  async refresh(stale: KnownCollection): Promise<KnownCollection | null> {
    const { name } = stale.definition;
    const entry = this.#entries.get(name);
    if (entry?.known && entry.known !== stale) return entry.known;
    const running = this.#loads.get(name);
    if (!running) return this.#load(name);
    // The load under way may have looked before the change; all who come meanwhile share one that looks after it.
    const queued = this.#queued.get(name) ?? running.then(ignore, ignore).then(() => this.#loadQueued(name));
    this.#queued.set(name, queued);
    return queued;
  }

  /** To be called after a change by this process. A load under way keeps what it finds to itself. */
  invalidate(name: string): void {
    this.#entries.delete(name);
    this.#misses.delete(name);
    this.#loads.delete(name);
  }

  #loadQueued(name: string): Promise<KnownCollection | null> {
    this.#queued.delete(name);
    return this.#load(name);
  }

  #load(name: string, origin?: Pick<Origin, 'tenant' | 'route'>): Promise<KnownCollection | null> {
    const before = this.#entries.get(name)?.known ?? undefined;
    const startedAtMs = this.#clock.monotonicMs();
    // Not the whole origin: many wait for it, and the first of them going away must not fail the others.
    const asking = origin && { tenant: origin.tenant, route: origin.route };
    const load = this.#database.query(findDefinition, [name], asking).then(([row]) => {
      const known = row ? this.#know(toDefinition(row), before) : null;
      if (this.#loads.get(name) === load) this.#remember(name, { known, loadedAtMs: startedAtMs });
      return known;
    });
    this.#loads.set(name, load);
    const forget = () => {
      if (this.#loads.get(name) === load) this.#loads.delete(name);
    };
    load.then(forget, forget);
    return load;
  }

  #remember(name: string, entry: Entry): void {
    this.#entries.delete(name);
    this.#misses.delete(name);
    if (entry.known) {
      this.#entries.set(name, entry);
      return;
    }
    if (this.#misses.size >= MAX_MISSES) this.#misses.clear();
    this.#misses.set(name, entry);
  }

  /** Keeps the statements of a collection that has not changed. */
  #know(definition: CollectionDefinition, before: KnownCollection | undefined): KnownCollection {
    if (before && isSameDefinition(before.definition, definition)) return before;
    return { definition, statements: createRecordStatements(definition) };
  }
}

export function isSameDefinition(a: CollectionDefinition, b: CollectionDefinition): boolean {
  return a.id === b.id && a.version === b.version;
}
