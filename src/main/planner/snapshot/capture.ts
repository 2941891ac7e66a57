/**
 * Takes a snapshot of a database: one short transaction that reads catalogs, sizes and statistics, and, for the true ends of what
 * is indexed, two entries of each index and the planner's word for its height. Nothing is written, and nobody is kept waiting.
 */

import * as catalog from './catalog-queries.ts';
import { limitTransaction, type ReadRows, type SnapshotConnection } from './connection.ts';
import { captureRefused } from './errors.ts';
import { gapsOfDatabase, gapsOfRelations } from './gaps.ts';
import { readIndexHeights } from './index-heights.ts';
import { readConstraints, readIndexes } from './index-queries.ts';
import { createLockFreeRead, type LockFreeRead } from './lock-free-read.ts';
import { readObjects } from './objects.ts';
import { probeSettings } from './probe-lots.ts';
import { type Redaction, redactInPlace } from './redaction.ts';
import { assembleIndexes, assembleRelations, type CatalogRows, StatisticsByName } from './relations.ts';
import { searchPathOf } from './search-path.ts';
import type { ObjectName, Snapshot } from './snapshot.ts';
import { readStatistics, readStatisticsWithRanges } from './statistics-queries.ts';
import { readTrueEnds, type TrueEndsOptions } from './true-ends.ts';

export interface CaptureOptions {
  /** All but Postgres's own when left out. */
  schemas?: readonly string[];
  /** Whose settings count: the role that the application logs in as. Those of the capture's own session when left out. */
  role?: string;
  /** How long each lock is waited for. */
  lockTimeoutMs?: number;
  /** How long one statement of the capture may take. */
  statementTimeoutMs?: number;
  /** How long the true ends of indexed columns and indexes' heights may take, all in all; 0 for not at all. */
  trueEndsMs?: number;
  redaction?: Redaction;
  signal?: AbortSignal;
}

const MAX_TABLES = 10_000;
/** The driver reads an answer in one go, and statistics are the most of it: some milliseconds. */
const TABLES_AT_ONCE = 15;
const WITH_RANGES = 170_000;
const DEFAULTS = { lockTimeoutMs: 200, statementTimeoutMs: 10_000, trueEndsMs: 5_000 };

/**
 * What a role may not see is a gap of the snapshot, never an error.
 *
 * @throws AppError snapshot_refused where the server is none that can be read, or the database's own refusals
 */
export async function captureSnapshot(connection: SnapshotConnection, options: CaptureOptions = {}): Promise<Snapshot> {
  const snapshot = await connection.read((query) => captureInside(query, options));
  if (options.redaction) await redactInPlace(snapshot, options.redaction);
  return snapshot;
}

async function captureInside(read: ReadRows, options: CaptureOptions): Promise<Snapshot> {
  const { lockTimeoutMs, statementTimeoutMs, trueEndsMs } = { ...DEFAULTS, ...options };
  const query: ReadRows = async (statement, params) => {
    options.signal?.throwIfAborted();
    return read(statement, params);
  };
  // Before anything is set: what the session has is what is asked for.
  const [facts] = await query(catalog.readFacts, [options.role ?? null]);
  if (!facts || facts.versionNumber < 140_000) throw captureRefused(facts?.version ?? 'unknown');
  await limitTransaction(query, { lockTimeoutMs, statementTimeoutMs });
  const schemas = options.schemas ?? null;
  const lockFree = createLockFreeRead(query);
  const rows = await readCatalog(query, lockFree, { schemas, facts });
  const { gaps, objects } = await readObjects(query, lockFree, schemas);
  const snapshot: Snapshot = {
    format: 1,
    takenAt: facts.takenAt.toISOString(),
    database: facts.database,
    server: { versionNumber: facts.versionNumber, version: facts.version },
    settings: Object.fromEntries(Object.entries(facts.settings).sort(([a], [b]) => (a < b ? -1 : 1))),
    locale: { collate: facts.collate, ctype: facts.ctype, provider: facts.provider, encoding: facts.encoding },
    searchPath: searchPathOf(facts, options.role),
    extensions: facts.extensions,
    schemas: [...new Set([...rows.relations, ...objects].map(({ schema }) => schema))].sort(),
    objects,
    relations: await assembleRelations(rows),
    indexes: await assembleIndexes(rows),
    countedSince: facts.countedSince?.toISOString() ?? null,
    gaps: [...gapsOfDatabase(facts, rows.relations.length === MAX_TABLES), ...gapsOfRelations(rows), ...gaps],
  };
  if (trueEndsMs > 0) await askIndexes(query, { snapshot, rows, endAtMs: performance.now() + trueEndsMs });
  return snapshot;
}

/** What no catalog has. */
async function askIndexes(query: ReadRows, { endAtMs, rows, snapshot }: TrueEndsOptions): Promise<void> {
  await query(probeSettings, []);
  await readTrueEnds(query, { snapshot, rows, endAtMs });
  const tables = new Map(rows.relations.map((row) => [JSON.stringify([row.schema, row.name]), row]));
  const isSeen = (schema: string, name: string) => {
    const row = tables.get(JSON.stringify([schema, name]));
    const isStored = row?.kind === 'r' || row?.kind === 'm';
    return isStored && row.isReadable && !row.isBlocked && !row.isRowSecurityActive;
  };
  await readIndexHeights(query, { snapshot, isSeen, endAtMs });
}

async function readCatalog(
  query: ReadRows,
  lockFree: LockFreeRead,
  { facts, schemas }: { facts: catalog.FactsRow; schemas: readonly string[] | null },
): Promise<CatalogRows> {
  const relations = await lockFree((blocked, isCareful) =>
    query(catalog.readRelations, [schemas, blocked, isCareful, MAX_TABLES]),
  );
  const tables = relations.map(({ oid }) => oid);
  const columns = await lockFree((blocked, isCareful) => query(catalog.readColumns, [tables, blocked, isCareful]));
  const constraints = await lockFree((blocked, isCareful) => query(readConstraints, [tables, blocked, isCareful]));
  const indexes = await lockFree((blocked, isCareful) => query(readIndexes, [tables, blocked, isCareful]));
  const withStatistics = [...relations, ...indexes.filter(({ keys }) => keys.some(({ expression }) => expression))];
  const statistics = await readAllStatistics(query, withStatistics, facts.versionNumber >= WITH_RANGES);
  return { relations, columns, constraints, indexes, statistics, blockSizeBytes: facts.blockSizeBytes };
}

/** In lots: all at once would hold the event loop, and of ten thousand tables take longer than one statement may. */
async function readAllStatistics(
  query: ReadRows,
  relations: readonly ObjectName[],
  hasRanges: boolean,
): Promise<StatisticsByName> {
  const schemas = [...new Set(relations.map(({ schema }) => schema))];
  const names = [...new Set(relations.map(({ name }) => name))];
  const statistics = new StatisticsByName();
  for (let at = 0; at < names.length; at += TABLES_AT_ONCE) {
    const lot = names.slice(at, at + TABLES_AT_ONCE);
    statistics.add(await query(hasRanges ? readStatisticsWithRanges : readStatistics, [schemas, lot]));
  }
  return statistics;
}
