/**
 * Finds statements that became worse for no reason of theirs: they read a multiple of the blocks for each call and take longer,
 * with as many rows as before, and by another plan. Blocks for a call are far less noisy than time, which a busy server makes
 * longer for everyone; where Postgres does not count them, time has to tell, and then only together with another plan.
 */

import { encodeHistogram } from './histogram-bytes.ts';
import { addMinutes, compareWindows, emptyMinute, type Finding, type Minute } from './regression-windows.ts';
import { EVERYTHING_ELSE, type SeriesStep } from './series.ts';
import { MINUTE_MS } from './spans.ts';

/** A statement became worse at that moment; whether by its plan is for the history of plans to say. */
export interface Suspicion extends Finding {
  readonly statementId: string;
}

const MINUTES_MAX = 90;
const STATEMENTS_MAX = 200;
/** It has been said, and what it is now becomes what it was before. */
const SILENT_MS = 60 * MINUTE_MS;

interface Watched {
  /** Oldest first; minutes without calls are left out. */
  minutes: Minute[];
  saidAtMs: number;
}

export class RegressionWatch {
  readonly #watched = new Map<string, Watched>();

  /** Minutes of the pool and of Postgres come separately, and those of before the start all at once. */
  note(steps: readonly SeriesStep[]): void {
    for (const { atMs, isServer, statementId, totals } of steps) {
      if (statementId === EVERYTHING_ELSE.id) continue;
      const minute = this.#minuteOf(statementId, atMs);
      const side = isServer ? minute.server : minute.own;
      side.calls += totals.calls;
      side.rows += totals.rows;
      side.totalMs += totals.totalMs;
      side.blocks += totals.hitBlocks + totals.readBlocks;
      if (isServer) continue;
      minute.histograms.push(encodeHistogram(totals.histogram));
    }
  }

  /** Those that are worse as of this minute, and have not been told within an hour. */
  judge(minuteAtMs: number): Suspicion[] {
    const found: Suspicion[] = [];
    for (const [statementId, { minutes, saidAtMs }] of this.#watched) {
      if (minuteAtMs - saidAtMs < SILENT_MS || minutes.at(-1)?.atMs !== minuteAtMs) continue;
      const finding = compareWindows(minutes);
      if (finding) found.push({ statementId, ...finding });
    }
    return found;
  }

  /** It is known to be worse since then: from now on that is what it is compared with. */
  told({ atMs, statementId }: Pick<Suspicion, 'statementId' | 'atMs'>, minuteAtMs: number): void {
    const watched = this.#watched.get(statementId);
    if (!watched) return;
    watched.saidAtMs = minuteAtMs;
    watched.minutes = watched.minutes.filter((minute) => minute.atMs >= atMs);
  }

  get statementIds(): string[] {
    return [...this.#watched.keys()];
  }

  #minuteOf(statementId: string, atMs: number): Minute {
    let watched = this.#watched.get(statementId);
    // Those that have not run for longest stand first.
    this.#watched.delete(statementId);
    watched ??= { minutes: [], saidAtMs: Number.NEGATIVE_INFINITY };
    this.#watched.set(statementId, watched);
    if (this.#watched.size > STATEMENTS_MAX) this.#watched.delete(this.#watched.keys().next().value as string);
    const last = watched.minutes.at(-1);
    if (last?.atMs === atMs) return last;
    const minute = emptyMinute(atMs);
    watched.minutes.push(minute);
    if (last && last.atMs > atMs) watched.minutes = addMinutes(watched.minutes);
    if (watched.minutes.length > MINUTES_MAX) watched.minutes.shift();
    return watched.minutes.find((one) => one.atMs === atMs) ?? minute;
  }
}
