/** The weeks as our engine sees them: figures as published, sessions as leases and as a look at the server. */

import type { Lease } from '../../main/database/index.ts';
import { createLogger } from '../../main/foundation/logger.ts';
import { AlertEngine } from '../../main/monitor/alerts/index.ts';
import type { ActivitySample, Backend } from '../../main/monitor/samples/backend.ts';
import type { SimulatedSession } from './conditions.ts';
import type { RaisedAlert } from './score.ts';
import type { Step } from './timeline.ts';

const FIRST_PID = 1_000;

export interface Judged {
  readonly alerts: RaisedAlert[];
  /** On the timeline alone; nobody is told. */
  readonly notes: RaisedAlert[];
}

/** Takes one step after the other, and says in the end what was told. */
export function createOurJudge(): { add: (step: Step) => void; judged: () => Judged } {
  let nowMs = 0;
  let sessions: readonly SimulatedSession[] = [];
  const raised = new Map<string, RaisedAlert & { severity: string }>();
  const engine = new AlertEngine({
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    logger: createLogger({ level: 'error' }),
    listLeases: () => sessions.flatMap((session, index) => (session.lane === null ? [] : [toLease(session, index)])),
    latestSample: () => toSample(nowMs, sessions),
    poolLimit: () => 20,
    usualMs: (statement) => (statement.startsWith('data.') || statement.startsWith('orders.') ? 10 : undefined),
  });
  engine.onAlert((alert) => {
    const known = raised.get(alert.id);
    const { ruleId, scope, sentence, severity } = alert;
    const toMs = alert.resolvedAt === null ? Number.POSITIVE_INFINITY : Date.parse(alert.resolvedAt);
    // It counts from when somebody was told of it.
    const fromMs = known && known.severity !== 'note' ? known.fromMs : nowMs;
    raised.set(alert.id, { rule: ruleId, scope, sentence, fromMs, toMs, severity });
  });
  return {
    add: (step) => {
      nowMs = step.atMs;
      ({ sessions } = step);
      if (step.readings.length > 0) engine.observe(nowMs, step.readings);
      engine.look();
    },
    judged: () => {
      const all = [...raised.values()];
      return {
        alerts: all.filter(({ severity }) => severity !== 'note'),
        notes: all.filter(({ severity }) => severity === 'note'),
      };
    },
  };
}

function toLease({ lane, sinceMs, state, statement, blockedBy }: SimulatedSession, index: number): Lease {
  const admitted = { lane: lane ?? '', tenant: '', fingerprint: statement, expectedMs: 1 };
  return {
    ...{ id: index, origin: undefined, acquiredAtMs: sinceMs, admitted, heldSinceMs: sinceMs, pid: FIRST_PID + index },
    ...{
      statement,
      statementAtMs: sinceMs,
      isRunning: state === 'active',
      inTransaction: state === 'idle in transaction',
    },
    ...{ transactionAtMs: 0, busyMs: 0, sent: undefined, endable: undefined, isReleased: false, settling: undefined },
    ...{ blockedByPid: blockedBy === undefined ? undefined : FIRST_PID + blockedBy, lockSeenAtMs: 0, stack: undefined },
  };
}

function toSample(atMs: number, sessions: readonly SimulatedSession[]): ActivitySample {
  return { atMs, hidden: 0, tookMs: 1, backends: sessions.map((session, index) => toBackend(session, index, atMs)) };
}

function toBackend(session: SimulatedSession, index: number, atMs: number): Backend {
  const { application, blockedBy, lane, sinceMs, state, statement } = session;
  const ageMs = atMs - sinceMs;
  return {
    ...{
      pid: FIRST_PID + index,
      leaderPid: null,
      backendType: 'client backend',
      databaseName: 'shop',
      userName: 'shop',
    },
    ...{ isSuperuser: false, isOurRole: true, applicationName: application, clientAddress: null, state },
    ...{ waitEventType: blockedBy === undefined ? null : 'Lock', waitEvent: null, backendStart: '' },
    ...{ transactionStart: null, queryStart: null, transactionMs: ageMs, queryMs: ageMs, stateMs: ageMs },
    ...{ query: statement, isKept: false, statement, holdsReplicationSlot: false },
    blockedBy: blockedBy === undefined ? [] : [FIRST_PID + blockedBy],
    lease: lane === null ? undefined : toLease(session, index),
  };
}
