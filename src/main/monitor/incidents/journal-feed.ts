/**
 * What of the journal belongs on the timeline, and as what. The journal repeats itself where a storm does: of one kind only so many
 * a minute are taken, and the rest is counted.
 */

import type { JournalEntry } from '../journal.ts';
import type { TimelineKind } from './schema.ts';
import type { NewEntry } from './timeline.ts';

const kinds: Readonly<Record<string, TimelineKind>> = {
  limit_changed: 'limit_changed',
  statement_moved: 'statement_moved',
  preempted: 'session_ended',
  leak_found: 'trouble',
  connection_failed: 'database',
  trouble_began: 'trouble',
  trouble_ended: 'trouble',
  prepared_transaction_blocks: 'trouble',
  verdict: 'verdict',
  session_ended: 'session_ended',
  rule_acted: 'session_ended',
  rule_spared: 'rule',
  rule_warned: 'rule',
  rule_hit: 'rule',
  rules_paused: 'rule',
  rules_resumed: 'rule',
  rule_changed: 'operator',
  rule_deleted: 'operator',
  migration: 'migration',
  deploy: 'deploy',
};

const MINUTE_MS = 60_000;

interface Minute {
  startedMs: number;
  taken: number;
  left: number;
}

export class JournalFeed {
  readonly #note: (entry: NewEntry) => void;
  readonly #perMinute: () => number;
  readonly #minutes = new Map<TimelineKind, Minute>();

  /** @param perMinute how many of one kind are taken */
  constructor(note: (entry: NewEntry) => void, perMinute: () => number) {
    this.#note = note;
    this.#perMinute = perMinute;
  }

  take({ at, details, kind, sentence }: JournalEntry): void {
    const by = typeof details.user === 'string' ? details.user : null;
    const known = kinds[kind] ?? (by === null ? undefined : 'operator');
    if (!known) return;
    const atMs = Date.parse(at);
    // What a person did is never left out.
    if (by === null && !this.#hasRoom(known, atMs)) return;
    this.#note({ kind: known, sentence, details: { ...details, journal: kind }, by, atMs });
  }

  #hasRoom(kind: TimelineKind, atMs: number): boolean {
    let minute = this.#minutes.get(kind);
    if (!minute || atMs - minute.startedMs >= MINUTE_MS || atMs < minute.startedMs) {
      if (minute && minute.left > 0) {
        this.#note({ kind, sentence: `And ${minute.left} more of the same kind within a minute.`, atMs });
      }
      minute = { startedMs: atMs, taken: 0, left: 0 };
      this.#minutes.set(kind, minute);
    }
    if (minute.taken >= this.#perMinute()) {
      minute.left += 1;
      return false;
    }
    minute.taken += 1;
    return true;
  }
}
