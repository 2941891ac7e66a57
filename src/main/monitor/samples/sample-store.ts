/**
 * Records what is published, writes it behind, and reads it again: what this process has in memory, and what Postgres keeps. While
 * Postgres is away everything stays in memory, up to a bound, and reading answers from there.
 */

import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import { combineBlocks } from './combining.ts';
import type { Reading } from './reading-hub.ts';
import { RecentBlocks } from './recent-blocks.ts';
import { SampleRecorder } from './recorder.ts';
import { type SampleBlock, StepTotals } from './sample-block.ts';
import type { SampleAnswer, SampleQuery, SampleSeries } from './sample-series.ts';
import type { SampleTables, StoredBlock } from './sample-tables.ts';
import type { StorageBudget } from './storage-budget.ts';
import { narrowestStepMs, TIERS, type TierName, tierOf } from './tiers.ts';
import { WriteBehind } from './write-behind.ts';

const HOUR_MS = 3_600_000;
/** About four hours of a server with seventy names. */
const WAITING_MAX = 16_000;
const BATCH = 400;
/** After a read that failed, memory answers for so long without asking. */
const PAUSE_MS = 5_000;

export interface SampleStoreOptions {
  clock: Clock;
  logger: Logger;
  budget: Pick<StorageBudget, 'mayWrite'>;
  /** Null: nothing is kept but what this process has in memory. */
  tables: Pick<SampleTables, 'write' | 'read' | 'rolledUntil' | 'source'> | null;
}

interface Segment {
  tier: TierName;
  fromMs: number;
  toMs: number;
}

export class SampleStore {
  readonly #options: SampleStoreOptions;
  readonly #recent: RecentBlocks;
  readonly #recorder: SampleRecorder;
  readonly #writing: WriteBehind<SampleBlock>;
  #asksAgainAtMs = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(options: SampleStoreOptions) {
    this.#options = options;
    const { clock, tables } = options;
    this.#recent = new RecentBlocks(tables ? HOUR_MS : TIERS.tenSeconds.keepMs);
    this.#writing = new WriteBehind<SampleBlock>({
      ...{ rowsMax: WAITING_MAX, batchRows: BATCH },
      write: async (blocks) => tables?.write(blocks, clock.nowMs()),
    });
    this.#recorder = new SampleRecorder((block) => {
      this.#recent.add(block);
      if (tables) this.#writing.push(block);
    });
  }

  record(atMs: number, readings: readonly Reading[]): void {
    this.#recorder.add(atMs, readings);
  }

  /** Blocks that wait to be written. */
  get waiting(): number {
    return this.#writing.size;
  }

  /** Writes the minutes that are over. What cannot be written now stays; that is logged once. */
  async write(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    this.#recorder.closeBefore(nowMs);
    this.#recent.forgetBefore(nowMs);
    if (this.#writing.size === 0 || !this.#options.budget.mayWrite()) return;
    try {
      await this.#writing.flush();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      const waiting = this.#writing.size;
      if (this.#failures === 1) {
        this.#options.logger.warn(
          { err: toError(error), waiting },
          'figures could not be written; they wait in memory',
        );
      }
    }
  }

  /** The last of it, when the process ends. */
  async close(): Promise<void> {
    this.#recorder.closeAll();
    // A stop does not wait for a database that does not answer.
    if (this.#failures === 0) await this.write();
  }

  /** Never throws for the database's sake. */
  async read(query: SampleQuery): Promise<SampleAnswer> {
    const stepMs = stepFor(query, this.#options.clock.nowMs());
    const startMs = Math.floor(query.fromMs / stepMs) * stepMs;
    const totals = new StepTotals({ startMs, stepMs, steps: Math.ceil((query.toMs - startMs) / stepMs) });
    const kept = await this.#readKept({ ...query, fromMs: startMs, stepMs });
    for (const block of kept ?? this.#inMemory(query.name, startMs, query.toMs)) totals.addBlock(block, query.scope);
    return { stepMs, series: toSeries(totals.toBlock(query.name)), isComplete: kept !== undefined };
  }

  /** Undefined where the database does not answer. */
  async #readKept(query: SampleQuery): Promise<SampleBlock[] | undefined> {
    const { clock, logger, tables } = this.#options;
    if (!tables) return this.#inMemory(query.name, query.fromMs, query.toMs);
    const nowMs = clock.nowMs();
    if (nowMs < this.#asksAgainAtMs) return undefined;
    try {
      const blocks: SampleBlock[] = [];
      for (const segment of segmentsOf(query, await tables.rolledUntil(nowMs))) {
        const stored = await tables.read({ ...segment, name: query.name, scope: query.scope });
        blocks.push(...(segment.tier === 'tenSeconds' ? this.#withOwn(stored, query.name, segment) : stored));
      }
      return blocks;
    } catch (error) {
      this.#asksAgainAtMs = nowMs + PAUSE_MS;
      logger.debug({ err: toError(error) }, 'figures could not be read; what is in memory is answered');
      return undefined;
    }
  }

  /** Of one's own minutes memory knows at least as much as the database; the others' come from there. */
  #withOwn(stored: readonly StoredBlock[], name: string, { fromMs, toMs }: Segment): SampleBlock[] {
    const own = this.#inMemory(name, fromMs, toMs);
    const ownStarts = new Set(own.map(({ startMs }) => startMs));
    const isKnown = ({ source, startMs }: StoredBlock) =>
      source === this.#options.tables?.source && ownStarts.has(startMs);
    return combineByStart([...own, ...stored.filter((block) => !isKnown(block))]);
  }

  #inMemory(name: string, fromMs: number, toMs: number): SampleBlock[] {
    const { blockMs } = TIERS.tenSeconds;
    const isIn = ({ startMs }: SampleBlock) => startMs < toMs && startMs + blockMs > fromMs;
    const waiting = this.#writing.waiting.filter((block) => block.name === name && isIn(block));
    const open = this.#recorder.openBlock(name);
    const blocks = [...waiting, ...this.#recent.read(name, fromMs, toMs), ...(open && isIn(open) ? [open] : [])];
    // What waits is among the recent too, until it has waited for longer than those are kept.
    return [...new Map(blocks.map((block) => [block.startMs, block])).values()];
  }
}

/** A multiple of what is kept of that time. */
function stepFor({ fromMs, stepMs }: SampleQuery, nowMs: number): number {
  const leastMs = narrowestStepMs(fromMs, nowMs);
  return Math.max(1, Math.ceil(stepMs / leastMs)) * leastMs;
}

/** Which tier answers for which part of the span: wide steps as far as they have been made, narrower ones from there on. */
function segmentsOf({ fromMs, stepMs, toMs }: SampleQuery, rolled: { minutes: number; hours: number }): Segment[] {
  const widest = tierOf(stepMs);
  const hoursUntil = widest === 'hours' ? Math.max(fromMs, rolled.hours) : fromMs;
  const minutesUntil = widest === 'tenSeconds' ? fromMs : Math.max(hoursUntil, rolled.minutes);
  const segments: Segment[] = [
    { tier: 'hours', fromMs, toMs: Math.min(toMs, hoursUntil) },
    { tier: 'minutes', fromMs: hoursUntil, toMs: Math.min(toMs, minutesUntil) },
    { tier: 'tenSeconds', fromMs: minutesUntil, toMs },
  ];
  return segments.filter((segment) => segment.fromMs < segment.toMs);
}

function combineByStart(blocks: readonly SampleBlock[]): SampleBlock[] {
  const byStart = new Map<number, [SampleBlock, ...SampleBlock[]]>();
  for (const block of blocks) {
    const known = byStart.get(block.startMs);
    if (known) known.push(block);
    else byStart.set(block.startMs, [block]);
  }
  return [...byStart.values()].map((same) => combineBlocks(same));
}

function toSeries({ name, series, startMs, stepMs }: SampleBlock): SampleSeries[] {
  return [...series].map(([scope, { max, mean, min }]) => {
    const points = [];
    for (let step = 0; step < mean.length; step += 1) {
      const value = mean[step] as number;
      if (Number.isNaN(value)) continue;
      points.push({ atMs: startMs + step * stepMs, mean: value, min: min[step] as number, max: max[step] as number });
    }
    return { name, scope, points };
  });
}
