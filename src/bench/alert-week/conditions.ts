/**
 * What bears on the service at one moment: how many people come, what else runs, what is broken. Normal events and planted
 * incidents change these; what is measured follows from them, and from nothing else.
 */

/** A session that runs or waits, as `pg_stat_activity` would show it. */
export interface SimulatedSession {
  readonly application: string;
  readonly statement: string;
  readonly state: 'active' | 'idle' | 'idle in transaction';
  /** Null where it is another program's. */
  readonly lane: string | null;
  readonly sinceMs: number;
  /** Whose lock it waits for: the index of another session. */
  readonly blockedBy?: number;
}

export interface Conditions {
  /** Times the usual number of people at this hour. */
  traffic: number;
  /** Part of both cores that others take. */
  cpu: number;
  /** Connections of the pool that nobody who works has: batch jobs, leaks. */
  heldInBulk: number;
  heldByUsers: number;
  /** Statements that take so many times as long, by name. */
  readonly slower: Map<string, number>;
  /** All of them: cold caches. */
  cold: number;
  /** Part of the requests that fail for reasons of their own. */
  failing: number;
  /** Part of the log-ins that fail, beside the mistyped. */
  logInsFailing: number;
  /** Log-ins with wrong passwords that come from elsewhere, a second. */
  attacks: number;
  otherConnections: number;
  lockWaiters: number;
  /** The replica falls behind by so many seconds each second; it catches up where it is below zero. */
  replicaFalls: number;
  /** Gigabytes an hour. */
  diskFillsPerHour: number;
  /** Gigabytes that are in the way for now. */
  diskHeld: number;
  cacheLost: number;
  loopDelayMs: number;
  isMeasured: boolean;
  readonly sessions: SimulatedSession[];
}

export function calm(): Conditions {
  return {
    ...{ traffic: 1, cpu: 0, heldInBulk: 0, heldByUsers: 0, slower: new Map(), cold: 1, failing: 0, logInsFailing: 0 },
    ...{ attacks: 0, otherConnections: 0, lockWaiters: 0, replicaFalls: 0, diskFillsPerHour: 0, diskHeld: 0 },
    ...{ cacheLost: 0, loopDelayMs: 0, isMeasured: true, sessions: [] },
  };
}

/** Something that lasts for a while and bears on the conditions. */
export interface Happening {
  readonly fromMs: number;
  readonly toMs: number;
  /** @param sinceMs it began */
  readonly bear: (conditions: Conditions, sinceMs: number, atMs: number) => void;
}
