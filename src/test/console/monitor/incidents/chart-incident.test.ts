import { expect, test } from 'vitest';
import type { ImpactPoint } from '../../../../main/client/index.ts';
import { chartedIncident } from '../../../../main/console/monitor/incidents/chart-incident.ts';

const point = (second: number, usersHurt: number): ImpactPoint => ({
  at: new Date(second * 1000).toISOString(),
  usersHurt,
  failed: usersHurt,
  requests: 10,
  p99Ms: 5,
});

test('what was not measured is a gap', () => {
  const { hurt, times } = chartedIncident([point(0, 1), point(1, 2), point(2, 3), point(60, 4)]);
  expect(times).toEqual([0, 1, 2, 3, 60]);
  expect(hurt[0]?.values).toEqual([1, 2, 3, null, 4]);
});

test('all requests and the failed ones stand in one chart', () => {
  const { requests } = chartedIncident([point(0, 1), point(1, 2)]);
  expect(requests.map(({ label }) => label)).toEqual(['all', 'failed']);
});
