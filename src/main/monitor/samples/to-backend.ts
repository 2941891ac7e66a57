/** From a row of `pg_stat_activity` to a Backend: constants are taken out of its text, and the ledger says what it is to us. */

import { fingerprintOf, type Lease, shapeOf } from '../../database/index.ts';
import type { Backend } from './backend.ts';
import type { ActivityRow } from './queries.ts';

/** What Postgres shows in place of a text to whom it may not be shown. */
const HIDDEN = '<insufficient privilege>';

export interface Surroundings {
  leases: ReadonlyMap<number, Lease>;
  blockers: ReadonlyMap<number, readonly number[]>;
}

export function isHidden(row: ActivityRow): boolean {
  return row.query === HIDDEN;
}

export function toBackend(row: ActivityRow, { leases, blockers }: Surroundings): Backend {
  // Other people's texts, each with its own constants, must not push the pool's own out of the fingerprints' memory.
  const query = row.query === null || isHidden(row) ? '' : shapeOf(row.query);
  const lease = leases.get(row.pid);
  return {
    ...row,
    backendType: row.backendType ?? 'unknown',
    applicationName: row.applicationName ?? '',
    backendStart: row.backendStart ?? '',
    query,
    statement: lease?.statement ?? (query === '' ? '' : fingerprintOf(query).name),
    blockedBy: blockers.get(row.pid) ?? [],
    lease,
  };
}
