/**
 * Tables and indexes as they were last looked at: every ten minutes by itself, and when somebody asks for what is older than a
 * minute. One look at a time; who asks gets the old picture where Postgres does not give a new one.
 */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type * as schema from '../samples/schema.ts';
import { indexConcerns, tableConcerns } from './concerns.ts';
import { type CounterSnapshot, chooseBase, scansPerHour, tableRates, toSnapshot, unusedSinceMs } from './counters.ts';
import {
  type CatalogFacts,
  type IndexRow,
  readCatalogFacts,
  readIndexes,
  readTables,
  type TableRow,
} from './queries.ts';

const TABLES_MAX = 500;
const INDEXES_MAX = 1_000;
const FRESH_MS = 60_000;

interface Look {
  atMs: number;
  facts: CatalogFacts;
  tables: readonly (TableRow & { total: number })[];
  indexes: readonly (IndexRow & { total: number })[];
}

/** Where earlier counters are kept. */
export interface CounterHistory {
  /** Oldest first. */
  list(): readonly CounterSnapshot[];
  add(snapshot: CounterSnapshot): Promise<void>;
}

export interface CatalogWatchOptions {
  database: Pick<Database, 'query'>;
  clock: Clock;
  logger: Logger;
  history: CounterHistory;
  /** Told of each look. */
  onLook?: (atMs: number, tables: readonly TableRow[]) => void;
}

export class CatalogWatch {
  readonly #options: CatalogWatchOptions;
  #latest: Look | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: CatalogWatchOptions) {
    this.#options = options;
  }

  /** Looks now, or waits for the look under way. A look that fails is logged. */
  look(): Promise<void> {
    this.#looking ??= this.#take()
      .catch((error: unknown) => this.#options.logger.warn({ err: toError(error) }, 'the catalog could not be read'))
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async tables(): Promise<schema.TableList> {
    const look = await this.#fresh();
    if (!look) return { at: null, tables: [], left: 0 };
    const { atMs, facts, tables } = look;
    const base = this.#baseOf(atMs);
    return {
      at: new Date(atMs).toISOString(),
      tables: tables.map((row) => toTableView(row, { nowMs: atMs, freezeMaxAge: facts.freezeMaxAge, base })),
      left: Math.max(0, (tables[0]?.total ?? 0) - tables.length),
    };
  }

  async indexes(): Promise<schema.IndexList> {
    const look = await this.#fresh();
    if (!look) return { at: null, indexes: [], left: 0 };
    const { atMs, indexes } = look;
    const base = this.#baseOf(atMs);
    const byTable = groupByTable(indexes);
    const snapshots = this.#options.history.list();
    return {
      at: new Date(atMs).toISOString(),
      indexes: indexes.map((row) =>
        toIndexView(row, { nowMs: atMs, base, snapshots, siblings: byTable.get(row.tableOid) ?? [] }),
      ),
      left: Math.max(0, (indexes[0]?.total ?? 0) - indexes.length),
    };
  }

  async #fresh(): Promise<Look | undefined> {
    if (!this.#latest || this.#options.clock.nowMs() - this.#latest.atMs > FRESH_MS) await this.look();
    return this.#latest;
  }

  #baseOf(atMs: number): CounterSnapshot | undefined {
    return chooseBase(this.#options.history.list(), atMs);
  }

  async #take(): Promise<void> {
    const { clock, database, history, onLook } = this.#options;
    const [facts] = await database.query(readCatalogFacts, []);
    if (!facts) return;
    const tableRows = await database.query(readTables, [TABLES_MAX]);
    const indexRows = await database.query(readIndexes(facts.versionNumber), [INDEXES_MAX]);
    const before = this.#latest;
    const tables = tableRows.map((row) => withKnownSizes(row, before?.tables));
    const indexes = indexRows.map((row) => withKnownDefinition(row, before?.indexes));
    const atMs = clock.nowMs();
    this.#latest = { atMs, facts, tables, indexes };
    await history.add(toSnapshot(atMs, tables, indexes));
    onLook?.(atMs, tables);
  }
}

/** What was measured before is nearer than an estimate, and makes no leap in what it grows by. */
function withKnownSizes<Row extends TableRow>(row: Row, before: readonly TableRow[] | undefined): Row {
  const known = row.isEstimated ? before?.find(({ oid }) => oid === row.oid) : undefined;
  if (!known) return row;
  const { indexBytes, tableBytes, totalBytes } = known;
  return { ...row, indexBytes, tableBytes, totalBytes };
}

function withKnownDefinition<Row extends IndexRow>(row: Row, before: readonly IndexRow[] | undefined): Row {
  if (row.definition !== null) return row;
  return { ...row, definition: before?.find(({ oid }) => oid === row.oid)?.definition ?? null };
}

interface TableViewing {
  nowMs: number;
  freezeMaxAge: number;
  base: CounterSnapshot | undefined;
}

function toTableView(row: TableRow, { base, freezeMaxAge, nowMs }: TableViewing): schema.TableView {
  const rates = tableRates(row, nowMs, base);
  return {
    schema: row.schema,
    name: row.name,
    rows: row.rows < 0 ? row.liveRows : row.rows,
    totalBytes: row.totalBytes,
    tableBytes: row.tableBytes,
    indexBytes: row.indexBytes,
    deadRows: row.deadRows,
    seqScansPerHour: rates?.seqScansPerHour ?? null,
    seqRowsPerScan: rates?.seqRowsPerScan ?? null,
    indexScansPerHour: rates?.indexScansPerHour ?? null,
    writesPerHour: rates?.writesPerHour ?? null,
    hotUpdateShare: rates?.hotUpdateShare ?? null,
    cacheHitShare: rates?.cacheHitShare ?? null,
    growthBytesPerDay: rates?.growthBytesPerDay ?? null,
    lastVacuumAt: row.lastVacuumAt?.toISOString() ?? null,
    lastAnalyzeAt: row.lastAnalyzeAt?.toISOString() ?? null,
    frozenXidAge: row.frozenXidAge,
    concerns: tableConcerns(row, { nowMs, freezeMaxAge, rates }),
  };
}

interface IndexViewing {
  nowMs: number;
  snapshots: readonly CounterSnapshot[];
  base: CounterSnapshot | undefined;
  siblings: readonly IndexRow[];
}

function toIndexView(row: IndexRow, { base, nowMs, siblings, snapshots }: IndexViewing): schema.IndexView {
  return {
    schema: row.schema,
    table: row.table,
    name: row.name,
    definition: row.definition ?? '',
    bytes: row.bytes,
    scansPerHour: scansPerHour(row, nowMs, base),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    isUnique: row.isUnique,
    isValid: row.isValid,
    concerns: indexConcerns(row, { nowMs, siblings, unusedSinceMs: unusedSinceMs(row, snapshots) }),
  };
}

function groupByTable(indexes: readonly IndexRow[]): ReadonlyMap<number, IndexRow[]> {
  const groups = new Map<number, IndexRow[]>();
  for (const index of indexes) {
    const group = groups.get(index.tableOid);
    if (group) group.push(index);
    else groups.set(index.tableOid, [index]);
  }
  return groups;
}
