/**
 * The baselines of all figures that a rule holds against their own past. Nothing is learnt of a figure while it is told to be
 * unusual, or while users are hurt, for up to six hours: after that it is how things are now.
 */

import { Baseline, type Usual } from './baseline.ts';
import type { HourSummary } from './hour-summary.ts';

/** An hour of one figure, as it is kept in Postgres. */
export interface FigureHour extends HourSummary {
  readonly series: string;
  readonly scope: string;
}

export type LearningState = 'warming_up' | 'ready';

const SERIES_MAX = 1_000;
const PAUSE_MAX_MS = 6 * 3_600_000;
const FORGET_AFTER_MS = 21 * 86_400_000;

interface Entry {
  readonly baseline: Baseline;
  /** Since when nothing is learnt; NaN where something is. */
  pausedSinceMs: number;
}

export class BaselineBook {
  readonly #bySeries = new Map<string, Map<string, Entry>>();
  #closed: FigureHour[] = [];
  #size = 0;
  /** Figures beyond the bound, of which nothing is learnt. */
  turnedAway = 0;

  /** @param isTrouble whether this is no time to learn from */
  learn(
    series: string,
    scope: string,
    { atMs, isTrouble, value }: { atMs: number; value: number; isTrouble: boolean },
  ): void {
    const entry = this.#entryOf(series, scope);
    if (!entry) return;
    if (!isTrouble || !entry.baseline.isReady) entry.pausedSinceMs = Number.NaN;
    else if (Number.isNaN(entry.pausedSinceMs)) entry.pausedSinceMs = atMs;
    if (atMs - entry.pausedSinceMs < PAUSE_MAX_MS) return;
    const closed = entry.baseline.add(atMs, value);
    if (closed) this.#closed.push({ ...closed, series, scope });
  }

  /** Undefined until enough is known of it. */
  usual(series: string, scope: string, atMs: number): Usual | undefined {
    return this.#bySeries.get(series)?.get(scope)?.baseline.usual(atMs);
  }

  /** How far one scope of it has come that has come furthest, and of how many hours it knows. */
  stateOf(series: string): { state: LearningState; hours: number; scopes: number } {
    const entries = [...(this.#bySeries.get(series)?.values() ?? [])];
    const hours = Math.max(0, ...entries.map(({ baseline }) => baseline.hours.length));
    const isReady = entries.some(({ baseline }) => baseline.isReady);
    return { state: isReady ? 'ready' : 'warming_up', hours, scopes: entries.length };
  }

  /** Hours that have become complete since this was last asked. */
  takeClosed(): FigureHour[] {
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }

  /** The hour under way, of each figure, as far as it has come. */
  partials(): FigureHour[] {
    const hours: FigureHour[] = [];
    for (const [series, scopes] of this.#bySeries) {
      for (const [scope, { baseline }] of scopes) {
        const hour = baseline.partial();
        if (hour) hours.push({ ...hour, series, scope });
      }
    }
    return hours;
  }

  restore(hours: readonly FigureHour[]): void {
    const grouped = new Map<string, FigureHour[]>();
    for (const hour of hours) {
      const key = `${hour.series}\n${hour.scope}`;
      const group = grouped.get(key);
      if (group) group.push(hour);
      else grouped.set(key, [hour]);
    }
    for (const group of grouped.values()) {
      const { scope, series } = group[0] as FigureHour;
      this.#entryOf(series, scope)?.baseline.restore(group);
    }
  }

  /** Forgets figures that have not come for three weeks, such as those of a statement that is gone. */
  forget(nowMs: number): void {
    for (const scopes of this.#bySeries.values()) {
      for (const [scope, { baseline }] of scopes) {
        const lastMs = Math.max(baseline.seenAtMs, ((baseline.hours.at(-1)?.hour ?? 0) + 1) * 3_600_000);
        if (nowMs - lastMs > FORGET_AFTER_MS && scopes.delete(scope)) this.#size -= 1;
      }
    }
  }

  #entryOf(series: string, scope: string): Entry | undefined {
    let scopes = this.#bySeries.get(series);
    if (!scopes) {
      scopes = new Map();
      this.#bySeries.set(series, scopes);
    }
    let entry = scopes.get(scope);
    if (!entry) {
      if (this.#size >= SERIES_MAX) {
        this.turnedAway += 1;
        return undefined;
      }
      entry = { baseline: new Baseline(), pausedSinceMs: Number.NaN };
      scopes.set(scope, entry);
      this.#size += 1;
    }
    return entry;
  }
}
