// Which two snapshots one probably means: those around a moment that is asked about, or the oldest of the last day and the newest.
import type { SnapshotView } from '../../../client/index.ts';

const DAY_MS = 86_400_000;

export interface SnapshotSpan {
  readonly from: string;
  readonly to: string;
}

/**
 * @param snapshots newest first, at least one
 * @param at an ISO instant at which something became slow; null where there is none
 */
export function spanAround(snapshots: readonly SnapshotView[], at: string | null): SnapshotSpan {
  const newest = snapshots[0];
  if (!newest) return { from: '', to: '' };
  const atMs = at === null ? Number.NaN : Date.parse(at);
  if (!Number.isNaN(atMs)) {
    // Two that differ, also where the moment is outside of what is stored.
    const first = snapshots.findIndex(({ takenAt }) => Date.parse(takenAt) < atMs);
    const before = Math.max(1, first === -1 ? snapshots.length - 1 : first);
    return { from: (snapshots[before] ?? newest).id, to: (snapshots[before - 1] ?? newest).id };
  }
  const sinceMs = Date.parse(newest.takenAt) - DAY_MS;
  const oldest = snapshots.findLast(({ takenAt }) => Date.parse(takenAt) >= sinceMs && takenAt !== newest.takenAt);
  return { from: (oldest ?? snapshots[1] ?? newest).id, to: newest.id };
}

export interface SnapshotsSearch {
  /** A statement whose plan changed, by its name. */
  readonly statement?: string;
  /** About when it did, as an ISO instant. */
  readonly at?: string;
}

/** Reads an address; what is no text is left out. */
export function readSnapshotsSearch(search: Record<string, unknown>): SnapshotsSearch {
  return {
    ...(typeof search.statement === 'string' && search.statement !== '' ? { statement: search.statement } : {}),
    ...(typeof search.at === 'string' && search.at !== '' ? { at: search.at } : {}),
  };
}
