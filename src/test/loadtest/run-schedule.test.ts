/** The door to the engine, for adapters as objects and as files. */

import { expect, test } from 'vitest';
import { createSchedule, runSchedule } from '../../main/loadtest/index.ts';
import { startTrialServer } from '../support/trial-server.ts';

const schedule = createSchedule({
  seed: 1,
  users: 5,
  streams: { reads: {} },
  phases: [{ name: 'only', durationMs: 200, rates: { reads: 50 } }],
});

test('an adapter as an object runs here, and each outcome is told', async () => {
  const baseUrl = await startTrialServer((_, response) => response.end('ok'));
  let told = 0;
  const result = await runSchedule({
    schedule,
    baseUrl,
    adapter: { name: 'here', requestFor: () => ({ method: 'GET', path: '/' }) },
    onOutcome: () => {
      told += 1;
    },
  });
  expect(result.total.streams.reads?.succeeded).toBe(schedule.size);
  expect(told).toBe(schedule.size);
});

test('a function cannot be handed to the thread of an adapter file', () => {
  const options = { schedule, baseUrl: 'http://127.0.0.1:1', adapter: '/an/adapter.js', onOutcome: () => {} };
  expect(() => runSchedule(options)).toThrow('onOutcome needs an adapter that is an object');
});
