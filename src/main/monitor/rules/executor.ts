/**
 * Holds each sample against the rules: notes whom they hit, and ends one of those at the most. What comes next is decided on
 * a sample taken after that end, for it may have freed all others. Whoever would end more than ten in a minute does not
 * understand what is going on: then the rules stop, say so, and wait for a person.
 */

import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Journal } from '../journal.ts';
import type { ActivitySample } from '../samples/backend.ts';
import { PREPARED_TRANSACTION } from './blocking.ts';
import type { How, Outcome, Target } from './end-session.ts';
import { HitCounts } from './hit-counts.ts';
import { matches, type RuleDefinition, reasonToSpare } from './rule.ts';
import type { RulesPaused } from './schema.ts';
import type { SeenSession } from './seen-session.ts';
import { type Candidate, chooseVictim } from './victim.ts';
import { describeSession, describeVictims, sessions } from './words.ts';

export interface ExecutorOptions {
  rules: () => readonly RuleDefinition[];
  end: (target: Target, options: { how: How; takesTurns: boolean }) => Promise<Outcome>;
  /** Asks for a sample soon. */
  lookAgain: () => void;
  usualMs?: (statement: string) => number;
  journal: Pick<Journal, 'note'>;
  clock: Clock;
  logger: Logger;
}

const ACTS_PER_MINUTE = 10;
const MINUTE_MS = 60_000;
const SHORTEST_MS = 1_000;
/** Of no use to ask again: what was meant is still there and will not go. */
const HOPELESS: ReadonlySet<Outcome> = new Set(['not_permitted', 'protected', 'did_not_yield']);
const REMEMBERED_MAX = 1_000;

const keyOf = ({ backendStart, pid, queryStart }: SeenSession) => `${pid} ${backendStart} ${queryStart}`;

export class RuleExecutor {
  readonly #options: ExecutorOptions;
  readonly hits: HitCounts;
  /** On the monotonic clock. */
  #actedAtMs: number[] = [];
  #endedAtMs = Number.NEGATIVE_INFINITY;
  #acting: Promise<void> | undefined;
  #paused: RulesPaused | null = null;
  readonly #hopeless = new Set<string>();
  #isPreparedNoted = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.hits = new HitCounts(options.clock);
  }

  get paused(): RulesPaused | null {
    return this.#paused;
  }

  /** Resolves when nobody is being ended. */
  async settled(): Promise<void> {
    await this.#acting;
  }

  /** Lets the rules act again after they have stopped. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = null;
    this.#actedAtMs = [];
    this.#options.journal.note('rules_resumed', 'An operator lets the rules act again.');
  }

  onSample(sample: ActivitySample, seen: readonly SeenSession[]): void {
    this.#notePrepared(sample);
    const due: Candidate[] = [];
    for (const rule of this.#options.rules()) {
      if (rule.mode === 'off') continue;
      for (const one of seen) {
        if (!matches(rule, one)) continue;
        const reason = reasonToSpare(rule, one);
        this.#noteHit(rule, one, reason);
        if (reason === null && rule.mode === 'enforce') due.push({ rule, seen: one });
      }
    }
    const nowMs = this.#options.clock.monotonicMs();
    // What was seen before the last end says nothing of what is left after it.
    if (this.#acting || nowMs - sample.tookMs < this.#endedAtMs) return;
    this.#actOnOne(due, nowMs);
  }

  #actOnOne(due: readonly Candidate[], nowMs: number): void {
    const victim = chooseVictim(
      due.filter(({ seen }) => !this.#hopeless.has(keyOf(seen))),
      this.#options.usualMs,
    );
    if (!victim || this.#paused) return;
    this.#actedAtMs = this.#actedAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    if (nowMs - (this.#actedAtMs.at(-1) ?? Number.NEGATIVE_INFINITY) < SHORTEST_MS) return;
    if (this.#actedAtMs.length >= ACTS_PER_MINUTE) {
      this.#pause();
      return;
    }
    this.#actedAtMs.push(nowMs);
    this.#acting = this.#end(victim).finally(() => {
      this.#acting = undefined;
      this.#endedAtMs = this.#options.clock.monotonicMs();
      this.#options.lookAgain();
    });
  }

  async #end({ rule, seen }: Candidate): Promise<void> {
    const { end, journal, logger } = this.#options;
    const how = rule.action === 'cancel' ? 'cancel' : 'ladder';
    const details = { rule: rule.id, pid: seen.pid, statement: seen.statement, applicationName: seen.applicationName };
    try {
      const outcome = await end(seen, { how, takesTurns: seen.scope !== 'own' });
      if (outcome === 'busy') {
        this.#actedAtMs.pop();
        return;
      }
      if (HOPELESS.has(outcome)) this.#giveUp(keyOf(seen));
      const sentence = `${outcomeWords(outcome, describeSession(seen))} Rule: ${rule.name}.`;
      journal.note('rule_acted', sentence, { ...details, outcome });
    } catch (error) {
      logger.warn({ err: toError(error), rule: rule.id }, 'a rule could not act');
      const sentence = `${describeSession(seen)} could not be ended: the server did not answer. Rule: ${rule.name}.`;
      journal.note('rule_acted', sentence, { ...details, outcome: 'failed' });
    }
  }

  #giveUp(key: string): void {
    if (this.#hopeless.size >= REMEMBERED_MAX) this.#hopeless.clear();
    this.#hopeless.add(key);
  }

  #pause(): void {
    const { clock, journal } = this.#options;
    const reason = `The rules have acted ${ACTS_PER_MINUTE} times within a minute and there is still more to end. They have stopped, for ending more does not seem to help: look for the cause, then let them act again.`;
    this.#paused = { since: new Date(clock.nowMs()).toISOString(), reason };
    journal.note('rules_paused', reason, { actsPerMinute: ACTS_PER_MINUTE });
  }

  #noteHit(rule: RuleDefinition, seen: SeenSession, reason: string | null): void {
    if (!this.hits.add(rule.id, keyOf(seen), reason === null)) return;
    const who = describeSession(seen);
    const why = describeVictims(seen);
    const details = { rule: rule.id, pid: seen.pid, statement: seen.statement, applicationName: seen.applicationName };
    const mode = { ...details, mode: rule.mode, weight: Math.round(seen.weight) };
    if (reason !== null) {
      this.#options.journal.note('rule_spared', `${who} is spared. ${reason} Rule: ${rule.name}.${why}`, mode);
    } else if (rule.mode === 'warn') {
      this.#options.journal.note('rule_warned', `${who} would be ended by the rule: ${rule.name}.${why}`, mode);
    } else {
      this.#options.journal.note('rule_hit', `${who} is to be ended by the rule: ${rule.name}.${why}`, mode);
    }
  }

  /** Nobody's session holds it, so no rule can mean it; that it is there has to be said. */
  #notePrepared({ backends }: ActivitySample): void {
    const waiting = backends.filter(({ blockedBy }) => blockedBy.includes(PREPARED_TRANSACTION)).length;
    if (waiting > 0 && !this.#isPreparedNoted) {
      const wait = waiting === 1 ? 'waits' : 'wait';
      const sentence = `${sessions(waiting)} ${wait} for a prepared transaction. Only a person may commit it or roll it back: pg_prepared_xacts lists it.`;
      this.#options.journal.note('prepared_transaction_blocks', sentence, { waiting });
    }
    this.#isPreparedNoted = waiting > 0;
  }
}

function outcomeWords(outcome: Outcome, who: string): string {
  switch (outcome) {
    case 'ended':
      return `${who} was ended.`;
    case 'gone':
      return `${who} had moved on by itself; nothing was ended.`;
    case 'not_permitted':
      return `${who} was not ended: our role may not.`;
    case 'protected':
      return `${who} was not ended: it holds the lock of our migrations.`;
    default:
      return `${who} was asked to end and has not.`;
  }
}
