/** What a rule says of a statement before any cure was tried, and how bad it is. */

import type { SnapshotRelation } from '../snapshot/snapshot.ts';
import type { IndexDefinition } from '../twin/twin.ts';
import type { FindingKind, Severity } from './schema.ts';
import type { PlannedBinding, Step, Subject } from './subject.ts';

/** The statement written anew. */
export interface Rewrite {
  text: string;
  /** What changes, in one sentence. */
  sentence: string;
  caution: string | null;
  /** For the new text; left out, those of the binding do. */
  params?: readonly string[];
  /** What the new text is compared with, where that is not the binding's own cost: twenty calls that become one. */
  times?: number;
  /** An index that it needs, where none serves it yet: the first that helps. */
  needs?: readonly IndexDefinition[];
}

export interface RawFinding {
  kind: FindingKind;
  severity: Severity;
  sentence: string;
  relation: SnapshotRelation | undefined;
  planned: PlannedBinding | undefined;
  step: Step | undefined;
  /** Tells two findings of one kind and table apart. */
  about?: string;
  /** Where nothing cures it: what it is then, `null` where it is no finding at all. Left out: the same. */
  severityUncured?: Severity | null;
  indexes?: readonly IndexDefinition[];
  /** Several of them may be needed at once, as for the arms of an OR. */
  isJoint?: true;
  rewrites?: readonly Rewrite[];
  /** Tried before an index: an index would not do, or not as well. */
  prefersRewrite?: true;
  /** What else can be done, in one sentence, and as SQL where it can be said so. */
  advice: { sentence: string; sql?: string };
}

/** Looks at one plan of a statement. */
export type PlanRule = (planned: PlannedBinding, subject: Subject) => RawFinding[];

/** From here on reading rows is worth a second look, and from there on it hurts whoever waits. */
export const MANY_ROWS = 10_000;
const VERY_MANY_ROWS = 100_000;
/** Ten megabytes: below, an index changes nothing that anyone notices. */
export const LARGE_BLOCKS = 1_280;
/** What is asked less than hourly is no one's wait. */
const SELDOM_CALLS_PER_DAY = 24;

const LOWER: Record<Severity, Severity> = { severe: 'concern', concern: 'note', note: 'note' };
export const severityOrder: readonly Severity[] = ['severe', 'concern', 'note'];

/** By how many rows are read, and whether anyone waits for it. */
export function severityOf(rowsRead: number, { prepared }: Subject): Severity {
  const severity = rowsRead >= VERY_MANY_ROWS ? 'severe' : rowsRead >= MANY_ROWS ? 'concern' : 'note';
  const { callsPerDay } = prepared.statement;
  return callsPerDay !== null && callsPerDay < SELDOM_CALLS_PER_DAY ? LOWER[severity] : severity;
}

export function worseOf(one: Severity, other: Severity): Severity {
  return severityOrder.indexOf(one) <= severityOrder.indexOf(other) ? one : other;
}
