/** The rules that every server has. Own deadlines are enforced from the start; other programs' sessions wait for a word. */

import type { Conditions, Mode, RuleDefinition } from './rule.ts';

interface BuiltIn {
  id: string;
  name: string;
  mode: Mode;
  scope: RuleDefinition['scope'];
  conditions: Conditions;
  action: RuleDefinition['action'];
}

/** One who waits in `critical` for a second, or what weighs as much. */
const ONE_CRITICAL_SECOND = 8;

const builtIns: readonly BuiltIn[] = [
  {
    id: 'own-past-deadline',
    name: 'A statement of this server runs on after its deadline',
    mode: 'enforce',
    scope: 'own',
    // The pool has asked for its end at the deadline; this is for when that was not heard.
    conditions: { pastDeadlineMs: 3_000 },
    action: 'terminate',
  },
  {
    id: 'own-idle-in-transaction',
    name: 'A session of this server stands idle in a transaction',
    mode: 'enforce',
    scope: 'own',
    conditions: { idleInTransactionMs: 60_000 },
    action: 'terminate',
  },
  {
    id: 'others-idle-and-blocking',
    name: 'Another program’s session stands idle in a transaction, and users wait for its locks',
    mode: 'warn',
    scope: 'others',
    conditions: {
      idleInTransactionMs: 1_000,
      blockingWeight: ONE_CRITICAL_SECOND,
      blocksLanes: ['critical', 'interactive'],
    },
    action: 'terminate',
  },
  {
    id: 'others-long-while-slow',
    name: 'Another program’s statement runs long while critical is slow',
    mode: 'warn',
    scope: 'others',
    conditions: { olderThanMs: 5 * 60_000, whileSlowed: 'critical' },
    action: 'cancel',
  },
  {
    id: 'others-queued-definition',
    name: 'Another program’s change of a definition waits for a lock, and others wait behind it',
    mode: 'warn',
    scope: 'others',
    conditions: { isQueuedDdl: true, olderThanMs: 5_000, blockingWeight: ONE_CRITICAL_SECOND },
    action: 'cancel',
  },
];

export const builtInRules: readonly RuleDefinition[] = builtIns.map((rule) => ({
  ...rule,
  ...{ isBuiltIn: true, mayEndMaintenance: false, fault: null, changedBy: null, changedAt: null },
}));
