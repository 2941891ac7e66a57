// Which stored figures make which chart: the pool over weeks, and the server behind it.
import { laneOrder } from './lane-order.ts';
import type { StoredChartShape } from './stored-chart.tsx';
import type { Line } from './stored-series.ts';

type PerLane = Pick<Line, 'name' | 'isHighest'>;

function byLane(line: PerLane): Line[] {
  return laneOrder.map((lane) => ({ ...line, scope: lane, label: lane, color: `--chart-${lane}` }));
}

export const poolCharts: readonly StoredChartShape[] = [
  {
    ...{ title: 'Connections held', unit: 'by lane, on average', isStacked: true, leastCeiling: 4 },
    lines: byLane({ name: 'pool.inUse' }),
    limit: { name: 'pool.limit', label: 'limit', color: '--chart-line' },
  },
  {
    ...{ title: 'Waiting', unit: 'requests, at the most', leastCeiling: 4 },
    lines: byLane({ name: 'pool.waiting', isHighest: true }),
  },
  {
    ...{ title: 'Wait for a connection', unit: 'ms, 99 of 100 waited less', leastCeiling: 10 },
    lines: byLane({ name: 'pool.waitP99Ms', isHighest: true }),
  },
  {
    ...{ title: 'Refused', unit: 'requests per second', leastCeiling: 1 },
    lines: byLane({ name: 'pool.refusedPerSecond' }),
  },
];

const first = '--chart-critical';
const second = '--chart-bulk';

export const serverCharts: readonly StoredChartShape[] = [
  {
    ...{ title: 'Sessions of Postgres', unit: 'of all programs', leastCeiling: 10 },
    lines: [
      { name: 'server.connections', label: 'open', color: first },
      { name: 'server.active', label: 'active', color: second },
    ],
    limit: { name: 'server.connectionsMax', label: 'at most', color: '--chart-line' },
  },
  {
    ...{ title: 'Longest transaction', unit: 'seconds', leastCeiling: 10 },
    lines: [{ name: 'server.longestTransactionMs', label: 'longest', color: first, isHighest: true, factor: 0.001 }],
  },
  {
    ...{ title: 'Waiting for locks', unit: 'sessions, at the most', leastCeiling: 4 },
    lines: [{ name: 'locks.waiting', label: 'waiting', color: first, isHighest: true }],
  },
  {
    ...{ title: 'Transactions', unit: 'per second', leastCeiling: 10 },
    lines: [
      { name: 'server.commitsPerSecond', label: 'committed', color: first },
      { name: 'server.rollbacksPerSecond', label: 'rolled back', color: second },
    ],
  },
  {
    ...{ title: 'Found in the cache', unit: '%', leastCeiling: 100 },
    lines: [{ name: 'server.cacheHitShare', label: 'found', color: first, factor: 100 }],
  },
  {
    ...{ title: 'This process: delay of its event loop', unit: 'ms, 99 of 100 were less', leastCeiling: 20 },
    lines: [{ name: 'process.loopDelayP99Ms', label: 'delay', color: first, isHighest: true }],
  },
  {
    ...{ title: 'This process: memory', unit: 'MB', leastCeiling: 100 },
    lines: [{ name: 'process.rssBytes', label: 'in use', color: first, factor: 1e-6 }],
  },
  {
    ...{ title: 'Disk', unit: '% free', leastCeiling: 100 },
    lines: [{ name: 'disk.freeShare', label: 'free', color: first, factor: 100 }],
  },
];

export function namesOf(charts: readonly StoredChartShape[]): string[] {
  return [
    ...new Set(charts.flatMap(({ limit, lines }) => [...lines, ...(limit ? [limit] : [])].map(({ name }) => name))),
  ];
}
