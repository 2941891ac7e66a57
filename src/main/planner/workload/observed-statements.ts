/** Statements that nobody declared, as the monitor keeps them: their fingerprint's text without its constants. */

import type { CallFigures } from './declared-statements.ts';
import { numberParameters } from './numbered-parameters.ts';
import type { WorkloadStatement } from './workload.ts';

export interface ObservedStatement extends CallFigures {
  /** What people know it by. */
  name: string;
  /** Constants as `?`, lists as `(?+)`; null where the text was too long to be kept. */
  text: string | null;
  origin?: string;
}

export function observedStatements(observed: readonly ObservedStatement[]): WorkloadStatement[] {
  return observed.flatMap(({ text, ...statement }) =>
    text === null || !isPlannable(text)
      ? []
      : [{ ...statement, source: 'observed' as const, text: numberParameters(text) }],
  );
}

/** What sets, locks or changes the schema has no plan and is no part of a workload. */
export function isPlannable(text: string): boolean {
  return /^[\s(]*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(select|insert|update|delete|merge|with|values|table)\b/i.test(
    text,
  );
}
