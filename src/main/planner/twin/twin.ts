/**
 * The planner twin: a scratch Postgres that plans as production does, from a snapshot alone. Nothing is ever executed in it.
 */

import type { Plan } from '../plans/plan.ts';
import type { Gap, Snapshot } from '../snapshot/snapshot.ts';

export interface IndexKey {
  /** One of the two. */
  column?: string;
  expression?: string;
  isDescending?: boolean;
  nullsFirst?: boolean;
  operatorClass?: string;
}

export interface IndexDefinition {
  schema: string;
  table: string;
  method: 'btree' | 'gin' | 'gist' | 'brin' | 'hash';
  keys: IndexKey[];
  include?: string[];
  /** SQL without the word WHERE. */
  predicate?: string;
  isUnique?: boolean;
}

/** An index made in the twin to be tried, with what it would be in production. */
export interface TrialIndex {
  /** Its name in the twin, as plans show it. */
  name: string;
  /** Of a partitioned table: the names on its parts, which are those that plans show. Otherwise the name alone. */
  parts: string[];
  definition: IndexDefinition;
  blocks: number;
  sizeBytes: number;
  /** Of a B-tree: levels above the leaves. */
  height: number;
}

export interface ExplainOptions {
  /** For $1, $2, …, as texts; left out, the plan is generic. Never null: Postgres would plan for no row at all. */
  params?: readonly string[];
  /** Planner settings for this plan alone. */
  settings?: Readonly<Record<string, string>>;
}

export interface TwinEngine {
  kind: 'pglite' | 'native';
  versionNumber: number;
  version: string;
}

export interface Twin {
  readonly snapshot: Snapshot;
  readonly engine: TwinEngine;
  /** What of production it does not have; said with each answer. */
  readonly gaps: readonly Gap[];
  /** @throws AppError where Postgres cannot plan the text */
  explain(text: string, options?: ExplainOptions): Promise<Plan>;
  /** Types of $1, $2, …, as Postgres infers them. */
  parameterTypes(text: string): Promise<string[]>;
  /**
   * Makes indexes that no plan uses before `configure` says so. One that is there already (same definition) is returned again. Those
   * that Postgres refuses are left out.
   * @throws AppError index_not_understood where all of them are refused
   */
  addIndexes(definitions: readonly IndexDefinition[]): Promise<TrialIndex[]>;
  /** From here on plans see these trial indexes (by name) and all of production's but those hidden (`schema.name`). */
  configure(configuration: { trial: readonly string[]; hidden: readonly string[] }): Promise<void>;
  /** Sizes, statistics and settings of another snapshot of the same schema; only what differs is written. */
  restate(snapshot: Snapshot): Promise<void>;
  /** Changes the schema, as a migration does; for the review of a change. */
  migrate(sql: string): Promise<void>;
  /** Bytes that it takes on disk. */
  diskBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface TwinOptions {
  /** `auto`: PGlite, or a native Postgres of production's major where one is found and `exact` is asked for. */
  engine?: 'pglite' | 'native' | 'auto';
  exact?: boolean;
  /** Where its files go: a directory that is not there yet; a temporary one where left out. */
  directory?: string;
  /** Text that comes from no one we know: only what parses as one statement of the expected kind is run. Default true. */
  isUntrusted?: boolean;
  /** Whether files can be longer than what they hold takes on disk; tried out where left out. */
  hasSparseFiles?: boolean;
  /** Where they cannot: what they may take at most. A quarter of what is free where left out. */
  roomBytes?: number;
}
