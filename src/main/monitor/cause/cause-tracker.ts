/** What the pool reports and a cause is read from. All of it is on the pool's hot path, so that it only counts. */

import { PoolTracker, type RefusalReason, type StatementOutcome } from '../../database/index.ts';
import type { Baseline } from './baseline.ts';
import type { Sign } from './signs.ts';

export interface CauseTrackerOptions {
  baseline: Baseline;
  nowMs: () => number;
  /** A connection was handed out; asked for a look at what it sends at most every 50 ms. */
  onGranted: () => void;
  /** A statement is known to be a long one as of now. */
  onMoved: () => void;
}

/** Those that say that the pool could not serve. */
const HURTING = new Set<RefusalReason>(['queue_full', 'waited_too_long', 'overloaded', 'deadline_unmeetable']);
const FRESH_MS = 500;
const FAILURES_FOR_MS = 3_000;
const LOOK_EVERY_MS = 50;
const OPENING_WINDOW_MS = 5_000;

export class CauseTracker extends PoolTracker {
  readonly #options: CauseTrackerOptions;
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #refusal = '';
  #failures: { atMs: number; code: string }[] = [];
  #opened: { atMs: number; tookMs: number }[] = [];
  #lookedAtMs = 0;

  constructor(options: CauseTrackerOptions) {
    super();
    this.#options = options;
  }

  override statementEnded(outcome: StatementOutcome): void {
    if (outcome.lane !== 'control') this.#options.baseline.ended(outcome);
  }

  override leaseGranted(): void {
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = nowMs;
    this.#options.onGranted();
  }

  override statementMoved(): void {
    this.#options.onMoved();
  }

  override refused(lane: string, reason: RefusalReason): void {
    if (!HURTING.has(reason) || lane === 'background' || lane === 'control') return;
    this.#refusedAtMs = this.#options.nowMs();
    this.#refusal = `A caller was refused in the lane ${lane}: ${reason.replaceAll('_', ' ')}.`;
  }

  override connectionOpened(tookMs: number): void {
    const atMs = this.#options.nowMs();
    this.#opened = [...this.#opened.filter((one) => atMs - one.atMs < OPENING_WINDOW_MS), { atMs, tookMs }];
  }

  override connectionFailed(error: Error): void {
    const atMs = this.#options.nowMs();
    const cause = error.cause instanceof Error ? error.cause : error;
    const { code } = cause as Error & { code?: unknown };
    const known = typeof code === 'string' ? code : 'unknown';
    this.#failures = [...this.#failures.filter((one) => atMs - one.atMs < FAILURES_FOR_MS), { atMs, code: known }];
  }

  /** What was heard just now. */
  signs(nowMs: number): Sign[] {
    const signs: Sign[] = [];
    if (nowMs - this.#refusedAtMs < FRESH_MS) signs.push({ name: 'refused', sentence: this.#refusal });
    const failure = this.connectFailure(nowMs);
    if (failure) {
      const sentence = `Connections to Postgres could not be opened (${failure.code}).`;
      signs.push({ name: 'connect_failed', sentence });
    }
    return signs;
  }

  /** What kept connections from opening within the last three seconds. */
  connectFailure(nowMs: number): { code: string; count: number } | undefined {
    const recent = this.#failures.filter(({ atMs }) => nowMs - atMs < FAILURES_FOR_MS);
    const last = recent.at(-1);
    return last && { code: last.code, count: recent.length };
  }

  /** How many connections were being opened, on average over the last five seconds. */
  opening(nowMs: number): number {
    const recent = this.#opened.filter(({ atMs }) => nowMs - atMs < OPENING_WINDOW_MS);
    return recent.reduce((sum, { tookMs }) => sum + tookMs, 0) / OPENING_WINDOW_MS;
  }
}
