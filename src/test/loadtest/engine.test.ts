/** Whole runs in this thread: what is measured, what counts as a failure, and what an interruption leaves. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../main/loadtest/adapter.ts';
import { type EngineRun, runEngine } from '../../main/loadtest/engine.ts';
import type { Outcome } from '../../main/loadtest/outcome.ts';
import { createSchedule } from '../../main/loadtest/schedule.ts';
import type { StreamShape } from '../../main/loadtest/shape.ts';
import { startTrialServer } from '../support/trial-server.ts';

const adapter: Adapter = {
  name: 'trial',
  requestFor: (stream, userIndex) => ({ method: 'GET', path: `/${stream}/${userIndex}` }),
};

const shapeOf = (rates: Record<string, number>, streams?: Record<string, StreamShape>, durationMs = 600) =>
  createSchedule({
    seed: 4,
    users: 50,
    streams: streams ?? Object.fromEntries(Object.keys(rates).map((name) => [name, {}])),
    phases: [{ name: 'only', durationMs, rates }],
  });

async function run(options: Partial<EngineRun> & Pick<EngineRun, 'schedule' | 'baseUrl'>) {
  const outcomes: Outcome[] = [];
  const result = await runEngine({ adapter, timeoutMs: 400, onOutcome: (one) => outcomes.push(one), ...options });
  return { result, outcomes, only: result.phases[0]!, stream: (name: string) => result.total.streams[name]! };
}

describe('accounting', () => {
  test('each request of the schedule is offered once, and has succeeded or failed', async () => {
    const baseUrl = await startTrialServer((_, response) => response.end('ok'));
    const schedule = createSchedule({
      seed: 9,
      users: 20,
      streams: { reads: {}, writes: {} },
      phases: [
        { name: 'calm', durationMs: 400, rates: { reads: 200 } },
        { name: 'storm', durationMs: 400, rates: { reads: 200, writes: { from: 0, to: 200 } } },
      ],
    });
    const { result, outcomes } = await run({ schedule, baseUrl, records: true, histograms: true });
    const [calm, storm] = result.phases;
    const dueIn = (from: number, to: number, stream: number) =>
      [...schedule.atMs].filter((at, index) => at >= from && at < to && schedule.stream[index] === stream).length;
    expect(calm!.streams.reads).toMatchObject({ offered: dueIn(0, 400, 0), succeeded: dueIn(0, 400, 0), failed: 0 });
    expect(calm!.streams.writes!.offered).toBe(0);
    expect(storm!.streams.writes!.offered).toBe(dueIn(400, 800, 1));
    expect(result.total.streams.reads!.response.count).toBe(dueIn(0, 800, 0));
    expect(result.total.streams.reads!.byStatus).toEqual({ 200: dueIn(0, 800, 0) });
    expect(result.total.streams.reads!.histograms!.response).toMatch(/^HIST/);
    expect(result.timeline.streams.reads!.offered).toEqual([dueIn(0, 800, 0)]);
    expect(result.records!.count).toBe(schedule.size);
    expect(outcomes).toHaveLength(schedule.size);
    expect(result).toMatchObject({
      adapter: 'trial',
      seed: 9,
      wasInterrupted: false,
      left: { unsent: 0, abandoned: 0 },
    });
    expect(result.usersHurt.all.hurt).toBe(0);
  });

  test('a server that misbehaves in every way', async () => {
    const baseUrl = await startTrialServer((request, response) => {
      const stream = request.url!.split('/')[1];
      if (stream === 'reset') request.socket.resetAndDestroy();
      else if (stream === 'refused') {
        response.writeHead(503, { 'retry-after': '7', 'content-type': 'application/problem+json' });
        response.end('{"code":"pool_busy"}');
      } else if (stream === 'slow') response.write('and so on');
      else if (stream === 'empty') response.end('[]');
      // `silent` never answers.
    });
    const names = ['reset', 'refused', 'slow', 'empty', 'silent'];
    const { result, outcomes, stream } = await run({
      schedule: shapeOf(Object.fromEntries(names.map((name) => [name, 20]))),
      baseUrl,
      adapter: { ...adapter, accept: ({ body }) => body !== '[]' },
    });
    const failures = {
      reset: 'socket',
      refused: 'status',
      slow: 'timeout',
      empty: 'answer',
      silent: 'timeout',
    } as const;
    for (const [name, failure] of Object.entries(failures)) {
      const { offered, succeeded, failed, byFailure } = stream(name);
      expect({ name, succeeded, failed }).toEqual({ name, succeeded: 0, failed: offered });
      expect(byFailure[failure]).toBe(offered);
      expect(offered).toBeGreaterThan(3);
    }
    expect(stream('refused').byProblemCode).toEqual({ pool_busy: stream('refused').offered });
    expect(outcomes.find((one) => one.status === 503)).toMatchObject({
      retryAfterSeconds: 7,
      problemCode: 'pool_busy',
    });
    expect(stream('silent').response.p50).toBeGreaterThanOrEqual(399);
    expect(stream('silent').response.max).toBeLessThan(800);
    expect(stream('silent').responseOfSucceeded.count).toBe(0);
    expect(result.usersHurt.streams.reset!.share).toBe(1);
  });

  test('what is above the cap is skipped, fails, and counts as the time limit', async () => {
    const baseUrl = await startTrialServer(() => {});
    const { stream } = await run({ schedule: shapeOf({ reads: 100 }), baseUrl, maxInFlight: 5 });
    const { offered, failed, skipped, byFailure, response, service } = stream('reads');
    expect(failed).toBe(offered);
    expect(skipped).toBe(byFailure.skipped);
    expect(skipped + byFailure.timeout).toBe(offered);
    expect(byFailure.timeout).toBeLessThanOrEqual(10);
    expect(response.p50).toBeGreaterThanOrEqual(399);
    expect(service.count).toBe(byFailure.timeout);
  });
});

test('coordinated omission: a stall is seen by all who would have come, where a closed loop sees it once', async () => {
  let stalledUntil = 0;
  const baseUrl = await startTrialServer((_, response) => {
    setTimeout(() => response.end('ok'), Math.max(0, stalledUntil - performance.now()));
  });
  setTimeout(() => {
    stalledUntil = performance.now() + 1_000;
  }, 500);
  const closedLoop = askOneAfterTheOther(baseUrl, 2_000);
  const { stream } = await run({ schedule: shapeOf({ reads: 50 }, undefined, 2_000), baseUrl, timeoutMs: 5_000 });
  const { response } = stream('reads');
  // Half of the two seconds' requests were due during the stall, each waiting half a second in the mean.
  expect(response.max).toBeGreaterThan(800);
  expect(response.p90).toBeGreaterThan(600);
  expect(response.mean).toBeGreaterThan(150);
  const waitsMs = await closedLoop;
  expect(Math.max(...waitsMs)).toBeGreaterThan(800);
  expect(waitsMs.filter((ms) => ms > 500)).toHaveLength(1);
});

/** How one user who waits for each answer sees a server: the way of asking that hides a stall. */
async function askOneAfterTheOther(url: string, durationMs: number): Promise<number[]> {
  const waitsMs: number[] = [];
  const startedAt = performance.now();
  while (performance.now() - startedAt < durationMs) {
    const askedAt = performance.now();
    await (await fetch(url)).text();
    waitsMs.push(performance.now() - askedAt);
    await sleep(20);
  }
  return waitsMs;
}

test('where the generator itself is held up, response shows it and service hides it', async () => {
  const baseUrl = await startTrialServer((_, response) => response.end('ok'));
  let asked = 0;
  const blocking: Adapter = {
    ...adapter,
    requestFor(stream, userIndex, state) {
      asked += 1;
      if (asked === 20) {
        const until = performance.now() + 500;
        while (performance.now() < until);
      }
      return adapter.requestFor(stream, userIndex, state);
    },
  };
  const { only, stream } = await run({
    schedule: shapeOf({ reads: 100 }, undefined, 1_000),
    baseUrl,
    adapter: blocking,
  });
  const { response, service, lag } = stream('reads');
  expect(response.max).toBeGreaterThan(400);
  expect(lag.max).toBeGreaterThan(400);
  expect(response.p90).toBeGreaterThan(200);
  expect(service.p90).toBeLessThan(response.p90 / 2);
  expect(only.validity.isValid).toBe(false);
  expect(only.validity.reasons[0]).toContain('The generator was the limit');
});

test('an event loop that is busy makes a phase invalid, one that has little to do does not', async () => {
  const baseUrl = await startTrialServer((_, response) => response.end('ok'));
  const schedule = shapeOf({ reads: 400 }, { reads: { arrivals: 'uniform' } });
  const busy: Adapter = {
    ...adapter,
    requestFor(stream, userIndex, state) {
      const until = performance.now() + 2.4;
      while (performance.now() < until);
      return adapter.requestFor(stream, userIndex, state);
    },
  };
  const { only: hard } = await run({ schedule, baseUrl, adapter: busy });
  expect(hard.validity.utilization).toBeGreaterThan(0.85);
  expect(hard.validity.isValid).toBe(false);
  const { only: easy } = await run({ schedule: shapeOf({ reads: 100 }), baseUrl });
  expect(easy.validity.utilization).toBeLessThan(0.85);
});

describe('sessions', () => {
  test('the next step waits for the answer and the pause', async () => {
    const baseUrl = await startTrialServer((_, response) => setTimeout(() => response.end('ok'), 40));
    const schedule = shapeOf(
      { entry: 10 },
      {
        entry: {
          steps: [
            { stream: 'page', think: { fixedMs: 60 } },
            { stream: 'page', think: { fixedMs: 60 } },
          ],
        },
        page: {},
      },
      1_000,
    );
    const { outcomes, stream } = await run({ schedule, baseUrl });
    const entries = outcomes.filter((one) => one.stream === 0);
    for (const entry of entries.filter(({ scheduledAtMs }) => scheduledAtMs < 600)) {
      const pages = outcomes.filter((one) => one.stream === 1 && one.userIndex === entry.userIndex);
      expect(pages.some(({ scheduledAtMs }) => Math.abs(scheduledAtMs - entry.endedAtMs - 60) < 5)).toBe(true);
    }
    expect(stream('page').offered).toBeGreaterThan(entries.length);
    expect(Math.max(...outcomes.map(({ scheduledAtMs }) => scheduledAtMs))).toBeLessThan(1_000);
  });

  test('a session that was failed ends', async () => {
    const baseUrl = await startTrialServer((_, response) => {
      response.writeHead(500).end();
    });
    const steps = [{ stream: 'page', think: { fixedMs: 1 } }];
    const { stream } = await run({ schedule: shapeOf({ entry: 20 }, { entry: { steps }, page: {} }), baseUrl });
    expect(stream('entry').failed).toBeGreaterThan(3);
    expect(stream('page').offered).toBe(0);
  });
});

describe('the course of a run', () => {
  test('phases and progress are told, and silence at the end is waited for', async () => {
    const baseUrl = await startTrialServer((_, response) => response.end('ok'));
    const schedule = createSchedule({
      seed: 1,
      users: 5,
      streams: { reads: {} },
      phases: [
        { name: 'load', durationMs: 300, rates: { reads: 50 } },
        { name: 'silence', durationMs: 900, rates: {} },
      ],
    });
    const told: string[] = [];
    const startedAt = performance.now();
    const { result } = await run({
      schedule,
      baseUrl,
      onPhase: ({ name, startedAtEpochMs }) =>
        told.push(`${name} ${Math.round((Date.now() - startedAtEpochMs) / 300)}`),
      onProgress: ({ phase, streams, inFlight }) => told.push(`${phase} ${streams.reads!.succeeded} ${inFlight}`),
    });
    expect(told).toEqual(['load 0', 'silence 1', `silence ${result.total.streams.reads!.offered} 0`]);
    expect(performance.now() - startedAt).toBeGreaterThan(1_190);
    expect(result.phases[1]!.validity).toMatchObject({ isValid: true, lagP99Ms: 0 });
  });

  test('an interruption ends it, with what was left', async () => {
    const baseUrl = await startTrialServer((request, response) => {
      if (request.url!.startsWith('/reads')) response.end('ok');
    });
    const cleaned: string[] = [];
    const schedule = shapeOf({ reads: 100, silent: 20 }, undefined, 60_000);
    const startedAt = performance.now();
    const { result, outcomes } = await run({
      schedule,
      baseUrl,
      timeoutMs: 10_000,
      signal: AbortSignal.timeout(300),
      adapter: { ...adapter, cleanup: () => void cleaned.push('cleaned') },
    });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(result.wasInterrupted).toBe(true);
    expect(result.left.unsent).toBeGreaterThan(5_000);
    expect(result.left.abandoned).toBeGreaterThan(0);
    expect(outcomes.length + result.left.unsent + result.left.abandoned).toBe(schedule.size);
    expect(result.total.streams.silent!.offered).toBe(0);
    expect(cleaned).toEqual(['cleaned']);
  });

  test('an adapter prepares, sees its state everywhere, and cleans up', async () => {
    const baseUrl = await startTrialServer((request, response) => {
      response.end(request.headers['x-token'] ?? 'log-in');
    });
    const seen: unknown[] = [];
    const stateful: Adapter<{ token: string }> = {
      name: 'stateful',
      async prepare({ send, users, parameters, streams, seed }) {
        const { status, body } = await send({ method: 'POST', path: '/log-in', body: 'x' });
        seen.push({ status, body, users, streams, seed });
        return { token: String(parameters.token) };
      },
      start: ({ token }) => void seen.push(`start ${token}`),
      requestFor: (_, __, { token }) => ({ method: 'GET', path: '/', headers: { 'x-token': token } }),
      accept: ({ body }, { token }) => body === token,
      cleanup: async ({ token }) => {
        await sleep(5);
        seen.push(`cleanup ${token}`);
      },
    };
    const { stream } = await run({
      schedule: shapeOf({ reads: 20 }),
      baseUrl,
      adapter: stateful as Adapter,
      parameters: { token: 'abc' },
    });
    expect(seen).toEqual([
      { status: 200, body: 'log-in', users: 50, streams: ['reads'], seed: 4 },
      'start abc',
      'cleanup abc',
    ]);
    expect(stream('reads').succeeded).toBe(stream('reads').offered);
  });

  test('an adapter that throws ends the run with its error, cleaned up', async () => {
    const baseUrl = await startTrialServer((_, response) => response.end('ok'));
    const schedule = shapeOf({ reads: 20 });
    const cleaned: string[] = [];
    const fault = () => {
      throw new Error('a fault of the adapter');
    };
    for (const part of ['prepare', 'start', 'requestFor', 'accept'] as const) {
      const broken = { ...adapter, cleanup: () => void cleaned.push(part), [part]: fault };
      await expect(run({ schedule, baseUrl, adapter: broken })).rejects.toThrow('a fault of the adapter');
    }
    // What was not prepared has nothing to clean up.
    expect(cleaned).toEqual(['start', 'requestFor', 'accept']);
  });

  test('another machine is not touched', async () => {
    const prepare = () => {
      throw new Error('was asked to prepare');
    };
    const options = { schedule: shapeOf({ reads: 1 }), adapter: { ...adapter, prepare } };
    await expect(run({ ...options, baseUrl: 'http://192.0.2.1' })).rejects.toThrow('is another machine');
  });
});
