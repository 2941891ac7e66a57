/** Sessions as the sampler would have seen them, and as rules see them, for tests that need no Postgres. */

import type { Lease } from '../../main/database/index.ts';
import type { RuleDefinition } from '../../main/monitor/rules/rule.ts';
import type { SeenSession } from '../../main/monitor/rules/seen-session.ts';
import type { ActivitySample, Backend } from '../../main/monitor/samples/backend.ts';

export const OUR_DATABASE = 'shop';

export function backendOf(some: Partial<Backend> = {}): Backend {
  return {
    ...{ pid: 812, leaderPid: null, backendType: 'client backend', databaseName: OUR_DATABASE, userName: 'shop' },
    ...{ isSuperuser: false, isOurRole: true, applicationName: 'psql', clientAddress: '127.0.0.1', state: 'active' },
    ...{ waitEventType: null, waitEvent: null, backendStart: '2026-11-23 08:00:00.000001+00' },
    ...{ transactionStart: '2026-11-23 09:00:00.000001+00', queryStart: '2026-11-23 09:00:00.000001+00' },
    ...{
      transactionMs: 2_000,
      queryMs: 2_000,
      stateMs: 2_000,
      query: 'select ?',
      isKept: false,
      statement: 'select ?',
    },
    ...{ blockedBy: [], holdsReplicationSlot: false, lease: undefined },
    ...some,
  };
}

/** @param some of a lease; it runs a statement, in `interactive`, outside of a transaction */
export function leaseOf({ lane = 'interactive', ...some }: Partial<Lease> & { lane?: string } = {}): Lease {
  const admitted = { lane, tenant: '', fingerprint: 'select ?', expectedMs: 1 };
  return {
    ...{ id: 1, origin: undefined, acquiredAtMs: 0, admitted, heldSinceMs: 0, pid: 812, statement: 'select ?' },
    ...{ statementAtMs: 0, isRunning: true, inTransaction: false, transactionAtMs: 0, busyMs: 0, sent: undefined },
    ...{ isReleased: false, settling: undefined, blockedByPid: undefined, stack: undefined },
    ...some,
  } as Lease;
}

export function sampleOf(backends: readonly Backend[], atMs = 0): ActivitySample {
  return { atMs, backends, hidden: 0, tookMs: 0 };
}

export function seenOf(some: Partial<SeenSession> = {}): SeenSession {
  return {
    ...{ pid: 812, backendStart: '2026-11-23 08:00:00.000001+00', queryStart: '2026-11-23 09:00:00.000001+00' },
    ...{ transactionStart: '2026-11-23 09:00:00.000001+00', state: 'active', statement: 'select ?' },
    ...{ fingerprint: 'abcdefghijk', applicationName: 'psql', lane: null, scope: 'others', ageMs: 2_000, weight: 0 },
    ...{ victims: 0, blocksLanes: [], pastDeadlineMs: 0, isQueuedDdl: false, slowedLanes: [], protection: null },
    ...{ maintenance: null, isReadOnly: false, isAutocommit: false },
    ...some,
  };
}

export function ruleOf(some: Partial<RuleDefinition> = {}): RuleDefinition {
  return {
    ...{ id: 'a-rule', name: 'a rule', isBuiltIn: false, mode: 'enforce', scope: 'others', action: 'terminate' },
    ...{ conditions: { olderThanMs: 1_000 }, mayEndMaintenance: false, fault: null, changedBy: null, changedAt: null },
    ...some,
  };
}
