/**
 * Query statistics in memory alone, for a database that nothing may be written to: minutes for three hours, hours for two weeks,
 * each with a bounded number of series.
 */

import type { Clock } from '../../foundation/clock.ts';
import type { KeptPlan, QueryStore, ReadSeries, Regression, WrittenStep } from './query-store.ts';
import { addUp, keepHeaviest, keyOf, type Series, type SeriesStep } from './series.ts';
import { DAY_MS, floorTo, HOUR_MS, MINUTE_MS, type Span, segmentsOf } from './spans.ts';
import type { StatementFacts } from './statement-directory.ts';

const MINUTES_KEPT_MS = 3 * HOUR_MS;
const HOURS_KEPT_MS = 14 * DAY_MS;
const SERIES_PER_STEP = 80;
const FACTS_MAX = 5_000;
const PLANS_MAX = 20;
const REGRESSIONS_MAX = 500;

export class MemoryQueryStore implements QueryStore {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #minutes = new Map<number, Map<string, WrittenStep>>();
  readonly #hours = new Map<number, readonly Series[]>();
  readonly #facts = new Map<string, StatementFacts>();
  readonly #plans = new Map<string, readonly KeptPlan[]>();
  #regressions: readonly Regression[] = [];
  #hoursUntilMs = 0;

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  async write(steps: readonly WrittenStep[], facts: readonly StatementFacts[]): Promise<void> {
    this.#keepFacts(facts);
    for (const step of steps) {
      const minute = this.#minutes.get(step.atMs) ?? new Map<string, WrittenStep>();
      this.#minutes.set(step.atMs, minute);
      const key = `${step.writer}\n${keyOf(step)}`;
      if (!minute.has(key)) minute.set(key, step);
    }
  }

  async read(span: Span, statementId?: string): Promise<ReadSeries> {
    const whole = { fromMs: floorTo(span.fromMs, MINUTE_MS), toMs: Math.ceil(span.toMs / MINUTE_MS) * MINUTE_MS };
    const found = [...this.#stepsOf(whole)].filter(
      (one) => statementId === undefined || one.statementId === statementId,
    );
    return { span: whole, series: addUp(found) };
  }

  async readSteps(statementId: string, span: Span, stepMs: number): Promise<SeriesStep[]> {
    const byStep = new Map<number, SeriesStep[]>();
    for (const step of this.#stepsOf({ ...span, fromMs: floorTo(span.fromMs, stepMs) })) {
      if (step.statementId !== statementId) continue;
      const atMs = floorTo(step.atMs, stepMs);
      byStep.set(atMs, [...(byStep.get(atMs) ?? []), step]);
    }
    const ordered = [...byStep].sort(([a], [b]) => a - b);
    return ordered.flatMap(([atMs, steps]) => addUp(steps).map((series) => ({ ...series, atMs })));
  }

  async readMinutes({ fromMs, toMs }: Span): Promise<SeriesStep[]> {
    return [...this.#minutes]
      .filter(([atMs]) => atMs >= fromMs && atMs < toMs)
      .sort(([a], [b]) => a - b)
      .flatMap(([, steps]) => [...steps.values()]);
  }

  async facts(ids: readonly string[]): Promise<StatementFacts[]> {
    return ids.flatMap((id) => this.#facts.get(id) ?? []);
  }

  async savePlans(plans: readonly KeptPlan[], facts: readonly StatementFacts[]): Promise<void> {
    this.#keepFacts(facts);
    for (const plan of plans) {
      const known = this.#plans.get(plan.statementId) ?? [];
      const same = known.find(({ planId }) => planId === plan.planId);
      const firstSeenAtMs = Math.min(plan.firstSeenAtMs, same?.firstSeenAtMs ?? plan.firstSeenAtMs);
      const others = known.filter((one) => one !== same);
      this.#plans.set(plan.statementId, [...others, { ...plan, firstSeenAtMs }].slice(-PLANS_MAX));
    }
  }

  async plans(statementIds: readonly string[]): Promise<readonly KeptPlan[]> {
    const found = statementIds.flatMap((id) => this.#plans.get(id) ?? []);
    return found.sort((a, b) => a.lastSeenAtMs - b.lastSeenAtMs);
  }

  async saveRegression(regression: Regression, facts: StatementFacts): Promise<void> {
    this.#keepFacts([facts]);
    this.#regressions = [regression, ...this.#regressions].slice(0, REGRESSIONS_MAX);
  }

  async regressions({ fromMs, toMs }: Span, statementId?: string): Promise<Regression[]> {
    return this.#regressions.filter(
      (one) => one.atMs >= fromMs && one.atMs < toMs && (statementId === undefined || one.statementId === statementId),
    );
  }

  async upkeep(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const untilMs = floorTo(nowMs - 5 * MINUTE_MS, HOUR_MS);
    const hours = new Set([...this.#minutes.keys()].map((atMs) => floorTo(atMs, HOUR_MS)));
    for (const hourMs of hours) {
      if (hourMs >= untilMs) continue;
      const steps = await this.readMinutes({ fromMs: hourMs, toMs: hourMs + HOUR_MS });
      // Of an hour whose minutes are leaving, what was summed up while they were whole is kept.
      if (hourMs >= nowMs - MINUTES_KEPT_MS) this.#hours.set(hourMs, keepHeaviest(addUp(steps), SERIES_PER_STEP));
    }
    this.#hoursUntilMs = untilMs;
    for (const atMs of this.#minutes.keys()) if (atMs < nowMs - MINUTES_KEPT_MS) this.#minutes.delete(atMs);
    for (const atMs of this.#hours.keys()) if (atMs < nowMs - HOURS_KEPT_MS) this.#hours.delete(atMs);
  }

  *#stepsOf(span: Span): Generator<SeriesStep> {
    const until = { minutesFromMs: 0, hoursUntilMs: this.#hoursUntilMs, daysUntilMs: 0 };
    for (const { fromMs, tier, toMs } of segmentsOf(span, until)) {
      const isIn = (atMs: number) => atMs >= fromMs && atMs < toMs;
      if (tier === 'minute') for (const [atMs, steps] of this.#minutes) if (isIn(atMs)) yield* steps.values();
      if (tier !== 'hour') continue;
      for (const [atMs, series] of this.#hours) if (isIn(atMs)) for (const one of series) yield { ...one, atMs };
    }
  }

  #keepFacts(facts: readonly StatementFacts[]): void {
    for (const one of facts) {
      if (this.#facts.size >= FACTS_MAX) this.#facts.delete(this.#facts.keys().next().value as string);
      this.#facts.delete(one.id);
      this.#facts.set(one.id, one);
    }
  }
}
