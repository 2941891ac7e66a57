/**
 * How statements were planned over time: what the watch for causes sees of their plans each minute is remembered for an hour and
 * a half, so that a change can be told apart from a busy moment, and kept in the store for good.
 */

import type { KeptPlan, QueryStore } from './query-store.ts';
import { MINUTE_MS } from './spans.ts';
import type { StatementDirectory, StatementFacts } from './statement-directory.ts';
import { storableText } from './storable-text.ts';

/** What was seen of a plan at one moment. */
export interface SeenPlan {
  readonly planId: string;
  readonly summary: string;
  readonly cost: number | null;
  /** When any of its tables was analysed last, milliseconds since 1970. */
  readonly analyzedAtMs: number | null;
}

/** What is known of a statement's plans around a moment. */
export interface PlanChange {
  /** `costlier`: the same steps at a multiple of the cost. `unknown`: not both sides were seen. */
  readonly kind: 'changed' | 'costlier' | 'same' | 'unknown';
  readonly before: SeenPlan | undefined;
  readonly after: SeenPlan | undefined;
}

export interface PlanHistoryOptions {
  store: Pick<QueryStore, 'plans' | 'savePlans'>;
  directory: StatementDirectory;
  nowMs: () => number;
}

interface Seen extends SeenPlan {
  readonly atMs: number;
}

const SEEN_MAX = 90;
const STATEMENTS_MAX = 300;
/** A plan that goes on is written down again only after so long. */
const SAVE_EVERY_MS = 10 * MINUTE_MS;
const COSTLIER_RATIO = 2;
const EARLIER_MS = 2 * MINUTE_MS;
const SUMMARY_MAX = 500;

export class PlanHistory {
  readonly #options: PlanHistoryOptions;
  readonly #seen = new Map<string, Seen[]>();
  readonly #unsaved = new Map<string, KeptPlan>();
  readonly #savedAtMs = new Map<string, number>();

  constructor(options: PlanHistoryOptions) {
    this.#options = options;
  }

  /** @param statement as the pool reports it */
  note(statement: string, plan: SeenPlan): void {
    const { directory, nowMs } = this.#options;
    const { id } = directory.named(statement);
    const atMs = nowMs();
    const summary = storableText(plan.summary, SUMMARY_MAX);
    this.#remember(id, { ...plan, summary, atMs });
    const key = `${id} ${plan.planId}`;
    if (atMs - (this.#savedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < SAVE_EVERY_MS) return;
    const firstSeenAtMs = this.#unsaved.get(key)?.firstSeenAtMs ?? atMs;
    const { cost, planId } = plan;
    this.#unsaved.set(key, { statementId: id, planId, summary, cost, firstSeenAtMs, lastSeenAtMs: atMs });
  }

  /** What was known before this process began. */
  async restore(statementIds: readonly string[]): Promise<void> {
    for (const { cost, lastSeenAtMs, planId, statementId, summary } of await this.#options.store.plans(statementIds)) {
      const seen = this.#seen.get(statementId) ?? [];
      const restored = { planId, summary, cost, analyzedAtMs: null, atMs: lastSeenAtMs };
      this.#seen.set(
        statementId,
        [...seen, restored].sort((a, b) => a.atMs - b.atMs),
      );
    }
  }

  /** Around the beginning of something: what was last seen before it, and what was last seen since. */
  around(statementId: string, atMs: number): PlanChange {
    const seen = this.#seen.get(statementId) ?? [];
    // It shows in whole minutes, so the plan itself may have changed a little earlier.
    const before = seen.findLast((one) => one.atMs < atMs - EARLIER_MS) ?? seen.find((one) => one.atMs < atMs);
    const after = seen.findLast((one) => one.atMs >= atMs);
    if (!before || !after) return { kind: 'unknown', before, after };
    if (before.planId !== after.planId) return { kind: 'changed', before, after };
    const isCostlier = before.cost !== null && after.cost !== null && after.cost >= before.cost * COSTLIER_RATIO;
    return { kind: isCostlier ? 'costlier' : 'same', before, after };
  }

  /** @throws AppError where the store cannot take it; it is tried again with the next call */
  async save(): Promise<void> {
    const { directory, store } = this.#options;
    const plans = [...this.#unsaved];
    if (plans.length === 0) return;
    const facts: StatementFacts[] = plans.flatMap(([, { statementId }]) => directory.withId(statementId) ?? []);
    await store.savePlans(
      plans.map(([, plan]) => plan),
      facts,
    );
    if (this.#savedAtMs.size > STATEMENTS_MAX * 4) this.#savedAtMs.clear();
    for (const [key, plan] of plans) {
      this.#savedAtMs.set(key, plan.lastSeenAtMs);
      if (this.#unsaved.get(key) === plan) this.#unsaved.delete(key);
    }
  }

  #remember(id: string, seen: Seen): void {
    const all = this.#seen.get(id) ?? [];
    // Those that were asked for longest ago stand first.
    this.#seen.delete(id);
    this.#seen.set(id, [...all, seen].slice(-SEEN_MAX));
    if (this.#seen.size > STATEMENTS_MAX) this.#seen.delete(this.#seen.keys().next().value as string);
  }
}
