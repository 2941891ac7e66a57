/**
 * At the start: what this deployment can want, against what there is. One sentence for the operator, and the word whether
 * a server can work at all. Pure; `examine` asks the database.
 */

import { AppError } from '../../foundation/errors.ts';
import { defaultLanes, type Lanes, MIN_CONNECTIONS } from '../lane.ts';
import type { Member } from './members.ts';
import { type Capacity, findCapacity, type Room, type Sessions, sessionsOf } from './room.ts';
import { largestEqualMost } from './shares.ts';
import { countOf, describeCompany, nameLimit, POOLER_BETWEEN } from './words.ts';

export interface CapacityInput {
  /** AQUIFER_POOL_MAX of the process that asks; left out where it only looks and others run. */
  poolMax: number | undefined;
  /** False where AQUIFER_SHARED_BUDGET is: then nobody gives way for it. */
  isShared: boolean;
  members: readonly Member[];
  room: Room;
  sessions: readonly Sessions[];
}

export interface CapacityVerdict {
  /** `tight`: all together can want more than there is. `unknown`: a pooler hides it. */
  status: 'fits' | 'tight' | 'impossible' | 'unknown';
  sentence: string;
  /** What is left for the process that asks when all others are down to what their lanes are promised. */
  left: number;
  /** The pool size at which all together would fit. */
  fair: number;
}

/** One for each lane, and one for a migration or a look from outside. */
export const LEAST_FOR_A_SERVER = MIN_CONNECTIONS + 1;

export const hiddenByPooler: CapacityVerdict = {
  status: 'unknown',
  sentence: POOLER_BETWEEN,
  left: Number.MAX_SAFE_INTEGER,
  fair: Number.MAX_SAFE_INTEGER,
};

export function judgeCapacity({ poolMax, isShared, members, room, sessions }: CapacityInput): CapacityVerdict {
  const alive = members.filter((one) => isAlive(one, sessions));
  const names = new Set(alive.map(({ applicationName }) => applicationName));
  const capacity = findCapacity(room, sessions, names);
  const wants = alive.map(({ want }) => want);
  if (poolMax !== undefined) wants.push(poolMax);
  const want = sum(wants);
  const kept = sum(alive.map(({ floor, held, allowed }) => (isShared ? floor : Math.max(held, allowed))));
  const left = capacity.budget - kept;
  const fair = largestEqualMost(capacity.budget, wants);
  const facts = { capacity, fair, want, kept, left, isShared, servers: wants.length };
  const numbers = { left, fair };
  if (poolMax !== undefined && left < LEAST_FOR_A_SERVER)
    return { status: 'impossible', sentence: sayNoRoom(facts), ...numbers };
  if (want > capacity.budget) return { status: 'tight', sentence: sayTight(facts), ...numbers };
  return { status: 'fits', sentence: `This deployment can want ${want} of ${sayMost(capacity)}.`, ...numbers };
}

/** The largest pool whose lanes' promises fit into what is left, and take no more than a fair part of what there is. */
export function fittingPool(poolMax: number, { left, fair }: Pick<CapacityVerdict, 'left' | 'fair'>): number {
  let size = Math.min(poolMax, Math.max(MIN_CONNECTIONS, fair));
  while (size > MIN_CONNECTIONS && promisedBy(defaultLanes(size)) > left) size -= 1;
  return size;
}

/** What lanes are promised together: no process is given less. */
export function promisedBy(lanes: Lanes): number {
  return sum(Object.values(lanes).map(({ guaranteed }) => guaranteed));
}

/** @throws AppError database_full, where a server cannot work */
export function refuseWhereImpossible({ status, sentence }: CapacityVerdict): void {
  if (status === 'impossible') throw new AppError('overloaded', 'database_full', sentence);
}

/** A process that ended without a word has no session left, long before its row is taken for gone. */
export function isAlive(member: Member, sessions: readonly Sessions[]): boolean {
  return member.silentMs < member.beatMs || sessionsOf(sessions, member.applicationName) > 0;
}

interface Facts {
  capacity: Capacity;
  fair: number;
  want: number;
  kept: number;
  left: number;
  servers: number;
  isShared: boolean;
}

function sayTight({ capacity, fair, want, servers, isShared }: Facts): string {
  const advice =
    fair >= MIN_CONNECTIONS
      ? `lower AQUIFER_POOL_MAX to ${fair}`
      : `run ${countOf(Math.floor(capacity.budget / MIN_CONNECTIONS), 'server')} at the most, or raise ${nameLimit(capacity.limit)}`;
  const meanwhile = isShared ? ' Until then they share what there is by demand.' : '';
  return `This deployment can want ${want} of ${sayMost(capacity)}; ${advice} (${describeCompany(servers, capacity)}).${meanwhile}`;
}

function sayNoRoom({ capacity, fair, kept, left, servers }: Facts): string {
  const holders = [
    ...(capacity.others > 0 ? [`other programs hold ${capacity.others}`] : []),
    ...(servers > 1 ? [`${countOf(servers - 1, 'other server')} keep${servers === 2 ? 's' : ''} ${kept}`] : []),
  ];
  const advice = servers > 1 && fair >= MIN_CONNECTIONS ? `lower AQUIFER_POOL_MAX to ${fair} on all servers` : '';
  const remedies = [
    ...(advice ? [advice] : []),
    ...(capacity.others > 0 ? ['close other programs’ connections'] : []),
    `raise ${nameLimit(capacity.limit)}`,
  ];
  const because = holders.length > 0 ? ` (${holders.join(', ')})` : '';
  return `The database has ${countOf(Math.max(0, left), 'connection')} of ${capacity.most} left for this server${because}, and a server needs ${LEAST_FOR_A_SERVER}: ${remedies.join(', or ')}.`;
}

function sayMost({ most, limit }: Capacity): string {
  return limit === 'server' ? `${most} connections` : `the ${most} connections that ${nameLimit(limit)} allows`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
