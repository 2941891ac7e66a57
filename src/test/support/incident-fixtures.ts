/** Incidents as the monitor tells them, for tests of what is written about them: one of a missing index, one of a forgotten lock. */

import type { Verdict } from '../../main/monitor/cause/schema.ts';
import type { ImpactPoint, IncidentDetail, TimelineEntry } from '../../main/monitor/incidents/schema.ts';

export const OPENED_AT = '2026-11-23T14:00:00.000Z';
export const CLOSED_AT = '2026-11-23T14:02:38.000Z';
export const INDEX_SQL = 'create index concurrently on shop."order" (status, created_at)';
export const STATEMENT = 'select id, total from shop."order" where status = $1 and created_at > $2';

/** Seconds after it opened. */
export const at = (seconds: number) => new Date(Date.parse(OPENED_AT) + seconds * 1_000).toISOString();

const NO_TERMS = {
  ...{ moreCalls: 0, longerExecution: 0, idleInTransaction: 0, lockWait: 0 },
  ...{ serverSlow: 0, leak: 0, connectStorm: 0 },
};

export function entry(seconds: number, kind: TimelineEntry['kind'], sentence: string, by: string | null = null) {
  return { id: `${kind}-${seconds}`, at: at(seconds), kind, sentence, by, details: {} } satisfies TimelineEntry;
}

export function missingIndexVerdict(changes: Partial<Verdict> = {}): Verdict {
  return {
    id: 'verdict-1',
    kind: 'missing_index',
    sentence: `\`select … from shop."order" where status = $1 and created_at > $2\` from GET /reports reads 2,000,000 rows each time because shop.order has no index on status and created_at; 4.1 calls a second, 3.9 s each.`,
    detectedAt: at(1),
    namedAt: at(3),
    closedAt: at(95),
    confidence: 'certain',
    statement: { name: STATEMENT, text: STATEMENT },
    caller: { routes: [{ route: 'GET /reports', share: 1 }], tenants: [], application: null },
    terms: { ...NO_TERMS, longerExecution: 9.25 },
    holder: null,
    lockTree: null,
    plan: {
      summary: 'Seq Scan on order',
      relation: 'shop.order',
      rows: 2_000_000,
      filterColumns: ['status', 'created_at'],
      ...{ before: null, after: null, analyzedAt: at(-86_400) },
    },
    evidence: ['Its plan: Seq Scan on order.', 'Of about 2,000,000 rows of shop.order, about 40 pass the condition.'],
    actions: [{ kind: 'create_index', sentence: 'Create the index that it lacks.', detail: INDEX_SQL }],
    ...changes,
  };
}

/** 60 s of calm, 90 s of users being hurt, then calm again; a point each second. */
export function points(missing: readonly [number, number] = [0, 0]): ImpactPoint[] {
  const seconds = Array.from({ length: 278 }, (_, index) => index - 60);
  return seconds
    .filter((second) => second < missing[0] || second >= missing[1])
    .map((second) => {
      const isHurt = second >= 0 && second < 15;
      const failed = isHurt ? 20 + (second % 7) : 0;
      return { at: at(second), usersHurt: isHurt ? 18 : 0, failed, requests: 105, p99Ms: isHurt ? 4_200 + second : 22 };
    });
}

export function missingIndexIncident(changes: Partial<IncidentDetail> = {}): IncidentDetail {
  const verdict = missingIndexVerdict();
  return {
    incident: {
      id: '0199a000-0000-7000-8000-000000000012',
      number: 12,
      state: 'closed',
      title: 'Log-ins and reads fail: reports hold the pool',
      openedAt: OPENED_AT,
      ...{ detectedAt: at(1), namedAt: at(3), containedAt: at(15), closedAt: CLOSED_AT },
      usersHurt: 214,
      verdictKind: 'missing_index',
      hasPostmortem: false,
    },
    impact: {
      ...{ usersSeen: 600, usersHurt: 214, share: 214 / 600 },
      ...{ requests: 16_590, failed: 341, slow: 88, refused: 120 },
      routes: [
        { route: 'POST /v1/accounts/log-in', requests: 790, failed: 61, slow: 20, users: 58 },
        { route: 'GET /v1/data/records/:collection', requests: 15_800, failed: 280, slow: 68, users: 190 },
      ],
    },
    verdict,
    verdicts: [verdict],
    timeline: [
      entry(-110, 'deploy', 'Version 1.4.2 was deployed: reports by status'),
      entry(0, 'opened', 'Users are hurt: 18 of 96 in the last second.'),
      entry(1, 'trouble', 'One who waits for a connection of interactive has waited for 120 ms.'),
      entry(3, 'verdict', verdict.sentence),
      ...Array.from({ length: 6 }, (_, index) =>
        entry(
          4 + index,
          'limit_changed',
          `The lane bulk may hold ${6 - index} connections, before ${7 - index}: critical is slow`,
        ),
      ),
      entry(10, 'statement_moved', 'The statement ran for more than 1000 ms and was moved from interactive to bulk.'),
      entry(40, 'note', 'Reports are off until the index is there <b>now</b> | see *chat*', 'ada@example.com'),
      entry(60, 'operator', 'The statement was capped at 1 for 60 minutes.', 'ada@example.com'),
      entry(158, 'closed', 'Calm has held for 60 s.'),
    ],
    points: points(),
    actions: [{ ...(verdict.actions[0] as Verdict['actions'][number]), call: null, doneAt: null }],
    ...changes,
  };
}

export function forgottenLockIncident(): IncidentDetail {
  const detail = missingIndexIncident();
  const verdict = missingIndexVerdict({
    kind: 'lock_held',
    sentence:
      'A session of psql (pid 812, user bob) has been idle in transaction for 42 s and holds a lock that 14 of data.updateRecord from PATCH /v1/data/records/:collection/:id wait for.',
    statement: { name: 'data.updateRecord', text: null },
    terms: { ...NO_TERMS, lockWait: 13.6 },
    holder: {
      ...{ pid: 812, state: 'idle in transaction', forMs: 42_000, applicationName: 'psql', userName: 'bob' },
      ...{ statement: 'update notes set title = $1', route: null, isOurs: false },
    },
    lockTree: {
      ...{ pid: 812, statement: 'update notes set title = $1', state: 'idle in transaction', waitsForMs: 0 },
      ...{ isOurs: false, route: null },
      victims: [
        {
          ...{ pid: 901, statement: 'data.updateRecord', state: 'active', waitsForMs: 3_100, isOurs: true },
          ...{ route: 'PATCH /v1/data/records/:collection/:id', victims: [] },
        },
      ],
    },
    plan: null,
    evidence: ['14 sessions wait in this queue, 14 of them ours.', 'pid 812 ran last `update notes set title = $1`.'],
    actions: [
      {
        kind: 'end_session',
        sentence: 'End a session of psql (pid 812, user bob); its transaction is rolled back.',
        detail: '812',
      },
      {
        kind: 'switch_rule',
        sentence: 'Switch on the rule that ends sessions which sit idle in a transaction while others wait for them.',
      },
    ],
  });
  return {
    ...detail,
    incident: { ...detail.incident, title: 'Changes wait for a lock of psql', verdictKind: 'lock_held' },
    verdict,
    verdicts: [verdict],
    timeline: [
      entry(0, 'opened', 'Users are hurt.'),
      entry(2, 'alert', 'Statements wait for a lock of psql.'),
      entry(3, 'verdict', verdict.sentence),
      entry(14, 'session_ended', 'Session 812 of psql was ended.', 'ada@example.com'),
    ],
    actions: verdict.actions.map((action) => ({
      ...action,
      call: null,
      doneAt: action.kind === 'end_session' ? at(14) : null,
    })),
  };
}
