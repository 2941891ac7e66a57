/**
 * What keeps query statistics: in Postgres, or in memory alone. Steps come in by the minute; what is read is added up over a
 * span, whatever tables that takes.
 */

import type { Series, SeriesStep } from './series.ts';
import type { Span } from './spans.ts';
import type { StatementFacts } from './statement-directory.ts';

/** A minute of one series, on its way into the store. `writer` tells two processes apart that count the same. */
export interface WrittenStep extends SeriesStep {
  readonly writer: number;
}

/** A plan of a statement. It may have been another in between. */
export interface KeptPlan {
  readonly statementId: string;
  readonly planId: string;
  /** Its steps, without figures. */
  readonly summary: string;
  readonly cost: number | null;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
}

/** Something that came shortly before, and may be why. */
export interface PrecedingEvent {
  readonly atMs: number;
  readonly sentence: string;
}

export interface Regression {
  readonly statementId: string;
  /** The first minute that was worse. */
  readonly atMs: number;
  readonly sentence: string;
  /** Blocks for a call, after against before; null where they are not known. */
  readonly blocksRatio: number | null;
  readonly timeRatio: number;
  /** Summaries of plans; null where none is known. */
  readonly planBefore: string | null;
  readonly planAfter: string | null;
  readonly precededBy: readonly PrecedingEvent[];
}

export interface ReadSeries {
  /** As it was read: rounded to what is kept. */
  readonly span: Span;
  readonly series: readonly Series[];
}

export interface QueryStore {
  /** All of them or none; what was written before is not counted twice. */
  write(steps: readonly WrittenStep[], facts: readonly StatementFacts[]): Promise<void>;
  /** Added up by series. With a statement, only that one. */
  read(span: Span, statementId?: string): Promise<ReadSeries>;
  /** Of one statement, by steps of that width, oldest first. */
  readSteps(statementId: string, span: Span, stepMs: number): Promise<readonly SeriesStep[]>;
  /** The minutes of all series, as they were written, for whoever compares minute by minute. */
  readMinutes(span: Span): Promise<readonly SeriesStep[]>;
  facts(ids: readonly string[]): Promise<readonly StatementFacts[]>;
  savePlans(plans: readonly KeptPlan[], facts: readonly StatementFacts[]): Promise<void>;
  /** What was seen last stands last. */
  plans(statementIds: readonly string[]): Promise<readonly KeptPlan[]>;
  saveRegression(regression: Regression, facts: StatementFacts): Promise<void>;
  /** Of one statement, or of all, newest first. */
  regressions(span: Span, statementId?: string): Promise<readonly Regression[]>;
  /** Sums up hours and days that are over, where it may write, and deletes what is too old. Several times an hour. */
  upkeep(options?: { mayWrite: boolean }): Promise<void>;
}
