/**
 * What keeps the kept figures within bounds: measures what the monitor takes, rolls up what is due, drops parts whose time is over,
 * and where it is crowded those that are furthest through theirs.
 */

import type { Database } from '../../database/index.ts';
import type { RollUp } from './roll-up.ts';
import type { SamplePart } from './sample-parts.ts';
import { deleteOldLabels, readMonitorBytes } from './sample-queries.ts';
import type { SampleTables } from './sample-tables.ts';
import type { DiskSpace, StorageBudget } from './storage-budget.ts';
import { TIERS } from './tiers.ts';

const DAY_MS = 86_400_000;
/** Labels that nobody has written under for longer than anything is kept. */
const LABEL_DAYS = 402;
/** Where others of the monitor take the rest, figures do not give way beyond this part of the bound: it would not help. */
const OWN_SHARE = 0.25;

export interface SampleUpkeepOptions {
  database: Pick<Database, 'query' | 'execute'>;
  tables: SampleTables;
  rollUp: Pick<RollUp, 'run'>;
  budget: StorageBudget;
  disk: () => DiskSpace | null;
}

export class SampleUpkeep {
  readonly #options: SampleUpkeepOptions;
  #labelsCleanedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SampleUpkeepOptions) {
    this.#options = options;
  }

  /** @throws AppError where the database does not answer; the next run does what is left */
  async run(nowMs: number): Promise<void> {
    await this.#measure();
    if (this.#options.budget.mayWrite()) await this.#options.rollUp.run(nowMs);
    if (await this.#drop(nowMs)) await this.#measure();
    if (nowMs - this.#labelsCleanedAtMs < DAY_MS) return;
    await this.#options.database.execute(deleteOldLabels, [LABEL_DAYS]);
    this.#labelsCleanedAtMs = nowMs;
  }

  async #measure(): Promise<void> {
    const { budget, database, disk } = this.#options;
    const [row] = await database.query(readMonitorBytes, []);
    if (row) budget.measured(row.bytes, disk());
  }

  async #drop(nowMs: number): Promise<boolean> {
    const { budget, tables } = this.#options;
    const parts = await tables.parts.list();
    const rolled = await tables.rolledUntil(nowMs);
    const isOver = (part: SamplePart) => isExpired(part, nowMs, rolled);
    const expired = parts.filter(isOver);
    const others = parts.filter((part) => !isOver(part) && part.toMs <= nowMs);
    const excessBytes = Math.min(budget.excessBytes, sumOf(parts) - budget.maxBytes * OWN_SHARE);
    const early = chooseEarly(others, excessBytes - sumOf(expired), nowMs);
    for (const part of [...expired, ...early]) await tables.parts.drop(part);
    return expired.length + early.length > 0;
  }
}

/** What has not been rolled up yet stays for as long again. */
function isExpired({ tier, toMs }: SamplePart, nowMs: number, rolled: { minutes: number; hours: number }): boolean {
  if (toMs > nowMs - tier.keepMs) return false;
  const rolledMs = tier.table === TIERS.tenSeconds.table ? rolled.minutes : rolled.hours;
  return tier.table === TIERS.hours.table || toMs <= rolledMs || toMs <= nowMs - 2 * tier.keepMs;
}

/**
 * Those that have had most of their time first, until so many bytes are free. The last hours in fine steps are the smallest part, and
 * what one needs most: they go last.
 */
function chooseEarly(parts: readonly SamplePart[], excessBytes: number, nowMs: number): SamplePart[] {
  const age = ({ fromMs, tier }: SamplePart) =>
    tier.table === TIERS.tenSeconds.table ? 0 : (nowMs - fromMs) / tier.keepMs;
  const chosen: SamplePart[] = [];
  let left = excessBytes;
  for (const part of [...parts].sort((a, b) => age(b) - age(a))) {
    if (left <= 0) break;
    chosen.push(part);
    left -= part.bytes;
  }
  return chosen;
}

function sumOf(parts: readonly SamplePart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
