/** The endpoint on a whole server. */

import { beforeAll, expect, test } from 'vitest';
import { createClient } from '../../../main/client/index.ts';
import type { PoolHistory } from '../../../main/monitor/history/schema.ts';
import { call, must } from '../../support/api-session.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await runApp();
});

test('answers an operator with steps of a second, in which the requests of this test are counted', async () => {
  const path = '/v1/monitor/pool/history';
  const acquired = ({ points }: PoolHistory) =>
    points.flatMap(({ lanes }) => lanes).reduce((sum, lane) => sum + lane.acquired, 0);
  await expect
    .poll(async () => acquired(await must(running.url, 'GET', path, { token: running.operator })), { timeout: 5_000 })
    .toBeGreaterThan(3);
  const client = createClient({ baseUrl: running.url, token: running.operator });
  const { stepSeconds, points } = await client.monitor.poolHistory(60);
  expect(stepSeconds).toBe(1);
  expect(points[0]?.lanes).toHaveLength(5);
  expect(points.reduce((sum, { opened }) => sum + opened, 0)).toBeGreaterThan(0);
  expect(points.at(-1)?.open).toBeGreaterThan(0);
  expect(points.at(-1)?.limit).toBe(16);
});

test('nobody else is answered, and no span is longer than a day', async () => {
  const ask = async (query: string, token: string) =>
    (await call(running.url, 'GET', `/v1/monitor/pool/history${query}`, { token })).status;
  expect(await ask('', running.user)).toBe(403);
  expect(await ask('?spanSeconds=0', running.operator)).toBe(400);
  expect(await ask('?spanSeconds=86401', running.operator)).toBe(400);
  expect(await ask('?spanSeconds=86400', running.operator)).toBe(200);
});
