/** Whether now is a moment to work on an index: not while users are hurt, and not where the disk has no room for it. */

import { diskHasNoRoom, usersAreHurt } from '../errors.ts';

export interface Circumstances {
  /** A sentence where something is wrong at present; null in calm. */
  trouble: () => string | null;
  /** Of the disk that Postgres is on; null where it cannot be seen from here. */
  diskSpace: () => { freeBytes: number; totalBytes: number } | null;
}

/** The index itself, and what sorting its entries writes beside it. */
const BUILD_FACTOR = 2.2;
/** What stays free: so much, or so much of a small disk. */
const RESERVE_BYTES = 2 ** 30;
const RESERVE_SHARE = 0.05;

/**
 * @param buildBytes what the index takes; 0 where one is dropped
 * @throws AppError users_are_hurt, disk_has_no_room
 */
export function checkCircumstances({ diskSpace, trouble }: Circumstances, buildBytes: number): void {
  const reason = trouble();
  if (reason !== null) throw usersAreHurt(reason);
  const space = diskSpace();
  if (space === null || buildBytes <= 0) return;
  const reserve = Math.min(RESERVE_BYTES, space.totalBytes * RESERVE_SHARE);
  const needed = buildBytes * BUILD_FACTOR;
  if (space.freeBytes - needed >= reserve) return;
  throw diskHasNoRoom(
    `Building it takes about ${tellBytes(needed)} on the disk, with what is written while it is sorted; ` +
      `${tellBytes(space.freeBytes)} are free, and ${tellBytes(reserve)} of them are to stay so.`,
  );
}

function tellBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
