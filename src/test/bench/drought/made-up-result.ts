/** A whole result, as a drought of one kind would have written it. */

import { sumUp } from '../../../bench/drought/figures.ts';
import type { DroughtResult } from '../../../bench/drought/result.ts';
import type { ServerRun } from '../../../bench/drought/run.ts';
import type { Naming } from '../../../bench/drought/verdict.ts';
import { exchange, traffic } from './requests.ts';

export const lengths = { calm: 6, drought: 20, recovery: 6 };

/** What a server, a database or a person may have put into a name. */
export const MARKUP = `<img src=x onerror="alert('1')">&`;

const naming: Naming = {
  ...{ detectedAt: 6_500, namedAt: 7_000, isRight: true, faults: [], earlier: [] },
  verdict: {
    ...{ id: 'v1', kind: 'lock_held', sentence: `A session of ${MARKUP} holds a lock.`, detectedAt: '', namedAt: '' },
    ...{ closedAt: null, statement: { name: MARKUP, text: `update ${MARKUP}` }, caller: { routes: [], tenants: [] } },
    ...{ holder: null, plan: null, evidence: [MARKUP], actions: [{ kind: 'none', sentence: MARKUP }] },
  },
};

export function createRun(server: ServerRun['server'], isHurt: boolean): ServerRun {
  const fate = isHurt ? { isFailed: true, status: 0, responseMs: 10_000 } : {};
  const exchanges = [
    ...traffic(0, 32_000, (atMs) => (atMs >= 7_000 ? fate : {})),
    exchange({ atMs: 6_100, type: 'report', status: 503, problemCode: 'lane_full', retryAfterSeconds: 1 }),
  ];
  const connections = [{ atMs: 6_000, held: 2, waiting: 0, open: 10 }];
  return {
    ...{ server, kind: 'lock', name: server === 'aquifer' ? 'Aquifer' : 'The ordinary way', startedAt: 0 },
    ...{ firstReportMs: 6_100, figures: sumUp({ kind: 'lock', lengths, exchanges, connections }), connections },
    ...(server === 'aquifer'
      ? {
          naming,
          detectedMs: 400,
          namedMs: 900,
          journal: [{ at: new Date(8_000).toISOString(), kind: 'x', sentence: MARKUP }],
          incidents: [{ number: 1, title: MARKUP, openedAt: '', usersHurt: 3, postmortem: MARKUP }],
        }
      : { naming: null, detectedMs: null, namedMs: null, journal: [], incidents: null }),
    ...{ invalidBecause: [], leftovers: 0 },
  };
}

export function createResult(
  runs: ServerRun[] = [createRun('ordinary', true), createRun('aquifer', false)],
): DroughtResult {
  return {
    ...{
      format: 'aquifer-drought-1',
      madeAt: '2026-11-23T12:00:00.000Z',
      tookMs: 90_000,
      seed: 1,
      pace: 'default',
      lengths,
    },
    machine: { processor: MARKUP, cores: 2, memoryGib: 24, system: 'linux' },
    versions: { aquifer: '0.1.0', postgres: '18.4', node: '20.20.2' },
    ...{ report: { rows: 3_000_000, ms: 3_700, remark: null }, scheduleHash: 'abc', runs, causes: null },
  };
}
