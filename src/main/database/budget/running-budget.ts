/**
 * While the server runs: a beat every two seconds on the control lane, which tells the others how this process does and sets
 * what it may open. A process that cannot beat keeps its share and does not grow: as long as Postgres shows sessions of it,
 * nobody else is given that share. One that Postgres itself does not answer falls back to what its lanes are promised, since
 * by then the others may have taken it for gone.
 */

import { AppError, toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import type { Database } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { Demand } from './demand.ts';
import type { Division } from './division.ts';
import { BEATS_MISSED, type Membership } from './membership.ts';
import { describeShift, keepsShare, NOT_SHARED, OUT_OF_REACH } from './words.ts';

export type BudgetedPool = Pick<Database, 'openMaximum' | 'setShare' | 'snapshot' | 'transaction'>;

export interface RunningBudgetOptions {
  database: BudgetedPool;
  membership: Membership;
  /** What the start was given; left out where it could not join. */
  joined: { division: Division; sentAtMs: number } | undefined;
  want: number;
  logger: Logger;
  nowMs: () => number;
}

const SAMPLES_PER_BEAT = 8;
/** A beat that takes longer is as good as missed. */
const BEAT_DEADLINE_MS = 1_500;
/** This process gives way before the others take it for gone. */
const LEASE_BEATS = BEATS_MISSED - 0.5;
/** Without the right to the table there is nothing to beat; it is tried again now and then. */
const BEATS_BETWEEN_TRIES = 30;
/** Postgres did not answer, or not in time. Everything else is an answer, if not the one that was hoped for. */
const SILENCE = new Set(['database_unavailable', 'deadline_exceeded', 'outcome_unknown', 'lane_wait_exceeded']);
/** So that processes started together do not beat together. */
const JITTER = 0.1;

export class RunningBudget implements Service {
  readonly name = 'database.budget';
  readonly #options: RunningBudgetOptions;
  readonly #demand: Demand;
  #last: Division | undefined;
  /** Why the last beat failed; undefined where it did not. */
  #failure: Error | undefined;
  #lease: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;
  #sampling: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;

  constructor(options: RunningBudgetOptions) {
    this.#options = options;
    this.#demand = new Demand(options.want);
  }

  async start(): Promise<void> {
    if (this.#sampling) return;
    const { database, joined, membership } = this.#options;
    if (joined) this.#apply(joined.division, joined.sentAtMs);
    this.#sampling = setInterval(() => {
      const { lanes } = database.snapshot();
      this.#demand.sample(lanes.reduce((callers, { active, waiting }) => callers + active + waiting, 0));
    }, membership.beatMs / SAMPLES_PER_BEAT);
    this.#sampling.unref();
    this.#scheduleBeat();
  }

  async stop(): Promise<void> {
    if (!this.#sampling) return;
    clearInterval(this.#sampling);
    this.#sampling = undefined;
    clearTimeout(this.#next);
    clearTimeout(this.#lease);
    await this.#beating;
    if (!this.#last) return;
    // Where it cannot be said, the others find out by the silence.
    await this.#inTransaction((transaction) => this.#options.membership.leave(transaction)).catch(() => undefined);
  }

  /** One beat now; for tests, and for the timer. */
  beat(): Promise<void> {
    this.#beating ??= this.#beatOnce().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  #scheduleBeat(): void {
    const { beatMs } = this.#options.membership;
    const beats = this.#last ? 1 : BEATS_BETWEEN_TRIES;
    this.#next = setTimeout(
      async () => {
        await this.beat();
        if (this.#sampling) this.#scheduleBeat();
      },
      beats * beatMs * (1 - JITTER * Math.random()),
    );
    this.#next.unref();
  }

  async #beatOnce(): Promise<void> {
    const { database, logger, membership, nowMs } = this.#options;
    const sentAtMs = nowMs();
    const pulse = { held: database.snapshot().total, inForce: database.openMaximum, demand: this.#demand.take() };
    try {
      const division = await this.#inTransaction((transaction) => membership.beat(transaction, pulse));
      if (this.#failure) logger.info({ service: this.name }, 'the budget is shared again');
      this.#failure = undefined;
      this.#apply(division, sentAtMs);
    } catch (thrown) {
      const isFirst = !this.#failure;
      this.#failure = toError(thrown);
      const { share } = database.snapshot();
      const sentence = this.#last ? keepsShare(share) : NOT_SHARED;
      if (isFirst) logger.warn({ service: this.name, err: this.#failure }, sentence);
    }
  }

  #inTransaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const { database, membership } = this.#options;
    const deadlineMs = Math.min(BEAT_DEADLINE_MS, membership.beatMs);
    return database.transaction({ lane: 'control', deadlineMs, name: 'database.beat' }, work);
  }

  #apply(division: Division, sentAtMs: number): void {
    const { database, membership, nowMs } = this.#options;
    const reason = describeShift(division, this.#last);
    this.#last = division;
    database.setShare(division.allowed, reason);
    clearTimeout(this.#lease);
    const leftMs = LEASE_BEATS * membership.beatMs - (nowMs() - sentAtMs);
    this.#lease = setTimeout(() => this.#giveWay(), Math.max(0, leftMs));
    this.#lease.unref();
  }

  /** Others may take this process for gone, and its connections with it: until Postgres answers, it opens few. */
  #giveWay(): void {
    const { database, membership } = this.#options;
    const isCutOff = this.#failure instanceof AppError && SILENCE.has(this.#failure.code);
    if (isCutOff && (this.#last?.members ?? 1) > 1) database.setShare(membership.floor, OUT_OF_REACH);
  }
}
