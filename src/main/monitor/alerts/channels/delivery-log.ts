/**
 * What was sent, when, and what came of it. Kept in memory and written behind, in the background lane: whether the database
 * answers makes no difference to what is sent.
 */

import type { Database } from '../../../database/index.ts';
import { WriteBehind } from '../../samples/write-behind.ts';
import type { Alert, Severity } from '../schema.ts';
import {
  type DeliveryRow,
  deleteOldDeliveries,
  listDeliveries,
  readRecentDeliveries,
  saveDeliveries,
} from './queries.ts';
import type { Delivery, DeliveryPage } from './schema.ts';
import type { MessageChange } from './senders/sender.ts';

export interface DeliveryRecord {
  readonly id: string;
  readonly channelId: string;
  /** Null for a test. */
  readonly alertId: string | null;
  readonly change: MessageChange;
  readonly severity: Severity;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly sentence: string;
  /** What is to be said, while it waits. */
  readonly alert: Alert | null;
  /** ISO 8601. */
  readonly changedAt: string;
}

/** Of each channel. */
const REMEMBERED_MAX = 100;
const WAITING_ROWS_MAX = 5_000;
const BATCH_ROWS = 200;
const RESTORED_MAX = 2_000;
const DELETE_BATCH = 5_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export class DeliveryLog {
  readonly #database: Pick<Database, 'query' | 'execute'>;
  /** Newest first. */
  readonly #byChannel = new Map<string, DeliveryRecord[]>();
  readonly #unwritten: WriteBehind<DeliveryRecord>;

  constructor(database: Pick<Database, 'query' | 'execute'>) {
    this.#database = database;
    this.#unwritten = new WriteBehind({
      ...{ rowsMax: WAITING_ROWS_MAX, batchRows: BATCH_ROWS },
      write: (rows) => this.#write(rows),
    });
  }

  put(record: DeliveryRecord): void {
    this.#remember(record);
    this.#unwritten.push(record);
  }

  /** As it came out last; null where nothing has been sent yet. */
  last(channelId: string): DeliveryRecord | null {
    const ended = this.#byChannel.get(channelId)?.find(({ state }) => state === 'delivered' || state === 'failed');
    return ended ?? null;
  }

  /** Newest first; from memory alone where the database does not answer. @param cursor the id of the last one shown */
  async page(channelId: string, limit: number, cursor: string = LAST_ID): Promise<DeliveryPage> {
    const inMemory = (this.#byChannel.get(channelId) ?? []).filter(({ id }) => id < cursor);
    const stored = await this.#database
      .query(listDeliveries, [channelId, cursor, limit + 1])
      .then((rows) => rows.map(toRecord))
      .catch(() => []);
    // What is in memory is never older than what was written of it.
    const byId = new Map([...stored, ...inMemory].map((record) => [record.id, record]));
    const records = [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    const shown = records.slice(0, limit);
    const nextCursor = records.length > limit ? (shown.at(-1)?.id ?? null) : null;
    return { deliveries: shown.map(toDelivery), nextCursor };
  }

  /** What was sent lately, oldest first. */
  async restore(): Promise<DeliveryRecord[]> {
    const rows = await this.#database.query(readRecentDeliveries, [RESTORED_MAX]);
    const records = rows.map(toRecord).reverse();
    for (const record of records) this.#remember(record);
    return records;
  }

  get hasUnwritten(): boolean {
    return this.#unwritten.size > 0;
  }

  async flush(): Promise<void> {
    await this.#unwritten.flush();
  }

  async deleteOld(): Promise<void> {
    await this.#database.execute(deleteOldDeliveries, [DELETE_BATCH]);
  }

  forget(channelId: string): void {
    this.#byChannel.delete(channelId);
  }

  #remember(record: DeliveryRecord): void {
    const records = this.#byChannel.get(record.channelId) ?? [];
    const others = records.filter(({ id }) => id !== record.id);
    const kept = [record, ...others].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, REMEMBERED_MAX);
    this.#byChannel.set(record.channelId, kept);
  }

  async #write(rows: readonly DeliveryRecord[]): Promise<void> {
    // One statement may touch a row once: of several states of one delivery the last counts.
    const last = new Map(rows.map((row) => [row.id, row]));
    await this.#database.execute(saveDeliveries, [JSON.stringify([...last.values()])]);
  }
}

function toRecord({ alert, changedAt, ...row }: DeliveryRow): DeliveryRecord {
  return { ...row, alert: alert as Alert | null, changedAt: changedAt.toISOString() };
}

export function toDelivery({ alertId, attempts, changedAt, id, sentence, state }: DeliveryRecord): Delivery {
  return { id, alertId, at: changedAt, state, attempts, sentence };
}
