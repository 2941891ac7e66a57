/**
 * Writes on the timeline when a lane is full and when it refuses: at its beginning, each minute, and at its end, with who held the
 * connections.
 */

import { type Database, type Lease, PoolTracker, type RefusalReason } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Timeline } from './timeline.ts';

export interface PoolWatchOptions {
  database: Pick<Database, 'snapshot' | 'listLeases'>;
  timeline: Pick<Timeline, 'note'>;
  clock: Clock;
}

/** Full for so long a lane is saturated; less is a moment. */
const FULL_FOR_MS = 2_000;
const OVER_AFTER_MS = 5_000;
const REPEAT_MS = 60_000;
/** What waits in it has nobody waiting for it. */
const HURTS_NOBODY = 'background';
const NO_REFUSAL = new Set<RefusalReason>(['caller_gone', 'closing']);

interface Spell {
  sinceMs: number;
  lastMs: number;
  toldMs: number | undefined;
  count: number;
}

export class PoolWatch extends PoolTracker {
  readonly #options: PoolWatchOptions;
  readonly #refused = new Map<string, number>();
  readonly #refusing = new Map<string, Spell>();
  readonly #full = new Map<string, Spell>();

  constructor(options: PoolWatchOptions) {
    super();
    this.#options = options;
  }

  override refused(lane: string, reason: RefusalReason): void {
    if (!NO_REFUSAL.has(reason)) this.#refused.set(lane, (this.#refused.get(lane) ?? 0) + 1);
  }

  /** Once a second. */
  step(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const [lane, count] of this.#refused) this.#noteRefusals(lane, count, nowMs);
    this.#refused.clear();
    for (const [lane, spell] of this.#refusing) {
      if (nowMs - spell.lastMs < OVER_AFTER_MS) continue;
      this.#refusing.delete(lane);
      const seconds = Math.max(1, Math.round((spell.lastMs - spell.sinceMs) / 1000));
      this.#tell('refusals', `The lane ${lane} refuses nobody any more; it refused ${spell.count} in ${seconds} s.`, {
        ...{ lane, refused: spell.count, seconds },
      });
    }
    this.#stepFull(nowMs);
  }

  #noteRefusals(lane: string, count: number, nowMs: number): void {
    const spell = this.#refusing.get(lane) ?? { sinceMs: nowMs, lastMs: nowMs, toldMs: undefined, count: 0 };
    this.#refusing.set(lane, spell);
    spell.count += count;
    spell.lastMs = nowMs;
    if (spell.toldMs !== undefined && nowMs - spell.toldMs < REPEAT_MS) return;
    const isFirst = spell.toldMs === undefined;
    spell.toldMs = nowMs;
    const holders = this.#holders(lane);
    const sentence = isFirst
      ? `The lane ${lane} begins to refuse: ${count} within a second${holders}.`
      : `The lane ${lane} goes on refusing: ${spell.count} by now${holders}.`;
    this.#tell('refusals', sentence, { lane, refused: spell.count });
  }

  #stepFull(nowMs: number): void {
    for (const { active, free, name, waiting } of this.#options.database.snapshot().lanes) {
      if (name === HURTS_NOBODY) continue;
      const spell = this.#full.get(name);
      if (waiting > 0 && free === 0) {
        const since = spell ?? { sinceMs: nowMs, lastMs: nowMs, toldMs: undefined, count: 0 };
        this.#full.set(name, since);
        since.lastMs = nowMs;
        const isNews =
          since.toldMs === undefined ? nowMs - since.sinceMs >= FULL_FOR_MS : nowMs - since.toldMs >= REPEAT_MS;
        if (!isNews) continue;
        since.toldMs = nowMs;
        const wait = waiting === 1 ? 'one waits' : `${waiting} wait`;
        const sentence = `The lane ${name} is full: ${active === 1 ? 'one connection is' : `${active} connections are`} held, ${wait}${this.#holders(name)}.`;
        this.#tell('lane_saturated', sentence, { lane: name, active, waiting });
      } else if (spell && nowMs - spell.lastMs >= OVER_AFTER_MS) {
        this.#full.delete(name);
        if (spell.toldMs === undefined) continue;
        const seconds = Math.round((spell.lastMs - spell.sinceMs) / 1000);
        this.#tell('lane_saturated', `The lane ${name} has room again, after ${seconds} s.`, { lane: name, seconds });
      }
    }
  }

  /** "; 5 by orders.report". */
  #holders(lane: string): string {
    const counts = new Map<string, number>();
    for (const lease of this.#options.database.listLeases()) {
      if (lease.admitted.lane === lane) counts.set(nameOf(lease), (counts.get(nameOf(lease)) ?? 0) + 1);
    }
    const [most] = [...counts].sort(([, a], [, b]) => b - a);
    return most ? `; ${most[1]} by ${most[0]}` : '';
  }

  #tell(kind: 'refusals' | 'lane_saturated', sentence: string, details: Record<string, string | number>): void {
    this.#options.timeline.note({ kind, sentence, details });
  }
}

function nameOf({ origin, statement }: Lease): string {
  return origin?.route === undefined ? statement : `${statement} of ${origin.route}`;
}
