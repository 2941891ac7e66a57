/**
 * The parts of the sample tables: each a table of its own for a span of time, made before it is needed and dropped as a whole when
 * its time is over, or when there is too much. A drop gives the disk its bytes back at once.
 */

import type { Database } from '../../database/index.ts';
import { listParts } from './sample-queries.ts';
import { TIERS, type Tier, tierNames } from './tiers.ts';

/** An arbitrary number of ours: two processes that make the same part take turns. */
const LOCK_KEY = 0x61717370;
const DEADLINE_MS = 10_000;
/** Making or dropping a part locks the whole table for a moment; who reads it must not stand in line behind us for long. */
const LOCK_TIMEOUT_MS = 2_000;

export interface SamplePart {
  readonly name: string;
  readonly tier: Tier;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
}

export class SampleParts {
  readonly #database: Pick<Database, 'query' | 'transaction'>;
  readonly #known = new Set<string>();

  constructor(database: Pick<Database, 'query' | 'transaction'>) {
    this.#database = database;
  }

  /** Makes the parts that blocks of these moments go into, where they are not there yet. */
  async ensure(tier: Tier, startsMs: Iterable<number>): Promise<void> {
    const spans = new Map<string, number>();
    for (const startMs of startsMs) {
      const fromMs = Math.floor(startMs / tier.partMs) * tier.partMs;
      const name = nameOf(tier, fromMs);
      if (!this.#known.has(name)) spans.set(name, fromMs);
    }
    if (spans.size === 0) return;
    const made = [...spans].map(([name, fromMs]) => definitionOf(tier, name, fromMs));
    await this.#define('monitor.makeSampleParts', made.join(''));
    for (const name of spans.keys()) this.#known.add(name);
  }

  /** Oldest first within a table. */
  async list(): Promise<SamplePart[]> {
    const rows = await this.#database.query(listParts, []);
    return rows.flatMap(({ bytes, name }) => {
      const part = readName(name);
      return part ? [{ ...part, name, bytes }] : [];
    });
  }

  async drop({ name }: Pick<SamplePart, 'name'>): Promise<void> {
    // The name came from the catalog, but by way of `readName`, which takes no other than ours.
    if (!readName(name)) throw new Error(`${name} is no part of the samples`);
    this.#known.delete(name);
    await this.#define('monitor.dropSamplePart', `drop table if exists aquifer_monitor.${name};`);
  }

  /** What another process has dropped is made again when it is needed. */
  forget(): void {
    this.#known.clear();
  }

  async #define(name: string, text: string): Promise<void> {
    await this.#database.transaction({ lane: 'background', deadlineMs: DEADLINE_MS, name }, (transaction) =>
      transaction.define(
        name,
        `set local lock_timeout = ${LOCK_TIMEOUT_MS}; select pg_catalog.pg_advisory_xact_lock(${LOCK_KEY}); ${text}`,
      ),
    );
  }
}

/** Such as `sample_10s_2026112308`: the hour in which it begins. */
function nameOf({ table }: Tier, fromMs: number): string {
  return `${table}_${new Date(fromMs).toISOString().slice(0, 13).replace(/\D/g, '')}`;
}

function definitionOf(tier: Tier, name: string, fromMs: number): string {
  const [from, to] = [fromMs, fromMs + tier.partMs].map((ms) => new Date(ms).toISOString());
  return `
    create table if not exists aquifer_monitor.${name}
    partition of aquifer_monitor.${tier.table} for values from ('${from}') to ('${to}');`;
}

function readName(name: string): Pick<SamplePart, 'tier' | 'fromMs' | 'toMs'> | undefined {
  const [, table, year, month, day, hour] = /^(sample_\w+?)_(\d{4})(\d\d)(\d\d)(\d\d)$/.exec(name) ?? [];
  const tier = tierNames.map((each): Tier => TIERS[each]).find((each) => each.table === table);
  if (!tier) return undefined;
  const fromMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
  return { tier, fromMs, toMs: fromMs + tier.partMs };
}
