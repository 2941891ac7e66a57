/**
 * The ledger of advice: what was offered, what became of it, and what came true of it, looked at an hour and a day after it was
 * followed.
 */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import type { IndexWorks } from '../creation/index.ts';
import { readWorksOfAdvice } from '../creation/queries.ts';
import { adviceClosed, adviceNotFound } from '../errors.ts';
import { unpack } from '../jobs/packed.ts';
import type { AdviceItem, CreateAdvice, DropAdvice, IndexWork, LedgerEntry, LedgerTotals } from '../schema.ts';
import { toEntry, totalsOf } from './entry.ts';
import * as sql from './queries.ts';
import { realise, type StatementFigures } from './realised.ts';

export type { StatementFigures } from './realised.ts';

export interface LedgerOptions {
  database: Pick<Database, 'query' | 'execute'>;
  works: Pick<IndexWorks, 'start' | 'view'>;
  /** What statements took over a span, wall clock in milliseconds since 1970. */
  figuresBetween: (fromMs: number, toMs: number) => Promise<readonly StatementFigures[]>;
  clock: Pick<Clock, 'nowMs'>;
  logger: Logger;
  /** For tests. */
  everyMs?: number;
}

/** A piece of advice as a run hands it over. */
export interface Offer {
  readonly id: string;
  readonly kind: 'create' | 'drop';
  /** Compressed JSON. */
  readonly body: Uint8Array;
}

const LISTED = 500;
const ENTRIES = 200;
const EVERY_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AT_ONCE = 50;
const STILL_OPEN = ['offered', 'failed', 'undone'];

export class AdviceLedger {
  readonly service: Service;
  readonly #options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.service = createPeriodicService({
      ...{ name: 'planner.ledger', intervalMs: options.everyMs ?? EVERY_MS, logger: options.logger },
      run: () => this.#run(),
    });
  }

  /** What a run says takes the place of what the run before it said. @param takenAt of the statistics, ISO 8601 */
  async offer(runId: string, takenAt: string, offers: readonly Offer[]): Promise<void> {
    const { database } = this.#options;
    await database.execute(sql.saveOffers, [
      ...([runId, takenAt] as const),
      ...([offers.map(({ id }) => id), offers.map(({ kind }) => kind)] as const),
      offers.map(({ body }) => Buffer.from(body)),
    ]);
    await database.execute(sql.retireOffers, [runId]);
  }

  /** What is offered in its order, then the rest, the latest change first. */
  async items(): Promise<AdviceItem[]> {
    const rows = await this.#options.database.query(sql.readAdvice, [LISTED]);
    return this.#withWorks(rows);
  }

  /** @throws AppError advice_not_found */
  async item(id: string): Promise<AdviceItem> {
    const rows = await this.#options.database.query(sql.readAdviceItem, [id]);
    const [item] = await this.#withWorks(rows);
    if (!item) throw adviceNotFound();
    return item;
  }

  async #withWorks(rows: readonly sql.AdviceRow[]): Promise<AdviceItem[]> {
    if (rows.length === 0) return [];
    const { database, works } = this.#options;
    const found = await database.query(readWorksOfAdvice, [rows.map(({ id }) => id)]);
    const byAdvice = new Map(found.map((row) => [row.adviceId, works.view(row)]));
    return Promise.all(rows.map((row) => toItem(row, byAdvice.get(row.id) ?? null)));
  }

  /** Creates or drops the index. @throws AppError advice_not_found, advice_closed, and what working on an index may throw */
  async apply(id: string, userId: string): Promise<IndexWork> {
    const { database, works } = this.#options;
    const { advice, state } = await this.item(id);
    // Two who ask at once: one of them begins it.
    const [begun] = await database.query(sql.changeState, [id, STILL_OPEN, 'under_way', userId, null]);
    if (!begun) throw adviceClosed(whyClosed(state));
    const { ddl, index, kind, undoDdl } = advice;
    const steps = advice.kind === 'create' ? advice.steps : [ddl];
    const { name, schema, sizeBytes, table } = index;
    try {
      return await works.start(
        {
          kind,
          schema,
          table,
          index: name,
          ddl,
          steps,
          undoDdl,
          sizeBytes: Math.round(sizeBytes),
          adviceId: id,
          undoes: null,
        },
        userId,
      );
    } catch (error) {
      await this.#set(id, ['under_way'], state);
      throw error;
    }
  }

  /** @throws AppError advice_not_found, advice_closed */
  decline(id: string, userId: string, reason: string | undefined): Promise<AdviceItem> {
    return this.#change(id, ['offered', 'failed', 'undone'], 'declined', { userId, reason: reason ?? null });
  }

  /** Offers again what was declined. @throws AppError advice_not_found, advice_closed */
  reoffer(id: string, userId: string): Promise<AdviceItem> {
    return this.#change(id, ['declined', 'undone', 'failed'], 'offered', { userId, reason: null });
  }

  async #change(
    id: string,
    from: readonly string[],
    to: string,
    { reason, userId }: { userId: string; reason: string | null },
  ): Promise<AdviceItem> {
    const [changed] = await this.#options.database.query(sql.changeState, [id, from, to, userId, reason]);
    const item = await this.item(id);
    if (!changed) throw adviceClosed(whyClosed(item.state));
    return item;
  }

  /** To be called when work on an index has ended, here or found to have ended on a server that died. May be called again. */
  async noteWork({ adviceId, endedAt, kind, sentence, state, undoes }: IndexWork): Promise<void> {
    if (adviceId === null) return;
    const { clock, database } = this.#options;
    if (state === 'done') {
      await database.execute(sql.noteDone, [adviceId, endedAt ?? new Date(clock.nowMs()).toISOString(), kind]);
    } else if (undoes === null) {
      await this.#set(adviceId, ['under_way'], state === 'cancelled' ? 'offered' : 'failed', sentence);
    }
  }

  async #set(id: string, from: readonly string[], to: string, reason: string | null = null): Promise<void> {
    await this.#options.database.query(sql.changeState, [id, from, to, null, reason]);
  }

  /** The newest first. */
  async entries(): Promise<{ entries: LedgerEntry[]; totals: LedgerTotals }> {
    const rows = await this.#options.database.query(sql.readFollowed, [ENTRIES]);
    return { entries: await Promise.all(rows.map(toEntry)), totals: await this.totals() };
  }

  async totals(): Promise<LedgerTotals> {
    return totalsOf(await this.#options.database.query(sql.readOutcomes, [ENTRIES]));
  }

  async count(): Promise<{ toCreate: number; toDrop: number }> {
    const [counted] = await this.#options.database.query(sql.countAdvice, []);
    return counted ?? { toCreate: 0, toDrop: 0 };
  }

  async #run(): Promise<void> {
    const { database, logger } = this.#options;
    await this.#tellUntold();
    for (const row of await database.query(sql.readDue, [AT_ONCE])) {
      await this.#look(row).catch((error) =>
        logger.warn({ err: toError(error), advice: row.id }, 'what came true of advice is looked at later'),
      );
    }
    await database.execute(sql.deleteOldAdvice, []);
  }

  async #tellUntold(): Promise<void> {
    const { database, works } = this.#options;
    const untold = (await database.query(sql.readUntold, [])).map(({ id }) => id);
    if (untold.length === 0) return;
    const found = await database.query(readWorksOfAdvice, [untold]);
    for (const row of found) await this.noteWork(works.view(row));
    const told = new Set(found.map(({ adviceId }) => adviceId));
    for (const id of untold) if (!told.has(id)) await this.#set(id, ['under_way'], 'offered');
  }

  async #look(row: sql.AdviceRow): Promise<void> {
    const { clock, database, figuresBetween } = this.#options;
    const advice = await unpack<CreateAdvice | DropAdvice>(row.body);
    const [work] = await database.query(readWorksOfAdvice, [[row.id]]);
    const doneMs = (row.doneAt ?? row.changedAt).getTime();
    const beganMs = work?.startedAt.getTime() ?? doneMs;
    const isDay = clock.nowMs() - doneMs >= DAY_MS;
    const afterMs = isDay ? DAY_MS : HOUR_MS;
    const before = await figuresBetween(beganMs - DAY_MS, beganMs);
    const after = await figuresBetween(doneMs, doneMs + afterMs);
    const [index] = await database.query(sql.readIndexFacts, [advice.index.schema, advice.index.name]);
    const stage = isDay ? 'day' : 'first_hour';
    const realised = realise(advice, { before, after, afterMs, index: index ?? null, stage });
    await database.execute(sql.saveRealised, [row.id, stage, JSON.stringify(realised)]);
  }
}

async function toItem(row: sql.AdviceRow, work: IndexWork | null): Promise<AdviceItem> {
  return {
    ...{ id: row.id, state: row.state, by: row.by, reason: row.reason, work },
    offeredAt: row.offeredAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
    advice: await unpack<CreateAdvice | DropAdvice>(row.body),
  };
}

function whyClosed(state: AdviceItem['state']): string {
  if (state === 'declined') return 'It was declined. Offer it again first.';
  if (state === 'under_way') return 'It is being followed at present.';
  if (state === 'done') return 'It was followed already.';
  if (state === 'outdated') return 'The last run does not say it any more.';
  return `It is ${state} already.`;
}
