/**
 * A rule: whom it means, and what may be done to them. Its conditions are joined by AND alone, so that another one can only
 * make it hit fewer. What this build cannot read switches the rule off; it is never read as less than it says.
 */

import { type LaneName, laneNames } from '../../database/index.ts';
import { reasonOfMaintenance } from './never-touch.ts';
import type * as schema from './schema.ts';
import type { SeenSession } from './seen-session.ts';

export type Conditions = schema.RuleConditions;
export type Mode = schema.Rule['mode'];

export interface RuleDefinition {
  readonly id: string;
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly mode: Mode;
  readonly scope: schema.Rule['scope'];
  readonly conditions: Conditions;
  readonly action: schema.Rule['action'];
  readonly mayEndMaintenance: boolean;
  /** Why it is off whatever its mode says. */
  readonly fault: string | null;
  readonly changedBy: string | null;
  readonly changedAt: string | null;
}

type ConditionName = keyof Conditions;
type Check<Name extends ConditionName> = (wanted: NonNullable<Conditions[Name]>, seen: SeenSession) => boolean;

const checks: { readonly [Name in ConditionName]-?: Check<Name> } = {
  lane: (wanted, { lane }) => lane === wanted,
  fingerprint: (wanted, { fingerprint, statement }) => statement === wanted || fingerprint === wanted,
  state: (wanted, { state }) => state === wanted,
  olderThanMs: (wanted, { ageMs, state }) => state === 'active' && ageMs > wanted,
  idleInTransactionMs: (wanted, { ageMs, state }) => state.startsWith('idle in transaction') && ageMs > wanted,
  blockingWeight: (wanted, { weight }) => weight > wanted,
  pastDeadlineMs: (wanted, { pastDeadlineMs }) => pastDeadlineMs > wanted,
  blocksLanes: (wanted, { blocksLanes }) => wanted.some((lane) => blocksLanes.includes(lane)),
  isQueuedDdl: (_wanted, { isQueuedDdl }) => isQueuedDdl,
  whileSlowed: (wanted, { slowedLanes }) => slowedLanes.includes(wanted),
};

/** A rule without one of these would hit whoever happens to be looked at. */
const measures: readonly ConditionName[] = ['olderThanMs', 'idleInTransactionMs', 'blockingWeight', 'pastDeadlineMs'];
const MIN_MS = 1_000;

/** Whether all conditions hold; whom the rule must leave alone is another question. */
export function matches(rule: RuleDefinition, seen: SeenSession): boolean {
  if (rule.fault !== null || rule.scope !== seen.scope) return false;
  const wanted = Object.entries(rule.conditions) as [ConditionName, never][];
  // A rule without conditions is no rule: it must not mean everybody.
  return wanted.length > 0 && wanted.every(([name, value]) => (checks[name] as Check<ConditionName>)(value, seen));
}

/** Why a session that the rule means is left alone all the same. */
export function reasonToSpare(rule: RuleDefinition, seen: SeenSession): string | null {
  const { mayEndMaintenance } = rule;
  return seen.protection ?? reasonOfMaintenance(seen.maintenance, { blockingWeight: seen.weight, mayEndMaintenance });
}

/** What is wrong with a rule, in a sentence; null where nothing is. */
export function faultOf({ action, conditions }: Pick<RuleDefinition, 'action' | 'conditions'>): string | null {
  if (!measures.some((name) => conditions[name] !== undefined)) {
    return `A rule needs a measure of who is hurt or for how long: ${measures.join(', ')}.`;
  }
  const isOfIdle = conditions.idleInTransactionMs !== undefined || conditions.state?.startsWith('idle');
  if (isOfIdle && action === 'cancel') {
    return 'A session that is idle in a transaction runs nothing that could be cancelled: its action must be terminate.';
  }
  if (isOfIdle && (conditions.olderThanMs !== undefined || conditions.state === 'active')) {
    return 'No session runs a statement and is idle in a transaction at once: the rule would never hit.';
  }
  return null;
}

const isLane = (value: unknown): value is LaneName => laneNames.includes(value as LaneName);
const isDuration = (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= MIN_MS;
const states = ['active', 'idle in transaction', 'idle in transaction (aborted)'];
const forms: { readonly [Name in ConditionName]-?: (value: unknown) => boolean } = {
  lane: isLane,
  fingerprint: (value) => typeof value === 'string' && value !== '',
  state: (value) => states.includes(value as string),
  olderThanMs: isDuration,
  idleInTransactionMs: isDuration,
  blockingWeight: (value) => typeof value === 'number' && value > 0,
  pastDeadlineMs: isDuration,
  blocksLanes: (value) => Array.isArray(value) && value.length > 0 && value.every(isLane),
  isQueuedDdl: (value) => value === true,
  whileSlowed: isLane,
};

/** Conditions as they were stored, perhaps by another build. What cannot be read is a fault, and never left out. */
export function readConditions(stored: unknown): { conditions: Conditions; fault: string | null } {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    return { conditions: {}, fault: 'Its conditions cannot be read. The rule is off.' };
  }
  const readable: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(stored)) {
    if (Object.hasOwn(forms, name) && forms[name as ConditionName](value)) readable[name] = value;
    else unknown.push(name);
  }
  const conditions = readable as Conditions;
  if (unknown.length === 0) return { conditions, fault: null };
  return { conditions, fault: `This build does not understand its condition ${unknown.join(', ')}. The rule is off.` };
}
