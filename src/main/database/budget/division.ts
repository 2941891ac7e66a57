/**
 * One division of the budget, as a function of what a beat has read: who is gone, what each gets, and what this process may
 * open from now on. It does no I/O.
 *
 * The promise is that the open connections of all processes together never exceed the budget. It rests on three rules: a
 * row's `allowed` is raised before the process is told, and lowered only after the process has said that it goes by less;
 * a process grows only into what no other row allows, holds or shows in Postgres; one that is silent keeps
 * what it may open for as long as Postgres shows sessions of it.
 */

import type { Member, Report } from './members.ts';
import { type Capacity, findCapacity, type Room, type Sessions, sessionsOf } from './room.ts';
import { divideBudget, keepSteady } from './shares.ts';

export interface DivisionInput {
  report: Report;
  /** Everyone's rows, the own one of the last beat included where there is one. */
  members: readonly Member[];
  room: Room;
  sessions: readonly Sessions[];
  /** Those who have missed their beats. */
  silent: ReadonlySet<string>;
}

export interface Division extends Capacity {
  /** Silent, and without a session in Postgres: their rows go. */
  gone: string[];
  /** Share of each live member. */
  shares: Map<string, number>;
  /** Live members, this one included. */
  members: number;
  /** What this process may open from now on. */
  allowed: number;
}

export function divide({ report, members, room, sessions, silent }: DivisionInput): Division {
  const others = members.filter(({ id }) => id !== report.id);
  const names = new Set([report.applicationName, ...others.map(({ applicationName }) => applicationName)]);
  const capacity = findCapacity(room, sessions, names);
  const shown = (member: Member) => sessionsOf(sessions, member.applicationName);
  const live = others.filter(({ id }) => !silent.has(id));
  // It lives, and cannot say so: what it may open stays its own.
  const lingering = others.filter((one) => silent.has(one.id) && shown(one) > 0);
  const kept = sum(lingering.map((one) => Math.max(shown(one), one.allowed)));
  const budget = Math.max(0, capacity.budget - kept);

  const own = members.find(({ id }) => id === report.id);
  const claims = [...live, { ...report, share: own?.share ?? 0 }];
  const divided = divideBudget(budget, claims);
  const wasDivided = claims.every(({ share }) => share > 0);
  const settled = wasDivided
    ? keepSteady(
        budget,
        claims.map(({ share }) => share),
        divided,
      )
    : divided;
  const shares = new Map(claims.map(({ id }, index) => [id, settled[index] ?? 0]));

  const taken = sum(live.map((one) => Math.max(one.allowed, one.held, shown(one))));
  return {
    ...{ ...capacity, budget },
    gone: others.filter((one) => silent.has(one.id) && shown(one) === 0).map(({ id }) => id),
    shares,
    members: claims.length,
    allowed: allow(report, shares.get(report.id) ?? 0, budget - taken),
  };
}

/** Less at once; more only as far as the others have given back. A process that runs is never below its floor. */
function allow({ inForce, floor }: Report, share: number, free: number): number {
  const next = share <= inForce ? share : Math.max(inForce, Math.min(share, free));
  return Math.max(0, inForce > 0 ? Math.max(next, Math.min(floor, inForce)) : next);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
