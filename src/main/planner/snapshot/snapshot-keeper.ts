/**
 * Keeps a snapshot an hour, and one more when the schema changed, a table was analysed or has grown or shrunk by a fifth: whoever
 * asks later why a plan flipped finds a snapshot from before and one from after. Of several servers one takes it.
 */

import type { Database } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import { type CaptureOptions, captureSnapshot } from './capture.ts';
import { connectionOfPool } from './connection.ts';
import { type Redaction, SENSITIVE_COLUMNS } from './redaction.ts';
import type { Snapshot } from './snapshot.ts';
import type { KeepLimits, SnapshotStore, StoredSnapshot } from './snapshot-store.ts';
import { claimTurn, type Drift, giveTurnBack, readDrift, readTurn } from './store-queries.ts';

export interface SnapshotKeeperParts {
  database: Database;
  store: SnapshotStore;
  clock: Clock;
  logger: Logger;
  limits: KeepLimits;
  /** `SENSITIVE_COLUMNS` are hashed when left out. */
  redaction?: Redaction;
  /** For tests. */
  lookEveryMs?: number;
  /** Told of each snapshot that this process has kept. */
  onKept?: (snapshot: Snapshot, stored: StoredSnapshot) => void;
}

export interface SnapshotKeeper {
  readonly service: Service & { runOnce(): Promise<void> };
  /** Takes one now, whoever's turn it is. */
  take(reason: string): Promise<{ snapshot: Snapshot; stored: StoredSnapshot }>;
}

const LOOK_EVERY_MS = 60_000;
const HOUR_MINUTES = 60;
/** Between two, however much changes. */
const LEAST_MINUTES = 15;
/** After one that came to nothing. */
const AGAIN_MINUTES = 5;
/** Tables with fewer rows change by a fifth with every breath. */
const LEAST_ROWS = 10_000;
const DRIFT = 0.2;
/** A server that has just started has other things to do. */
const SETTLING_MS = 5_000;

export function createSnapshotKeeper(parts: SnapshotKeeperParts): SnapshotKeeper {
  const { clock, database, limits, store } = parts;
  const redaction = parts.redaction ?? { hash: SENSITIVE_COLUMNS };
  let startedAtMs = Number.NEGATIVE_INFINITY;

  const take = async (reason: string, options: CaptureOptions = {}) => {
    const snapshot = await captureSnapshot(connectionOfPool(database), { redaction, ...options });
    const stored = await store.save(snapshot, reason);
    parts.onKept?.(snapshot, stored);
    return { snapshot, stored };
  };

  const look = async (signal: AbortSignal): Promise<void> => {
    if (clock.monotonicMs() - startedAtMs < SETTLING_MS) return;
    const reason = await findReason(database);
    if (reason === undefined) return;
    try {
      await take(reason, { signal });
    } catch (error) {
      await database.execute(giveTurnBack, [AGAIN_MINUTES]).catch(() => undefined);
      throw error;
    }
    await store.prune(new Date(clock.nowMs()), limits);
  };

  const { start, ...service } = createPeriodicService({
    name: 'planner snapshots',
    intervalMs: parts.lookEveryMs ?? LOOK_EVERY_MS,
    run: look,
    logger: parts.logger,
  });
  const startLater = () => {
    startedAtMs = clock.monotonicMs();
    return start();
  };
  return { service: { ...service, start: startLater }, take: (reason) => take(reason) };
}

/** Why a snapshot is to be taken now, and by this process; undefined where it is not. */
async function findReason(database: Database): Promise<string | undefined> {
  const [[row], [turn]] = [await database.query(readDrift, [LEAST_ROWS]), await database.query(readTurn, [])];
  if (!row) return undefined;
  const claim = async (minutes: number) =>
    (await database.query(claimTurn, [minutes, JSON.stringify(row.drift)]))[0]?.isOurs ?? false;
  const drift = turn?.seen ? driftBetween(turn.seen, row.drift) : undefined;
  if (drift !== undefined) return (await claim(LEAST_MINUTES)) ? drift : undefined;
  return (await claim(HOUR_MINUTES)) ? 'Taken by the hour.' : undefined;
}

/** What changed enough to be worth a snapshot, as a sentence. */
export function driftBetween(before: Drift, now: Drift): string | undefined {
  if (before.schemaDigest !== now.schemaDigest) return 'Taken because the schema changed.';
  if ((before.analyzedAt ?? '') < (now.analyzedAt ?? '')) return 'Taken because a large table was analysed.';
  const earlier = new Map(before.tables.map(({ oid, rows }) => [oid, rows]));
  const hasDrifted = now.tables.some(({ oid, rows }) => {
    const rowsBefore = earlier.get(oid) ?? LEAST_ROWS;
    return Math.abs(rows - rowsBefore) > DRIFT * rowsBefore;
  });
  return hasDrifted ? 'Taken because a table has grown or shrunk by a fifth.' : undefined;
}
