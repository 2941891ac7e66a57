/**
 * The alert engine: hears of every figure that is published, looks twice a second at what runs, and tells whoever listens when
 * something has to be known. All of it is in memory and asks the database for nothing, so that it goes on while the database is
 * away.
 */

import type { Lease, PoolTracker } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { toError } from '../../foundation/errors.ts';
import type { Logger } from '../../foundation/logger.ts';
import type { ActivitySample } from '../samples/backend.ts';
import type { Reading } from '../samples/reading-hub.ts';
import { AlertBook, type AlertChange, type AlertListener, type Sign } from './alert-book.ts';
import { BaselineBook } from './baseline-book.ts';
import { builtInRules } from './built-in-rules.ts';
import { DatabaseWatch } from './database-watch.ts';
import { readEventSigns } from './event-signs.ts';
import { Excursions } from './excursions.ts';
import { type Finding, Judge } from './judge.ts';
import { Learner } from './learner.ts';
import type { AlertRuleDefinition } from './rule.ts';
import type { Alert } from './schema.ts';
import { duration } from './words.ts';

export interface AlertEngineOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What holds connections now; nothing where there is no pool of ours. */
  readonly listLeases?: () => readonly Lease[];
  readonly latestSample?: () => ActivitySample | undefined;
  readonly poolLimit?: () => number;
  readonly usualMs?: (statement: string) => number | undefined;
  /** The sentence of the cause that is known at present. */
  readonly readCause?: () => string | null;
  /** The id of the incident that is open. */
  readonly readIncident?: () => string | null;
  /** Something was added to an alert of which nobody has to be told anew. */
  readonly onAmended?: (alert: Alert) => void;
  /** For so long all signs of an alert have to be gone; two minutes when left out. */
  readonly settleMs?: number;
}

/** Something that was seen once and is told of for a while, such as a plan that has become worse. */
export interface OneOff extends Pick<Sign, 'scope' | 'sentence' | 'group' | 'severity' | 'value' | 'threshold'> {
  readonly ruleId: string;
  readonly forMs: number;
}

const SETTLE_MS = 120_000;
const TICK_EVERY_MS = 10_000;

export class AlertEngine {
  readonly baselines = new BaselineBook();
  readonly learner = new Learner();
  readonly excursions = new Excursions();
  readonly book: AlertBook;
  readonly #options: AlertEngineOptions;
  readonly #judge: Judge;
  readonly #databaseWatch: DatabaseWatch;
  readonly #eventsOn = new Map<string, Sign>();
  readonly #oneOffs = new Map<string, { sign: Sign; untilMs: number }>();
  #rules: ReadonlyMap<string, AlertRuleDefinition> = new Map();
  #listeners: readonly AlertListener[] = [];
  #tickedAtMs = Number.NEGATIVE_INFINITY;
  #hurtingSinceMs = Number.NaN;
  #hasFailed = false;

  constructor(options: AlertEngineOptions, rules: readonly AlertRuleDefinition[] = builtInRules) {
    const { clock, onAmended, readCause, readIncident, settleMs = SETTLE_MS } = options;
    this.#options = options;
    this.#databaseWatch = new DatabaseWatch(() => clock.monotonicMs());
    const onAlert: AlertListener = (alert, change) => this.#tell(alert, change);
    this.book = new AlertBook({
      ...{ settleMs, onAlert },
      ...(readCause ? { readCause } : {}),
      ...(readIncident ? { readIncident } : {}),
      ...(onAmended ? { onAmended } : {}),
    });
    this.#judge = new Judge(
      {
        baselines: this.baselines,
        factorOf: (rule, scope) => this.learner.factorOf(rule, scope, clock.nowMs()),
        onFinding: (finding, change) => this.#found(finding, change),
        onEvaluated: (evaluation) => this.excursions.note(evaluation),
      },
      rules,
    );
    this.#rules = byId(rules);
  }

  /** To be added to what the pool reports to. */
  get tracker(): PoolTracker {
    return this.#databaseWatch;
  }

  /** For the error budget, whose windows outlast a restart. */
  get burn() {
    return this.#judge.burn;
  }

  /** Each change of an alert, once. Returns how to stop listening. */
  onAlert(listener: AlertListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener);
    };
  }

  firing(): Alert[] {
    return this.book.firing();
  }

  get rules(): readonly AlertRuleDefinition[] {
    return [...this.#rules.values()];
  }

  ruleOf(id: string): AlertRuleDefinition | undefined {
    return this.#rules.get(id);
  }

  setRules(rules: readonly AlertRuleDefinition[]): void {
    const nowMs = this.#options.clock.nowMs();
    const before = this.#rules;
    this.#rules = byId(rules);
    this.#judge.setRules(rules);
    for (const id of before.keys()) if (!this.#rules.get(id)?.isEnabled) this.book.drop(id, nowMs);
  }

  /** Figures that were published together. @param atMs wall clock */
  observe(atMs: number, readings: readonly Reading[]): void {
    this.#judge.observe(atMs, readings);
    this.#tick(atMs);
  }

  /** Looks at what runs now. To be called twice a second. */
  look(): void {
    const { clock, latestSample, listLeases, poolLimit, usualMs } = this.#options;
    const atMs = clock.nowMs();
    this.lookAt({
      atMs,
      signs: readEventSigns({
        ...{ atMs, monotonicMs: clock.monotonicMs(), leases: listLeases?.() ?? [], sample: latestSample?.() },
        ...{ limit: poolLimit?.() ?? 0, hurtingMs: this.#hurtingMs(atMs) },
        usualMs: (statement) => usualMs?.(statement),
        ruleOf: (id) => this.#rules.get(id),
      }),
    });
  }

  /** What was found by looking at this moment, all of it: what was found before and is not in it has ended. */
  lookAt({ atMs, signs }: { atMs: number; signs: readonly Sign[] }): void {
    const found = new Map<string, Sign>();
    for (const sign of [...signs, ...this.#databaseSigns(atMs), ...this.#oneOffSigns(atMs)]) {
      found.set(`${sign.rule.id} ${sign.scope}`, sign);
    }
    for (const [key, sign] of found) {
      if (this.#eventsOn.has(key)) this.book.holds(sign);
      else this.book.began(sign);
    }
    for (const [key, { rule, scope }] of this.#eventsOn) if (!found.has(key)) this.book.ended(rule.id, scope, atMs);
    this.#eventsOn.clear();
    for (const [key, sign] of found) this.#eventsOn.set(key, sign);
    this.#tick(atMs);
  }

  /** Tells of something that was seen once. */
  note({ forMs, ruleId, ...seen }: OneOff): void {
    const rule = this.#rules.get(ruleId);
    if (!rule?.isEnabled) return;
    const atMs = this.#options.clock.nowMs();
    const sign: Sign = { ...seen, rule, atMs };
    this.#oneOffs.set(`${ruleId} ${seen.scope}`, { sign, untilMs: atMs + forMs });
    this.book.began(sign);
  }

  /** What was noted is over before its time. */
  over(ruleId: string, scope: string): void {
    this.#oneOffs.delete(`${ruleId} ${scope}`);
  }

  /** Whether users wait, are refused or are failed at this moment. */
  isHurting(): boolean {
    return this.#judge.isHurting(this.#options.clock.nowMs());
  }

  #hurtingMs(atMs: number): number {
    if (!this.#judge.isHurting(atMs)) this.#hurtingSinceMs = Number.NaN;
    else if (Number.isNaN(this.#hurtingSinceMs)) this.#hurtingSinceMs = atMs;
    return Number.isNaN(this.#hurtingSinceMs) ? 0 : Math.max(1, atMs - this.#hurtingSinceMs);
  }

  #databaseSigns(atMs: number): Sign[] {
    const rule = this.#rules.get('database-away');
    const awayMs = this.#databaseWatch.awayMs();
    if (!rule?.isEnabled || awayMs === 0) return [];
    const sentence = 'Postgres does not answer: no connection can be opened.';
    const value = Math.round(awayMs / 1_000);
    return [{ ...{ rule, scope: '', atMs, value, threshold: 0, isCause: true, group: 'Postgres' }, sentence }];
  }

  #oneOffSigns(atMs: number): Sign[] {
    for (const [key, { untilMs }] of this.#oneOffs) if (atMs >= untilMs) this.#oneOffs.delete(key);
    return [...this.#oneOffs.values()].map(({ sign }) => sign);
  }

  #found(finding: Finding, change: 'began' | 'holds' | 'ended'): void {
    const { atMs, rule, scope, threshold, value } = finding;
    if (change === 'ended') {
      this.book.ended(rule.id, scope, atMs);
      return;
    }
    const sign: Sign = { rule, scope, atMs, value, threshold, sentence: rule.tell(finding), group: scope || rule.name };
    if (change === 'began') this.book.began(sign);
    else this.book.holds(sign);
  }

  #tick(atMs: number): void {
    this.book.tick(atMs);
    if (atMs - this.#tickedAtMs < TICK_EVERY_MS) return;
    this.#tickedAtMs = atMs;
    this.#judge.tick(atMs);
  }

  #tell(alert: Alert, change: AlertChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(alert, change);
      } catch (error) {
        if (!this.#hasFailed) this.#options.logger.error({ err: toError(error) }, 'a listener of the alerts failed');
        this.#hasFailed = true;
      }
    }
  }
}

/** For the journal: "It lasted 4 min." */
export function lastedSentence({ resolvedAt, startedAt }: Alert): string {
  return `It lasted ${duration(Date.parse(resolvedAt ?? startedAt) - Date.parse(startedAt))}.`;
}

function byId(rules: readonly AlertRuleDefinition[]): Map<string, AlertRuleDefinition> {
  return new Map(rules.map((rule) => [rule.id, rule]));
}
