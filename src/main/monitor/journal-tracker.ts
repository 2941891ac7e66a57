/** Writes into the journal what the pool does by itself. What repeats many times a second is written once, with its count. */

import { type Lease, type LimitChange, PoolTracker, type StatementMove } from '../database/index.ts';
import type { Journal, JournalDetails } from './journal.ts';

/** The same thing of the same statement is written again only after so long. */
const REPEAT_AFTER_MS = 10_000;
const KEYS_MAX = 500;

interface Repetition {
  writtenAtMs: number;
  /** How often it happened since it was written. */
  since: number;
}

export class JournalTracker extends PoolTracker {
  readonly #journal: Journal;
  readonly #nowMs: () => number;
  readonly #repetitions = new Map<string, Repetition>();

  constructor(journal: Journal, nowMs: () => number) {
    super();
    this.#journal = journal;
    this.#nowMs = nowMs;
  }

  override limitChanged({ lane, from, to, reason }: LimitChange): void {
    const of = lane === undefined ? 'The pool' : `The lane ${lane}`;
    const sentence = `${of} may hold ${to} ${to === 1 ? 'connection' : 'connections'}, before ${from}: ${reason}`;
    this.#journal.note('limit_changed', sentence, { lane: lane ?? null, from, to });
  }

  override statementMoved({ fromLane, lease, ranMs, toLane }: StatementMove): void {
    const { statement } = lease;
    this.#note(`move ${statement}`, (times) => {
      const sentence = `${statement} ran for more than ${Math.round(ranMs)} ms and was moved from ${fromLane} to ${toLane}${times}.`;
      const details = { statement, fromLane, toLane, route: lease.origin?.route ?? null, pid: lease.pid };
      return ['statement_moved', sentence, details];
    });
  }

  override leakFound({ admitted, origin, pid, statement }: Lease, idleMs: number): void {
    const seconds = Math.round(idleMs / 1000);
    const sentence = `A connection of ${origin?.route ?? statement} has been held for ${seconds} s without running anything.`;
    const details = { statement, lane: admitted.lane, route: origin?.route ?? null, pid };
    this.#note(`leak ${statement}`, (times) => ['leak_found', `${sentence}${times}`, details]);
  }

  override preempted(lane: string, statement: string): void {
    this.#note(`preempt ${statement}`, (times) => {
      const sentence = `${statement} in ${lane} was ended so that a more important lane could breathe${times}.`;
      return ['preempted', sentence, { lane, statement }];
    });
  }

  override connectionFailed(): void {
    const sentence = 'A connection to Postgres could not be opened';
    this.#note('connection', (times) => ['connection_failed', `${sentence}${times}.`, {}]);
  }

  #note(key: string, write: (times: string) => [kind: string, sentence: string, details: JournalDetails]): void {
    const nowMs = this.#nowMs();
    const before = this.#repetitions.get(key);
    if (before && nowMs - before.writtenAtMs < REPEAT_AFTER_MS) {
      before.since += 1;
      return;
    }
    if (!before && this.#repetitions.size >= KEYS_MAX) this.#repetitions.clear();
    this.#repetitions.set(key, { writtenAtMs: nowMs, since: 0 });
    const times = before && before.since > 0 ? ` (${before.since} more since the last entry)` : '';
    this.#journal.note(...write(times));
  }
}
