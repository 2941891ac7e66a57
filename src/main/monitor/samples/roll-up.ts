/**
 * Makes minutes of ten-second steps once an hour, and hours of minutes once a day, from what Postgres has: a restart loses
 * nothing, and of several processes one does it for all. Done twice, it comes to the same.
 */

import type { Database, Transaction } from '../../database/index.ts';
import { decodeBlock, encodeBlock } from './block-codec.ts';
import { combineBlocks } from './combining.ts';
import { type SampleBlock, StepTotals } from './sample-block.ts';
import { type BlockRow, lockRollUp, moveRollUp, readBlocks, readNames, writeRolledUp } from './sample-queries.ts';
import type { SampleTables } from './sample-tables.ts';
import { TIERS } from './tiers.ts';

/** A process that was busy writes its last minute late. */
const GRACE_MS = 5 * 60_000;
const DEADLINE_MS = 60_000;
const ROWS_MAX = 20_000;
/** A day of hours, or the hours of an outage: more is done with the next run. */
const BLOCKS_AT_ONCE = 12;

const sources = { minutes: 'tenSeconds', hours: 'minutes' } as const;
type WideTier = keyof typeof sources;

export interface RollUpOptions {
  database: Pick<Database, 'query' | 'transaction'>;
  tables: SampleTables;
}

export class RollUp {
  readonly #options: RollUpOptions;

  constructor(options: RollUpOptions) {
    this.#options = options;
  }

  /** Makes what is due. @returns how many blocks of time were made */
  async run(nowMs: number): Promise<number> {
    let made = 0;
    for (const tier of ['minutes', 'hours'] as const) {
      while (made < BLOCKS_AT_ONCE && (await this.#next(tier, nowMs))) made += 1;
    }
    return made;
  }

  /** One block of time. False where none is due, or another process is at it. */
  async #next(tier: WideTier, nowMs: number): Promise<boolean> {
    const { tables } = this.#options;
    const rolled = await tables.rolledUntil(nowMs);
    const startMs = this.#startOf(tier, rolled[tier], nowMs);
    const endMs = startMs + TIERS[tier].blockMs;
    // Hours are made of minutes that are complete.
    const readyMs = tier === 'hours' ? Math.min(nowMs - GRACE_MS, rolled.minutes) : nowMs - GRACE_MS;
    if (endMs > readyMs) return false;
    const names = await this.#namesIn(tier, startMs, endMs);
    if (names.size > 0) await tables.parts.ensure(TIERS[tier], [startMs]);
    const done = await this.#options.database.transaction(
      { lane: 'background', deadlineMs: DEADLINE_MS, name: `monitor.rollUpSamples(${tier})` },
      async (transaction) => {
        const [row] = await transaction.query(lockRollUp, [tier]);
        if (!row || row.rolledUntil.getTime() !== rolled[tier]) return false;
        await rollUp(transaction, { tier, startMs, endMs, names });
        await transaction.execute(moveRollUp, [tier, new Date(endMs)]);
        return true;
      },
    );
    tables.forgetRolledUntil();
    return done;
  }

  /** After a long pause there is nothing left to make wider steps of. */
  #startOf(tier: WideTier, rolledMs: number, nowMs: number): number {
    const { blockMs } = TIERS[tier];
    const source = TIERS[sources[tier]];
    const oldestMs = nowMs - source.keepMs - source.partMs;
    return Math.max(rolledMs, Math.floor(oldestMs / blockMs) * blockMs);
  }

  async #namesIn(tier: WideTier, startMs: number, endMs: number): Promise<ReadonlyMap<number, string>> {
    const span = [new Date(startMs), new Date(endMs)] as const;
    const rows = await this.#options.database.query(readNames[sources[tier]], [...span]);
    const ids = rows.map(({ nameId }) => nameId);
    const labels = await this.#options.tables.labels.read(ids);
    return new Map(ids.flatMap((id) => (labels.has(id) ? [[id, labels.get(id) as string]] : [])));
  }
}

interface Due {
  tier: WideTier;
  startMs: number;
  endMs: number;
  names: ReadonlyMap<number, string>;
}

async function rollUp(transaction: Transaction, { endMs, names, startMs, tier }: Due): Promise<void> {
  const nameIds: number[] = [];
  const payloads: Buffer[] = [];
  const span = [new Date(startMs), new Date(endMs), ROWS_MAX] as const;
  for (const [nameId, name] of names) {
    const rows = await transaction.query(readBlocks[sources[tier]], [nameId, ...span]);
    nameIds.push(nameId);
    payloads.push(encodeBlock(widen(rows, { tier, startMs, name }).series));
  }
  if (nameIds.length > 0) await transaction.execute(writeRolledUp[tier], [new Date(startMs), nameIds, payloads]);
}

function widen(rows: readonly BlockRow[], { name, startMs, tier }: Omit<Due, 'names' | 'endMs'> & { name: string }) {
  const { blockMs, stepMs } = TIERS[tier];
  const source = TIERS[sources[tier]];
  const totals = new StepTotals<number>({ startMs, stepMs, steps: blockMs / stepMs });
  const span = { stepMs: source.stepMs, steps: source.blockMs / source.stepMs };
  const byStart = new Map<number, [SampleBlock<number>, ...SampleBlock<number>[]]>();
  for (const { payload, startedAt } of rows) {
    const block = { name, ...span, startMs: startedAt.getTime() };
    const decoded = { ...block, series: decodeBlock(payload, block) };
    const known = byStart.get(block.startMs);
    if (known) known.push(decoded);
    else byStart.set(block.startMs, [decoded]);
  }
  for (const blocks of byStart.values()) totals.addBlock(combineBlocks(blocks));
  return totals.toBlock(name);
}
