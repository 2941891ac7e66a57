/**
 * Snapshots in Postgres: their parts by digest, each compressed and kept once; all of two days, then one a day, within a bound of
 * bytes.
 */

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Database, Transaction } from '../../database/index.ts';
import { mapInTurns } from '../../foundation/turns.ts';
import { snapshotNotFound } from '../errors.ts';
import type { Snapshot } from './snapshot.ts';
import { cutSnapshot, joinSnapshot } from './snapshot-parts.ts';
import * as queries from './store-queries.ts';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
const SAVE_DEADLINE_MS = 30_000;
const MAX_LISTED = 1_000;
const ALL_KEPT_MS = 48 * 3_600_000;

/** As a list shows it. */
export interface StoredSnapshot {
  id: string;
  /** ISO 8601. */
  takenAt: string;
  /** A sentence. */
  reason: string;
  serverVersion: string;
  relations: number;
  indexes: number;
  gaps: number;
  /** What it added to what was there. */
  storedBytes: number;
}

export interface KeepLimits {
  keepMs: number;
  maxBytes: number;
}

export interface SnapshotStore {
  save(snapshot: Snapshot, reason: string): Promise<StoredSnapshot>;
  /** Newest first. */
  list(limit?: number): Promise<StoredSnapshot[]>;
  /** @throws AppError snapshot_not_found */
  read(id: string): Promise<Snapshot>;
  /** The newest at that moment or before it; undefined where none is kept. */
  readAt(at: Date): Promise<Snapshot | undefined>;
  /** Deletes what is older than `keepMs`, more than one of a day that is over for two days, or too much. */
  prune(now: Date, limits: KeepLimits): Promise<void>;
}

/** What of a database it needs. */
export type StoreDatabase = Pick<Database, 'query' | 'execute' | 'transaction'>;

export function createSnapshotStore(database: StoreDatabase): SnapshotStore {
  const readParts = async (digests: readonly Buffer[]): Promise<Snapshot> => {
    const rows = await database.query(queries.readParts, [digests]);
    const texts = new Map<string, string>();
    for (const { content, digest } of rows) {
      texts.set(digest.toString('hex'), (await gunzipAsync(content)).toString('utf8'));
    }
    const parts = await mapInTurns(digests, (digest) => {
      const text = texts.get(digest.toString('hex'));
      // A part goes with the last snapshot that has it: this one was deleted while it was read.
      if (text === undefined) throw snapshotNotFound();
      return JSON.parse(text) as unknown;
    });
    return joinSnapshot(parts);
  };
  return {
    save: (snapshot, reason) => saveSnapshot(database, snapshot, reason),
    async list(limit = MAX_LISTED) {
      return (await database.query(queries.listSnapshots, [limit])).map(toStored);
    },
    async read(id) {
      const [found] = /^\d{1,18}$/.test(id) ? await database.query(queries.findSnapshot, [id]) : [];
      if (!found) throw snapshotNotFound();
      return readParts(found.parts);
    },
    async readAt(at) {
      const [found] = await database.query(queries.findSnapshotAt, [at]);
      return found && readParts(found.parts);
    },
    async prune(now, { keepMs, maxBytes }) {
      const [keepFrom, allFrom] = [new Date(now.getTime() - keepMs), new Date(now.getTime() - ALL_KEPT_MS)];
      const name = 'planner.pruneSnapshots';
      await database.transaction({ lane: 'background', deadlineMs: SAVE_DEADLINE_MS, name }, async (transaction) => {
        await transaction.query(queries.lockSnapshots, []);
        await transaction.execute(queries.deleteOldSnapshots, [keepFrom, allFrom]);
        await transaction.execute(queries.deleteSurplusSnapshots, [maxBytes]);
        await transaction.execute(queries.deleteUnusedParts, []);
      });
    },
  };
}

interface Part {
  key: string;
  digest: Buffer;
  text: string;
}

async function saveSnapshot(database: StoreDatabase, snapshot: Snapshot, reason: string): Promise<StoredSnapshot> {
  const parts = await mapInTurns(cutSnapshot(snapshot), (part): Part => {
    const text = JSON.stringify(part);
    const digest = createHash('sha256').update(text).digest();
    return { key: digest.toString('hex'), digest, text };
  });
  for (;;) {
    const stored = await trySave(database, { snapshot, reason, parts });
    if (stored) return stored;
  }
}

/** Undefined where a part that was there has gone meanwhile, with the last snapshot that had it. */
async function trySave(
  database: StoreDatabase,
  { parts, reason, snapshot }: { snapshot: Snapshot; reason: string; parts: readonly Part[] },
): Promise<StoredSnapshot | undefined> {
  const digests = parts.map(({ digest }) => digest);
  const known = await findKnown((statement, params) => database.query(statement, params), digests);
  // Compressed before the transaction: a connection is not held for it.
  const fresh = new Map<string, { digest: Buffer; content: Buffer }>();
  for (const { digest, key, text } of parts) {
    if (!known.has(key) && !fresh.has(key)) fresh.set(key, { digest, content: await gzipAsync(text) });
  }
  const storedBytes = [...fresh.values()].reduce((sum, { content }) => sum + content.length, 0);
  const { server, takenAt } = snapshot;
  const [relations, indexes, gaps] = [snapshot.relations.length, snapshot.indexes.length, snapshot.gaps.length];
  const name = 'planner.saveSnapshot';
  return database.transaction({ lane: 'background', deadlineMs: SAVE_DEADLINE_MS, name }, async (transaction) => {
    await transaction.query(queries.lockSnapshots, []);
    const still = await findKnown(transaction.query, digests);
    if ([...known].some((key) => !still.has(key))) return undefined;
    for (const { content, digest } of fresh.values()) await transaction.execute(queries.savePart, [digest, content]);
    const [row] = await transaction.query(queries.saveSnapshot, [
      ...([takenAt, reason, server.version, relations, indexes, gaps, storedBytes, digests] as const),
    ]);
    return {
      id: String(row?.id),
      takenAt,
      reason,
      serverVersion: server.version,
      relations,
      indexes,
      gaps,
      storedBytes,
    };
  });
}

async function findKnown(query: Transaction['query'], digests: readonly Buffer[]): Promise<Set<string>> {
  return new Set((await query(queries.readKnownParts, [digests])).map(({ digest }) => digest.toString('hex')));
}

function toStored(row: queries.SnapshotRow): StoredSnapshot {
  return { ...row, id: String(row.id), takenAt: row.takenAt.toISOString(), storedBytes: Number(row.storedBytes) };
}
