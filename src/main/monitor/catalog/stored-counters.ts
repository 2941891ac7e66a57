/**
 * Earlier counters of tables and indexes, in memory and in Postgres, so that rates and growth survive a restart: one an hour for two
 * days, one a day for sixty.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Database, statement } from '../../database/index.ts';
import type { CounterHistory } from './catalog-watch.ts';
import type { CounterSnapshot } from './counters.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HOURLY_MS = 49 * HOUR_MS;
const KEEP_MS = 60 * DAY_MS;
const SNAPSHOTS_MAX = 200;
const INFLATED_BYTES_MAX = 16_777_216;

interface SnapshotRow {
  takenAt: Date;
  counters: Buffer;
}

const readSnapshots = statement<[since: Date, limit: number], SnapshotRow>({
  name: 'monitor.readRelationSnapshots',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    select taken_at as "takenAt", counters
    from aquifer_monitor.relation_snapshot
    where taken_at >= $1
    order by taken_at desc
    limit $2`,
});

/** Of several processes the first of an hour stores it. */
const saveSnapshot = statement<[takenAt: Date, counters: Buffer, notSince: Date]>({
  name: 'monitor.saveRelationSnapshot',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    insert into aquifer_monitor.relation_snapshot (taken_at, counters)
    select $1::timestamptz, $2::bytea
    where not exists (select 1 from aquifer_monitor.relation_snapshot s where s.taken_at > $3)
    on conflict (taken_at) do nothing`,
});

/** Of what is older than two days the first of each day stays, for sixty. */
const deleteSnapshots = statement<[hourlyUntil: Date, dailyUntil: Date]>({
  name: 'monitor.deleteRelationSnapshots',
  lane: 'background',
  deadlineMs: 10_000,
  text: `
    delete from aquifer_monitor.relation_snapshot s
    where s.taken_at < $1
      and (s.taken_at < $2 or exists (
        select 1
        from aquifer_monitor.relation_snapshot earlier
        where earlier.taken_at < s.taken_at
          and pg_catalog.date_trunc('day', earlier.taken_at at time zone 'UTC')
            = pg_catalog.date_trunc('day', s.taken_at at time zone 'UTC')
      ))`,
  unindexedBecause: 'it holds about a hundred rows',
});

export interface StoredCountersOptions {
  database: Pick<Database, 'query' | 'execute'>;
  mayWrite: () => boolean;
}

export class StoredCounters implements CounterHistory {
  readonly #options: StoredCountersOptions;
  #snapshots: CounterSnapshot[] = [];
  #isRestored = false;

  constructor(options: StoredCountersOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  list(): readonly CounterSnapshot[] {
    return this.#snapshots;
  }

  /** Kept where the last one is an hour old. @throws AppError where it cannot be stored */
  async add(snapshot: CounterSnapshot): Promise<void> {
    await this.#restore(snapshot.atMs);
    const { atMs, ...counters } = snapshot;
    const last = this.#snapshots.at(-1);
    if (last && atMs - last.atMs < HOUR_MS) return;
    this.#snapshots = thin([...this.#snapshots, snapshot], atMs);
    const { database, mayWrite } = this.#options;
    if (!mayWrite()) return;
    const packed = deflateRawSync(JSON.stringify(counters));
    await database.execute(saveSnapshot, [new Date(atMs), packed, new Date(atMs - HOUR_MS + MINUTE_MS)]);
    await database.execute(deleteSnapshots, [new Date(atMs - HOURLY_MS), new Date(atMs - KEEP_MS)]);
  }

  async #restore(nowMs: number): Promise<void> {
    if (this.#isRestored) return;
    const rows = await this.#options.database.query(readSnapshots, [new Date(nowMs - KEEP_MS), SNAPSHOTS_MAX]);
    this.#snapshots = thin(rows.reverse().map(toSnapshot), nowMs);
    this.#isRestored = true;
  }
}

function toSnapshot({ counters, takenAt }: SnapshotRow): CounterSnapshot {
  const text = inflateRawSync(counters, { maxOutputLength: INFLATED_BYTES_MAX }).toString();
  return { atMs: takenAt.getTime(), ...(JSON.parse(text) as Omit<CounterSnapshot, 'atMs'>) };
}

/** Of what is older than two days the first of each day, and of that the indexes alone: nothing else is asked of it. */
function thin(snapshots: readonly CounterSnapshot[], nowMs: number): CounterSnapshot[] {
  const days = new Set<number>();
  return snapshots.flatMap((snapshot) => {
    const { atMs } = snapshot;
    if (nowMs - atMs <= HOURLY_MS) return [snapshot];
    const day = Math.floor(atMs / DAY_MS);
    if (nowMs - atMs > KEEP_MS || days.has(day)) return [];
    days.add(day);
    return [{ ...snapshot, tables: {} }];
  });
}

/** The same in memory alone, for where nothing may be stored. */
export class ForgetfulCounters implements CounterHistory {
  #snapshots: CounterSnapshot[] = [];

  list(): readonly CounterSnapshot[] {
    return this.#snapshots;
  }

  async add(snapshot: CounterSnapshot): Promise<void> {
    const last = this.#snapshots.at(-1);
    if (last && snapshot.atMs - last.atMs < HOUR_MS) return;
    this.#snapshots = thin([...this.#snapshots, snapshot], snapshot.atMs);
  }
}
