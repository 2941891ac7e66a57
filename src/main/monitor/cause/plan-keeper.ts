/**
 * Keeps, from calm, how the statements that take the most time are planned, with one sample of their values each, in memory
 * alone. In trouble the same sample is planned again: another plan for the same values is a plan that has changed.
 */

import { type Database, fingerprintOf, type Lease, listStatements, type SentQuery } from '../../database/index.ts';
import { isExplainable, type ReadPlan, readPlan } from './plan.ts';

export interface KeptPlan {
  plan: ReadPlan;
  /** When it was first seen, on the monotonic clock. */
  sinceMs: number;
}

/** What is known of the plan of a statement in trouble. */
export interface PlanInquiry {
  /** With the values of one that runs now, or the kept ones where none does. */
  now: ReadPlan;
  /** Another plan that the same values had before; nothing where the plan is the same, or none was kept. */
  before: ReadPlan | undefined;
}

export interface PlanKeeperOptions {
  database: Database;
  nowMs: () => number;
  /** Told of every plan that was asked for with the kept values. */
  onPlan?: ((statement: string, plan: ReadPlan) => void) | undefined;
}

interface Kept {
  sample: SentQuery | undefined;
  /** The newest last. */
  plans: KeptPlan[];
  askedAtMs: number;
}

const STATEMENTS_MAX = 200;
const PLANS_MAX = 3;
/** In calm at most one in so long; the same statement not before so long. */
const ASK_EVERY_MS = 1_000;
const SAME_AFTER_MS = 60_000;
const TOP = 50;
/** A plan that came up so shortly before the trouble has come up with it. */
const RECENT_MS = 60_000;

export class PlanKeeper {
  readonly #options: PlanKeeperOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #texts = new Map<string, string>();
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(options: PlanKeeperOptions) {
    this.#options = options;
    for (const { name, text } of listStatements()) this.#texts.set(name, text);
  }

  /** Looks at what runs; the values of what is not known yet are kept. */
  note(leases: readonly Lease[]): void {
    for (const { isRunning, sent, statement } of leases) {
      if (!isRunning || !sent) continue;
      const kept = this.#keptOf(statement);
      if (!kept.sample && isExplainable(sent)) kept.sample = { text: sent.text, values: [...sent.values] };
    }
  }

  /** A statement's text without its constants, where it has been seen. */
  textOf(statement: string): string | null {
    const text = this.#kept.get(statement)?.sample?.text ?? this.#texts.get(statement);
    return text === undefined ? null : fingerprintOf(text).text;
  }

  /** In calm: asks for the plan of the next statement that is due, if any. */
  async keepOne(heaviest: (count: number) => string[]): Promise<void> {
    const nowMs = this.#options.nowMs();
    if (this.#isAsking || nowMs - this.#askedAtMs < ASK_EVERY_MS) return;
    const due = heaviest(TOP).find((statement) => {
      const kept = this.#kept.get(statement);
      return kept?.sample && nowMs - kept.askedAtMs >= SAME_AFTER_MS;
    });
    if (due === undefined) return;
    this.#isAsking = true;
    this.#askedAtMs = nowMs;
    try {
      await this.#ask(due, this.#kept.get(due) as Kept);
    } catch {
      // A plan that cannot be had now is asked for again when its turn comes.
    } finally {
      this.#isAsking = false;
    }
  }

  /** In trouble. Nothing where no plan can be had: it is no query, its table is being changed, or it took too long. */
  async inquire(
    statement: string,
    running: SentQuery | undefined,
    troubleSinceMs: number,
  ): Promise<PlanInquiry | undefined> {
    const kept = this.#kept.get(statement);
    const present = running && isExplainable(running) ? running : kept?.sample;
    if (!present) return undefined;
    try {
      const now = await readPlan(this.#options.database, present);
      if (!kept?.sample || kept.plans.length === 0) return { now, before: undefined };
      await this.#ask(statement, kept);
      return { now, before: planBefore(kept.plans, troubleSinceMs) };
    } catch {
      return undefined;
    }
  }

  async #ask(statement: string, kept: Kept): Promise<void> {
    const { database, nowMs, onPlan } = this.#options;
    kept.askedAtMs = nowMs();
    const plan = await readPlan(database, kept.sample as SentQuery);
    onPlan?.(statement, plan);
    const last = kept.plans.at(-1);
    if (last?.plan.id === plan.id) {
      last.plan = plan;
      return;
    }
    kept.plans.push({ plan, sinceMs: nowMs() });
    if (kept.plans.length > PLANS_MAX) kept.plans.shift();
  }

  #keptOf(statement: string): Kept {
    let kept = this.#kept.get(statement);
    if (!kept) {
      if (this.#kept.size >= STATEMENTS_MAX) this.#forgetHalf();
      kept = { sample: undefined, plans: [], askedAtMs: Number.NEGATIVE_INFINITY };
      this.#kept.set(statement, kept);
    }
    return kept;
  }

  /** Those without a plan first, then those that were asked for longest ago. */
  #forgetHalf(): void {
    const byAge = [...this.#kept].sort(([, a], [, b]) => a.askedAtMs - b.askedAtMs);
    for (const [statement] of byAge.slice(0, Math.ceil(byAge.length / 2))) this.#kept.delete(statement);
  }
}

/** The plan that was in force until shortly before the trouble, where it is not the present one any more. */
export function planBefore(plans: readonly KeptPlan[], troubleSinceMs: number): ReadPlan | undefined {
  const present = plans.at(-1);
  const before = plans.at(-2);
  if (!present || !before) return undefined;
  return present.sinceMs >= troubleSinceMs - RECENT_MS ? before.plan : undefined;
}
