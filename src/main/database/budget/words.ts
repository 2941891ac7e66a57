/** The sentences about the budget, for the log, `aquifer doctor` and the operator; the same everywhere. */

import type { Division } from './division.ts';
import type { Capacity, LimitName } from './room.ts';

const limitWords: Record<LimitName, string> = {
  server: 'max_connections',
  role: 'the CONNECTION LIMIT of its role',
  database: 'the CONNECTION LIMIT of its database',
};

export function nameLimit(limit: LimitName): string {
  return limitWords[limit];
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "2 servers; other programs hold 12". */
export function describeCompany(servers: number, { others }: Capacity): string {
  return `${countOf(servers, 'server')}; other programs hold ${others === 0 ? 'none' : others}`;
}

/** Why the share of this process is another than before. */
export function describeShift(division: Division, last: Division | undefined): string {
  const parts = `${countOf(division.members, 'server')} ${division.members === 1 ? 'has' : 'share'} ${division.budget} connections`;
  if (last && division.members > last.members) return `Another server has joined: ${parts}.`;
  if (last && division.members < last.members) return `A server has gone: ${parts}.`;
  if (last && division.budget !== last.budget)
    return `Other programs hold ${division.others} connections now: ${parts}.`;
  return `${parts}, divided by demand.`;
}

export const NOT_SHARED =
  'The budget is not shared with other servers: the table aquifer_database.member cannot be used. This server goes by AQUIFER_POOL_MAX alone.';
export const POOLER_BETWEEN =
  'A pooler such as PgBouncer stands before the database: how many connections it opens, and who else uses them, is not known from here. Its pool should be as large as the AQUIFER_POOL_MAX of all servers together.';
export const OUT_OF_REACH =
  'Postgres has not answered for several beats: until it does, this server opens no more than its lanes are promised.';

export function keepsShare(share: number): string {
  return `The table of the budget cannot be used: this server keeps its share of ${countOf(share, 'connection')} and does not grow.`;
}
