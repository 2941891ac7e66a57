/** What Postgres keeps of the figures: blocks in and out, labelled and packed. Every call waits for the database, and may fail. */

import type { Database } from '../../database/index.ts';
import { Turns } from '../../foundation/turns.ts';
import { decodeBlock, encodeBlock } from './block-codec.ts';
import type { SampleBlock, StepValues } from './sample-block.ts';
import { SampleLabels } from './sample-labels.ts';
import { SampleParts } from './sample-parts.ts';
import { readBlocks, readRolledUntil, reopenRollUp, writeTenSeconds } from './sample-queries.ts';
import { TIERS, type TierName } from './tiers.ts';

/** Six hours of minutes from a dozen processes. */
const ROWS_MAX = 5_000;
/** A roll-up waits five minutes for those who are late; who comes later tells it. */
const LATE_MS = 4 * 60_000;
const ROLLED_FRESH_MS = 60_000;

export interface StoredBlock extends SampleBlock {
  readonly source: number;
}

export interface BlockQuery {
  tier: TierName;
  name: string;
  scope?: string | undefined;
  fromMs: number;
  toMs: number;
}

export type RolledUntil = Readonly<Record<'minutes' | 'hours', number>>;

export interface SampleTablesOptions {
  database: Pick<Database, 'query' | 'execute' | 'transaction'>;
  /** Tells this process's blocks from those of others. */
  source: number;
}

export class SampleTables {
  readonly labels: SampleLabels;
  readonly parts: SampleParts;
  readonly source: number;
  readonly #database: SampleTablesOptions['database'];
  #rolled: { readAtMs: number; until: RolledUntil } | undefined;

  constructor({ database, source }: SampleTablesOptions) {
    this.#database = database;
    this.source = source;
    this.labels = new SampleLabels(database);
    this.parts = new SampleParts(database);
  }

  /** Writes minutes of ten-second steps, all or none; what is too old to be kept is left out. */
  async write(blocks: readonly SampleBlock[], nowMs: number): Promise<void> {
    const { blockMs, keepMs } = TIERS.tenSeconds;
    const kept = blocks.filter(({ startMs }) => startMs > nowMs - keepMs);
    if (kept.length === 0) return;
    const starts = kept.map(({ startMs }) => startMs);
    const ids = await this.labels.ensure(labelsOf(kept), nowMs);
    await this.parts.ensure(TIERS.tenSeconds, starts);
    const nameIds = kept.map(({ name }) => ids.get(name) as number);
    const payloads = kept.map(({ series }) => encodeBlock(withIds(series, ids)));
    const startedAt = starts.map((ms) => new Date(ms));
    try {
      await this.#database.execute(writeTenSeconds, [startedAt, nameIds, this.source, payloads]);
    } catch (error) {
      // Another process may have dropped a part, or somebody the labels: both are looked for again.
      this.parts.forget();
      throw error;
    }
    const oldestMs = Math.min(...starts);
    if (oldestMs + blockMs < nowMs - LATE_MS) await this.#reopen(oldestMs);
  }

  /** Oldest first. Of too many the newest. */
  async read({ fromMs, name, scope, tier, toMs }: BlockQuery): Promise<StoredBlock[]> {
    const { blockMs, stepMs } = TIERS[tier];
    const nameId = await this.labels.find(name);
    const scopeId = scope === undefined ? undefined : await this.labels.find(scope);
    if (nameId === undefined || (scope !== undefined && scopeId === undefined)) return [];
    const from = new Date(Math.floor(fromMs / blockMs) * blockMs);
    const rows = await this.#database.query(readBlocks[tier], [nameId, from, new Date(toMs), ROWS_MAX]);
    const decoded: { startMs: number; source: number; series: Map<number, StepValues> }[] = [];
    const span = { stepMs, steps: blockMs / stepMs };
    // A long span must not keep the users' requests waiting in this process.
    const turns = new Turns();
    for (const { payload, source, startedAt } of rows.reverse()) {
      const startMs = startedAt.getTime();
      decoded.push({ startMs, source, series: decodeBlock(payload, { ...span, startMs }, scopeId) });
      await turns.give();
    }
    const labels = await this.labels.read(decoded.flatMap(({ series }) => [...series.keys()]));
    return decoded.map(({ series, ...block }) => ({ ...block, ...span, name, series: withLabels(series, labels) }));
  }

  /** Until when the wider steps are there; as of a minute ago at the most. */
  async rolledUntil(nowMs: number): Promise<RolledUntil> {
    if (!this.#rolled || nowMs - this.#rolled.readAtMs > ROLLED_FRESH_MS) {
      const rows = await this.#database.query(readRolledUntil, []);
      const untilOf = (tier: string) => rows.find((row) => row.tier === tier)?.rolledUntil.getTime() ?? 0;
      this.#rolled = { readAtMs: nowMs, until: { minutes: untilOf('minutes'), hours: untilOf('hours') } };
    }
    return this.#rolled.until;
  }

  /** The roll-up has moved on. */
  forgetRolledUntil(): void {
    this.#rolled = undefined;
  }

  async #reopen(fromMs: number): Promise<void> {
    const startOf = (tier: 'minutes' | 'hours') =>
      new Date(Math.floor(fromMs / TIERS[tier].blockMs) * TIERS[tier].blockMs);
    await this.#database.execute(reopenRollUp, [startOf('minutes'), startOf('hours')]);
    this.forgetRolledUntil();
  }
}

function* labelsOf(blocks: readonly SampleBlock[]): Generator<string> {
  for (const { name, series } of blocks) {
    yield name;
    yield* series.keys();
  }
}

function withIds(series: SampleBlock['series'], ids: ReadonlyMap<string, number>): Map<number, StepValues> {
  return new Map([...series].map(([scope, values]) => [ids.get(scope) as number, values]));
}

/** Of a label that somebody has deleted nothing can be told. */
function withLabels(series: ReadonlyMap<number, StepValues>, labels: ReadonlyMap<number, string>) {
  const named = new Map<string, StepValues>();
  for (const [id, values] of series) {
    const label = labels.get(id);
    if (label !== undefined) named.set(label, values);
  }
  return named;
}
