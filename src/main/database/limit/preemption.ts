/**
 * Takes back what was lent when somebody more important suffers by it: the newest statement of a lane that should give way is
 * cancelled, one at a time and five a second at the most. Only a single read outside of any transaction is chosen, because its
 * caller can ask again without harm; he is told why, and when. The cancel goes over the statement's own connection, so it can
 * hit nothing else.
 */

import { AppError } from '../../foundation/errors.ts';
import type { Admission } from '../admission.ts';
import type { Lease, Ledger } from '../ledger.ts';
import type { PoolTracker } from '../tracker.ts';
import type { Slowness, YieldingLane } from './lane-governor.ts';
import { isReadOnly } from './read-only.ts';

export interface PreemptionOptions {
  ledger: Ledger;
  admission: Admission;
  protectedLanes: readonly string[];
  /** In the order in which they give way. */
  yieldingLanes: readonly YieldingLane[];
  tracker: PoolTracker;
  /** 0 to 1; decides how far apart those who were ended come back. */
  random?: () => number;
}

const EVERY_MS = 200;
/** A lane below its guarantee waits so long at the most behind what it lent. */
const PATIENCE_MS = 50;
const RETRY_MIN_SECONDS = 5;
const RETRY_SPREAD_SECONDS = 6;

/** What a lane is for, as the one who gave way reads it. */
const purposes: Record<string, string> = { critical: 'log-ins', interactive: 'short requests' };

export class Preemption {
  readonly #options: PreemptionOptions;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PreemptionOptions) {
    this.#options = options;
  }

  /** Called several times a second; ends one statement, or none. */
  look(slowness: Slowness | undefined, nowMs: number): void {
    const isTooSoon = nowMs >= this.#lastAtMs && nowMs - this.#lastAtMs < EVERY_MS;
    if (isTooSoon) return;
    const reason = slowness ? this.#reasonOf(slowness) : this.#findStarved(nowMs);
    if (!reason) return;
    const victim = this.#findVictim(slowness !== undefined);
    if (victim && this.#end(victim, reason)) this.#lastAtMs = nowMs;
  }

  #reasonOf({ lane, ratio, waitMs }: Slowness): Reason {
    if (ratio === undefined) return { lane, cause: waitedFor(lane, waitMs) };
    return { lane, cause: `${lane} took ${ratio.toFixed(1)} times its usual time` };
  }

  /** A lane that is owed a connection and does not get it, because others hold what was promised to it. */
  #findStarved(nowMs: number): Reason | undefined {
    const { admission, protectedLanes } = this.#options;
    if (admission.waiting === 0) return undefined;
    for (const lane of protectedLanes) {
      const { active, oldestWaitMs, waiting } = admission.counts(lane, nowMs);
      if (waiting > 0 && active < admission.guaranteedOf(lane) && oldestWaitMs > PATIENCE_MS) {
        return { lane, cause: waitedFor(lane, oldestWaitMs) };
      }
    }
    return undefined;
  }

  /** @param isSlow the lanes' ceilings have shrunk and say how much is too much; else what is lent is */
  #findVictim(isSlow: boolean): Lease | undefined {
    const { admission, ledger, yieldingLanes } = this.#options;
    for (const { name, floor } of yieldingLanes) {
      const allowed = isSlow ? admission.ceilingOf(name) : floor;
      if (admission.activeIn(name) <= allowed) continue;
      const found = newestRead(ledger.list().filter(({ admitted }) => admitted.lane === name));
      if (found) return found;
    }
    return undefined;
  }

  #end(lease: Lease, { lane, cause }: Reason): boolean {
    const { random = Math.random, tracker } = this.#options;
    const { statement } = lease;
    const retryAfterSeconds = RETRY_MIN_SECONDS + Math.floor(random() * RETRY_SPREAD_SECONDS);
    const forWhom = purposes[lane] ?? lane;
    const sentence = `Your statement gave way to ${forWhom}: ${cause}. Try again in ${retryAfterSeconds} s.`;
    const details = { statement, lane: lease.admitted.lane };
    const refusal = new AppError('overloaded', 'preempted', sentence, { retryAfterSeconds, details });
    if (!lease.endable?.preempt(refusal)) return false;
    tracker.preempted(lease.admitted.lane, statement);
    return true;
  }
}

interface Reason {
  lane: string;
  cause: string;
}

function waitedFor(lane: string, waitMs: number): string {
  return `${lane} waited ${Math.round(waitMs)} ms for a connection`;
}

/** The one that has lost least by it. */
function newestRead(leases: readonly Lease[]): Lease | undefined {
  let newest: Lease | undefined;
  for (const lease of leases) {
    const { endable, inTransaction, isRunning, settling } = lease;
    if (!endable || !isRunning || inTransaction || settling) continue;
    if (newest && newest.statementAtMs >= lease.statementAtMs) continue;
    if (isReadOnly(endable.text)) newest = lease;
  }
  return newest;
}
