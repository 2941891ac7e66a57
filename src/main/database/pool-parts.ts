/**
 * What a pool of `pg`'s shape works with, whether it has connections of its own or stands before the server's: the desk,
 * the lane of each statement, and what is asked on behalf of a call.
 */

import { CHECKED_OUT, nameCheckOut } from './check-out-name.ts';
import { ClientBound } from './client-bound.ts';
import type { Connections } from './connections.ts';
import type { Lanes } from './lane.ts';
import type { LaneFinder } from './lane-finder.ts';
import type { LeakReport } from './leak-report.ts';
import type { LeaseDesk } from './lease-desk.ts';
import type { HeldLease, LeaseRequest } from './lease-request.ts';
import type { LeaseWatch } from './lease-watch.ts';
import type { CallOptions } from './pool-options.ts';
import type { RunnerOptions } from './running-query.ts';

export type LanesSnapshot = Record<string, { active: number; waiting: number; free: number; refused: number }>;
export type Emit = (event: string, ...details: unknown[]) => void;

export interface PoolPartsOptions {
  connections: Connections;
  desk: LeaseDesk;
  finder: LaneFinder;
  lanes: Lanes;
  leaks: LeakReport;
  runner: RunnerOptions;
  watch: LeaseWatch;
  emit: Emit;
  close: (parts: PoolParts) => Promise<void>;
  /** How long a call may take that says nothing of it; left out, such a call is not bounded. */
  deadlineMs?: number;
  /** A connection whose session was changed by its holder is closed rather than handed on. */
  keepsSessionsClean?: boolean;
}

export const LEASH_MS = 250;
export const LEAK_THRESHOLD_MS = 30_000;
/** Far enough away to mean never. */
export const NEVER_MS = 10 ** 12;
export interface CallBounds {
  /** Left out where the caller set no deadline and gave no signal: the driver's own way is taken then. */
  queryAtMs: number | undefined;
  /** Left out where nobody said: each statement has a time of its own then. */
  clientAtMs: number | undefined;
}

const UNBOUNDED: CallBounds = Object.freeze({ queryAtMs: undefined, clientAtMs: undefined });

export class PoolParts {
  readonly connections: Connections;
  readonly desk: LeaseDesk;
  readonly finder: LaneFinder;
  readonly leaks: LeakReport;
  readonly runner: RunnerOptions;
  readonly watch: LeaseWatch;
  readonly emit: Emit;
  readonly keepsSessionsClean: boolean;
  readonly #options: PoolPartsOptions;
  /** Clients of this pool that are in somebody's hands. */
  out = 0;

  constructor(options: PoolPartsOptions) {
    this.connections = options.connections;
    this.desk = options.desk;
    this.finder = options.finder;
    this.leaks = options.leaks;
    this.runner = options.runner;
    this.watch = options.watch;
    this.emit = options.emit;
    this.keepsSessionsClean = options.keepsSessionsClean ?? false;
    this.#options = options;
  }

  requestFor(asked: string, call: CallOptions): LeaseRequest {
    const { deadlineAtMs = NEVER_MS, deadlineMs, lane, tenant = '' } = call;
    const statement = asked === CHECKED_OUT ? this.#nameCheckOut(call) : asked;
    const found = statement === CHECKED_OUT ? this.finder.unknown : this.finder.find(statement);
    const ownMs = deadlineMs ?? (deadlineAtMs === NEVER_MS ? this.#options.deadlineMs : NEVER_MS) ?? NEVER_MS;
    return {
      lane: lane ?? found.lane,
      isLaneFound: lane === undefined,
      tenant,
      fingerprint: statement,
      expectedMs: found.expectedMs,
      origin: saysWhoAsks(call) ? call : undefined,
      deadlineAtMs: Math.min(this.runner.nowMs() + ownMs, deadlineAtMs),
    };
  }

  #nameCheckOut({ route }: CallOptions): string {
    return route !== undefined && this.finder.isGuided ? nameCheckOut(route) : CHECKED_OUT;
  }

  /** When a call's statement is ended at the server, and when each of those on a client that it takes. */
  boundsFor({ deadlineAtMs, deadlineMs, signal }: CallOptions, request: LeaseRequest): CallBounds {
    const saysWhen = deadlineMs !== undefined || deadlineAtMs !== undefined;
    if (!saysWhen && signal === undefined && this.#options.deadlineMs === undefined) return UNBOUNDED;
    return { queryAtMs: request.deadlineAtMs, clientAtMs: saysWhen ? request.deadlineAtMs : undefined };
  }

  /** What ends a statement on a client that was taken; nothing does where neither the call nor the pool says when. */
  boundOf(held: HeldLease, { clientAtMs: deadlineAtMs, queryAtMs }: CallBounds): ClientBound | undefined {
    if (queryAtMs === undefined) return undefined;
    const { deadlineMs: statementMs = NEVER_MS, runner } = this.#options;
    return new ClientBound({ runner, held, deadlineAtMs, statementMs });
  }

  snapshot(): LanesSnapshot {
    const now = this.runner.nowMs();
    return Object.fromEntries(
      Object.keys(this.#options.lanes).map((name) => {
        const { active, free, waiting } = this.desk.admission.counts(name, now);
        return [name, { active, waiting, free, refused: this.desk.refused(name).total }];
      }),
    );
  }

  close(): Promise<void> {
    return this.#options.close(this);
  }
}

function saysWhoAsks({ requestId, route, signal, tenant }: CallOptions): boolean {
  return requestId !== undefined || route !== undefined || tenant !== undefined || signal !== undefined;
}
