/** A measure as it is written from an incident: what to do, why, and how the system finds out whether it was done. */

import { createHash } from 'node:crypto';
import type { Measure } from '../schema.ts';

/** What is looked at to see whether a measure holds. */
export type CheckSpec =
  /** An index like this one is there, valid and used. */
  | { readonly kind: 'index'; readonly sql: string }
  | { readonly kind: 'rule'; readonly ruleId: string }
  /** The session that stood in the way is gone. */
  | { readonly kind: 'session'; readonly pid: number; readonly seenAt: string }
  /** A setting of a role, such as `idle_in_transaction_session_timeout`, is above zero. */
  | { readonly kind: 'role_setting'; readonly role: string; readonly setting: string }
  | { readonly kind: 'cap_lifted'; readonly statement: string }
  /** The column's statistics are larger than the default, and were taken after the incident. */
  | { readonly kind: 'statistics'; readonly relation: string; readonly column: string | null; readonly after: string }
  /** No later incident has the same cause. */
  | {
      readonly kind: 'not_again';
      readonly verdictKind: string;
      readonly statement: string | null;
      readonly after: string;
    };

export interface MeasureDraft {
  readonly key: string;
  readonly kind: Measure['kind'];
  readonly sentence: string;
  readonly detail: string | null;
  readonly evidence: string[];
  readonly check: CheckSpec | null;
  readonly isOwn: boolean;
  /** When it was done while the incident lasted, as that recorded it; an operator's tick counts for more. */
  readonly doneAt: string | null;
}

/** Stable over rewriting: a measure that was ticked off stays so when the postmortem is written again. */
export function keyOf(what: string, detail: string | null): string {
  const digest = createHash('sha256')
    .update(`${what}\n${detail ?? ''}`)
    .digest('base64url');
  return `${what}-${digest.slice(0, 8).replace(/[-_]/g, '0')}`;
}
