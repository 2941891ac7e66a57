/**
 * What a rule of alerts is: which figure it watches, from where on it speaks, and whom it has to hurt before anyone is told.
 */

import type { Severity } from './schema.ts';

export type RuleKind = 'limit' | 'baseline' | 'burn' | 'event';
export type Direction = 'above' | 'below';

/**
 * Whom it has to hurt. A figure that is odd and hurts nobody is no alert.
 * - `none`: the figure is the harm itself, such as a refusal.
 * - `users`: at the same time somebody waits, is refused or is failed.
 * - `addedWait`: what is added to the usual, times how often, comes to enough seconds of waiting a minute.
 * - `change`: it is so far from the usual, in its own unit.
 * - `count`: it happens so often.
 */
export type Gate =
  | { readonly by: 'none' }
  | { readonly by: 'users' }
  | {
      readonly by: 'addedWait';
      /** Calls a second, of the same scope. */
      readonly rate: string;
      /** Which part of the calls is slower by so much: 0.01 where the figure is a p99. */
      readonly part: number;
      readonly secondsPerMinute: number;
    }
  | { readonly by: 'change'; readonly least: number }
  /** Another figure, which counts the harm, comes to so much. */
  | { readonly by: 'count'; readonly rate: string; readonly perMinute: number };

/** What a rule found, for its sentence. */
export interface Seen {
  readonly scope: string;
  readonly value: number;
  readonly threshold: number;
  /** Of a baseline: what is usual at this hour. */
  readonly usual: number;
}

export interface AlertRuleDefinition {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly isBuiltIn: boolean;
  readonly isEnabled: boolean;
  readonly severity: Severity;
  readonly kind: RuleKind;
  /** As it is published; null where it is none, such as of an event. */
  readonly series: string | null;
  /** These scopes alone; left out for all. */
  readonly scopes?: readonly string[];
  readonly direction: Direction;
  /** Of a limit in the unit of the series, of a baseline in spreads (robust z), of a burn as a multiple. */
  readonly threshold: number;
  readonly unit: string;
  readonly forSeconds: number;
  /** Feedback never moves it: at a full disk nobody's opinion counts. */
  readonly isHard: boolean;
  readonly gate: Gate;
  /** Of a baseline: at least so many times what is usual (or at most that part of it, for `below`). */
  readonly ratio?: number;
  /**
   * Of a baseline: and so many times what it was within the last hour. A second witness: a slow day is unusual all day, and
   * nothing broke.
   */
  readonly sudden?: number;
  /** Of a baseline: smaller values than this never matter, whatever is usual. */
  readonly least?: number;
  /** Of a baseline: in the unit of the series, the least that is taken for its spread. */
  readonly spreadMin?: number;
  /** Rules of one family that fire at the same time are one alert: signs of the same trouble. */
  readonly family: string;
  readonly tell: (seen: Seen) => string;
}

/** Feedback moves no threshold beyond these. */
export const FACTOR_MIN = 0.5;
export const FACTOR_MAX = 4;

/** A limit as it stands after what was learnt. Below means: a lower threshold is the less sensitive one. */
export function thresholdOf({ direction, kind, threshold }: AlertRuleDefinition, factor: number): number {
  return kind === 'limit' && direction === 'below' ? threshold / factor : threshold * factor;
}
