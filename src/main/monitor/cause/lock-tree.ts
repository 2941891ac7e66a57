/**
 * Who stands in whose way: from who waits to whom he waits for, until somebody who waits for nobody. Parallel workers count
 * as their leader, pid 0 is a prepared transaction, and whoever stands in the queue in front of others (a DDL that waits
 * itself) stands in their way as well. A circle, which Postgres breaks after a second, is cut where it began first.
 */

import type { Backend } from '../samples/backend.ts';
import { lockWeightOf } from '../samples/lock-weight.ts';
import type { LockNode } from './schema.ts';

export interface LockTree {
  root: LockNode;
  /** Nothing for a prepared transaction, or who has gone since. */
  holder: Backend | undefined;
  /** The sum over all victims of their lane's weight times the seconds they wait. */
  weight: number;
  victims: number;
  /** Of the victims, how many are ours. */
  ownVictims: number;
  /** A DDL that waits itself, with others behind it. */
  queuedDdl: Backend | undefined;
}

const DDL =
  /^(alter|drop|truncate|cluster|reindex|lock|comment|refresh|vacuum full|vacuum \([^)]*full|create (unique )?index|create (or replace )?(trigger|rule|policy))\b/;

/** All trees, the heaviest first. */
export function buildLockTrees(backends: readonly Backend[]): LockTree[] {
  const graph = new LockGraph(backends);
  return graph
    .roots()
    .map((pid) => graph.treeOf(pid))
    .sort((a, b) => b.weight - a.weight);
}

class LockGraph {
  readonly #byPid = new Map<number, Backend>();
  readonly #blockersOf = new Map<number, Set<number>>();
  readonly #victimsOf = new Map<number, Set<number>>();

  constructor(backends: readonly Backend[]) {
    for (const backend of backends) this.#byPid.set(backend.pid, backend);
    for (const { blockedBy, pid } of backends) {
      const waiter = this.#leaderOf(pid);
      for (const each of blockedBy) {
        const blocker = this.#leaderOf(each);
        if (blocker === waiter) continue;
        setOf(this.#blockersOf, waiter).add(blocker);
        setOf(this.#victimsOf, blocker).add(waiter);
      }
    }
  }

  roots(): number[] {
    const roots = [...this.#victimsOf.keys()].filter((pid) => !this.#blockersOf.has(pid));
    const reached = new Set<number>();
    for (const pid of roots) this.#reach(pid, reached);
    // Whoever is left stands in a circle, or behind one.
    const oldestFirst = [...this.#victimsOf.keys()].sort((a, b) => this.#ageMs(b) - this.#ageMs(a));
    for (const pid of oldestFirst) {
      if (reached.has(pid)) continue;
      roots.push(pid);
      this.#reach(pid, reached);
    }
    return roots;
  }

  treeOf(pid: number): LockTree {
    const placed = new Set<number>();
    const root = this.#nodeOf(pid, placed, false);
    const victims = [...placed].filter((each) => each !== pid).map((each) => this.#byPid.get(each));
    const isQueuedDdl = (backend: Backend | undefined) =>
      backend !== undefined && DDL.test(backend.query) && this.#victimsOf.has(backend.pid);
    return {
      root,
      holder: this.#byPid.get(pid),
      weight: victims.reduce((sum, victim) => sum + (victim ? lockWeightOf(victim) : 0), 0),
      victims: victims.length,
      ownVictims: victims.filter((victim) => victim?.lease !== undefined).length,
      queuedDdl: victims.find(isQueuedDdl),
    };
  }

  #nodeOf(pid: number, placed: Set<number>, waits: boolean): LockNode {
    placed.add(pid);
    const backend = this.#byPid.get(pid);
    const victims: LockNode[] = [];
    // Straight victims first, so that who waits for two of a chain stands as near to the root as may be.
    const fresh = [...(this.#victimsOf.get(pid) ?? [])].filter((victim) => !placed.has(victim));
    for (const victim of fresh) placed.add(victim);
    for (const victim of fresh) victims.push(this.#nodeOf(victim, placed, true));
    return {
      pid,
      statement: backend?.statement ?? '',
      state: pid === 0 ? 'prepared transaction' : (backend?.state ?? backend?.backendType ?? 'unknown'),
      waitsForMs: waits ? Math.round(backend?.queryMs ?? 0) : 0,
      isOurs: backend?.lease !== undefined,
      route: backend?.lease?.origin?.route ?? null,
      victims,
    };
  }

  #reach(pid: number, reached: Set<number>): void {
    const open = [pid];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...(this.#victimsOf.get(next) ?? []));
    }
  }

  #leaderOf(pid: number): number {
    return this.#byPid.get(pid)?.leaderPid ?? pid;
  }

  #ageMs(pid: number): number {
    return this.#byPid.get(pid)?.transactionMs ?? 0;
  }
}

function setOf(map: Map<number, Set<number>>, key: number): Set<number> {
  let set = map.get(key);
  if (!set) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}
