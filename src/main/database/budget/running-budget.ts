/**
 * While the server runs: a beat every two seconds on the control lane, which tells the others how this process does and sets
 * what it may open. A process that cannot beat keeps its share and does not grow: as long as Postgres shows sessions of it,
 * nobody else is given that share. One that Postgres itself does not answer falls back to what its lanes are promised, since
 * by then the others may have taken it for gone.
 */

import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { Service } from '../../foundation/service.ts';
import type { Database } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { Demand } from './demand.ts';
import type { Division } from './division.ts';
import { BEATS_MISSED, type Membership } from './membership.ts';
import { readRoom } from './room.ts';
import { describeShift, keepsShare, NOT_SHARED, OUT_OF_REACH } from './words.ts';

export type BudgetedPool = Pick<Database, 'openMaximum' | 'query' | 'setShare' | 'snapshot' | 'transaction'>;

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
const LEASE_BEATS = BEATS_MISSED - 1;
/** How long Postgres may take to show that it is there, in beats. */
const SIGN_OF_LIFE_BEATS = 0.75;
/** Without the right to the table there is nothing to beat; it is tried again now and then. */
const BEATS_BETWEEN_TRIES = 30;
/** So that processes started together do not beat together. */
const JITTER = 0.1;

export class RunningBudget implements Service {
  readonly name = 'database.budget';
  readonly #options: RunningBudgetOptions;
  readonly #demand: Demand;
  #last: Division | undefined;
  #hasFailed = false;
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
    const { membership } = this.#options;
    await this.#inTransaction(BEAT_DEADLINE_MS, (transaction) => membership.leave(transaction)).catch(() => undefined);
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
      const deadlineMs = Math.min(BEAT_DEADLINE_MS, membership.beatMs);
      const division = await this.#inTransaction(deadlineMs, (transaction) => membership.beat(transaction, pulse));
      if (this.#hasFailed) logger.info({ service: this.name }, 'the budget is shared again');
      this.#hasFailed = false;
      this.#apply(division, sentAtMs);
    } catch (thrown) {
      const sentence = this.#last ? keepsShare(database.snapshot().share) : NOT_SHARED;
      if (!this.#hasFailed) logger.warn({ service: this.name, err: toError(thrown) }, sentence);
      this.#hasFailed = true;
    }
  }

  #inTransaction<Result>(deadlineMs: number, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#options.database.transaction({ lane: 'control', deadlineMs, name: 'database.beat' }, work);
  }

  #apply(division: Division, sentAtMs: number): void {
    const { database, membership, nowMs } = this.#options;
    const reason = describeShift(division, this.#last);
    this.#last = division;
    database.setShare(division.allowed, reason);
    clearTimeout(this.#lease);
    const leftMs = LEASE_BEATS * membership.beatMs - (nowMs() - sentAtMs);
    this.#lease = setTimeout(() => void this.#giveWayIfCutOff(), Math.max(0, leftMs));
    this.#lease.unref();
  }

  /**
   * Where Postgres answers, others see the sessions of this process and leave its share alone. Where it does not, they may take
   * it for gone, and its connections with it: until it answers again, few are opened.
   */
  async #giveWayIfCutOff(): Promise<void> {
    const { database, membership, nowMs } = this.#options;
    const lease = this.#lease;
    const deadlineAtMs = nowMs() + SIGN_OF_LIFE_BEATS * membership.beatMs;
    const isThere = await database.query(readRoom, [], { deadlineAtMs }).then(
      () => true,
      () => false,
    );
    const hasBeaten = this.#lease !== lease;
    if (!isThere && !hasBeaten && this.#sampling) database.setShare(membership.floor, OUT_OF_REACH);
  }
}
