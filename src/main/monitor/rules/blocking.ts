/**
 * Who stands in whose way, and how much that hurts. The weight of a session is that of everybody who waits for it, directly
 * or behind another who does: each counts its lane's weight times the seconds it has been waiting.
 */

import type { Backend } from '../samples/backend.ts';
import { lockWeightOf } from '../samples/lock-weight.ts';

export interface Blocking {
  readonly weight: number;
  readonly victims: number;
  /** The lanes of those victims that are ours. */
  readonly lanes: ReadonlySet<string>;
}

/** A prepared transaction: Postgres tells that it stands in the way, and nothing else of it. */
export const PREPARED_TRANSACTION = 0;

/** By pid, for those alone who stand in somebody's way. Parallel workers count as the session they work for. */
export function findBlocking(backends: readonly Backend[]): Map<number, Blocking> {
  const leaders = new Map(backends.map(({ pid, leaderPid }) => [pid, leaderPid ?? pid]));
  const leaderOf = (pid: number) => leaders.get(pid) ?? pid;
  const waiters = new Map<number, Set<Backend>>();
  const byPid = new Map(backends.map((backend) => [backend.pid, backend]));
  for (const backend of backends) {
    const waiter = byPid.get(leaderOf(backend.pid)) ?? backend;
    for (const blocker of backend.blockedBy.map(leaderOf)) {
      if (blocker === waiter.pid) continue;
      const waiting = waiters.get(blocker) ?? new Set();
      waiters.set(blocker, waiting.add(waiter));
    }
  }
  return new Map([...waiters.keys()].map((pid) => [pid, weigh(pid, waiters)]));
}

/** Everyone is counted once, also where the locks form a circle. */
function weigh(root: number, waiters: ReadonlyMap<number, ReadonlySet<Backend>>): Blocking {
  const victims = new Map<number, Backend>();
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const victim of waiters.get(pid) ?? []) {
      if (victim.pid === root || victims.has(victim.pid)) continue;
      victims.set(victim.pid, victim);
      open.push(victim.pid);
    }
  }
  let weight = 0;
  const lanes = new Set<string>();
  for (const victim of victims.values()) {
    const lane = victim.lease?.admitted.lane;
    if (lane !== undefined) lanes.add(lane);
    weight += lockWeightOf(victim);
  }
  return { weight, victims: victims.size, lanes };
}
