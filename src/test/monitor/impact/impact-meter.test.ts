import { expect, test } from 'vitest';
import { createLogger } from '../../../main/foundation/logger.ts';
import type { EndedRequest } from '../../../main/http/index.ts';
import { ImpactMeter } from '../../../main/monitor/impact/impact-meter.ts';
import { publishImpact } from '../../../main/monitor/impact/impact-readings.ts';
import type { ImpactSecond } from '../../../main/monitor/impact/impact-second.ts';
import { ImpactSpan } from '../../../main/monitor/impact/impact-span.ts';
import type { Reading } from '../../../main/monitor/samples/reading-hub.ts';

const START_MS = 1_764_000_000_000;

function createMeter() {
  let nowMs = START_MS;
  const meter = new ImpactMeter({
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    logger: createLogger({ level: 'silent' }),
  });
  const seconds: ImpactSecond[] = [];
  const published: Reading[] = [];
  meter.onSecond((second) => {
    seconds.push(second);
    publishImpact({ publish: (_atMs, readings) => published.push(...readings) }, second, meter.users());
  });
  const end = (request: Partial<EndedRequest>) =>
    meter.requestEnded({
      ...{ route: 'GET /notes', access: 'user', requestId: 'r', statusCode: 200, durationMs: 5, traceparent: null },
      ...{ refusal: null, isAbandoned: false, userId: 'ada', subject: null, ...request },
    });
  /** The next request closes the seconds that are over. */
  const pass = (ms: number) => {
    nowMs += ms;
    end({ access: 'public', userId: null });
  };
  return { meter, seconds, end, pass, published };
}

test('who saw a failure or a refusal is hurt; who was told of his own mistake is not', () => {
  const { end, meter, pass, seconds } = createMeter();
  end({ userId: 'ada' });
  end({ userId: 'ben', statusCode: 500, refusal: 'internal' });
  end({ userId: 'cleo', statusCode: 503, refusal: 'lane_full' });
  end({ userId: 'dora', statusCode: 422, refusal: 'value_refused' });
  end({ userId: 'olga', statusCode: 500, access: 'operator' });
  pass(1_000);
  expect(seconds[0]).toMatchObject({ requests: 4, failed: 2, refused: 1, slow: 0 });
  expect(seconds[0]?.hurt.size).toBe(2);
  expect(seconds[0]?.seen.size).toBe(4);
  expect(meter.users()).toEqual({ active: 4, hurt: 2 });
});

test('who waited far too long is hurt, and so is who did not wait any longer', () => {
  const { end, pass, seconds } = createMeter();
  for (let index = 0; index < 50; index += 1) end({});
  end({ userId: 'ben', durationMs: 3_000 });
  end({ userId: 'cleo', durationMs: 3_000, isAbandoned: true });
  end({ userId: 'dora', durationMs: 20, isAbandoned: true });
  pass(1_000);
  expect(seconds[0]).toMatchObject({ slow: 1, failed: 1 });
  expect(seconds[0]?.hurt.size).toBe(2);
});

test('a person who logs in, whose session could not be checked, and who then could work, is one', () => {
  const { end, meter } = createMeter();
  const logIn = { route: 'POST /v1/accounts/log-in', access: 'public', subject: 'ada@example.com' } as const;
  end({ ...logIn, userId: 'ada' });
  end({ ...logIn, userId: null, statusCode: 503 });
  end({ userId: 'ada', subject: 'token' });
  end({ userId: null, subject: 'token', statusCode: 503 });
  end({ userId: null, subject: 'a token of nobody', statusCode: 401 });
  expect(meter.users()).toEqual({ active: 1, hurt: 1 });
});

test('seconds without requests are told too, and no more than are kept after a clock has jumped', () => {
  const { meter, pass, seconds } = createMeter();
  pass(3_000);
  expect(seconds.map(({ atMs }) => atMs - START_MS)).toEqual([0, 1_000, 2_000]);
  pass(86_400_000);
  expect(seconds.length).toBeLessThan(150);
  expect(meter.seconds()).toHaveLength(120);
});

test('a span counts a person once, and routes by how much they hurt', () => {
  const { end, pass, seconds } = createMeter();
  for (let second = 0; second < 5; second += 1) {
    end({ userId: 'ada', statusCode: 500 });
    end({ userId: 'ben', route: 'GET /reports', statusCode: 503 });
    end({ userId: 'ben', route: 'GET /reports', statusCode: 503 });
    end({ userId: 'cleo', route: 'GET /calm' });
    pass(1_000);
  }
  const span = new ImpactSpan();
  for (const second of seconds) span.add(second);
  const impact = span.impact();
  expect(impact).toMatchObject({
    usersSeen: 3,
    usersHurt: 2,
    share: 0.667,
    failed: 15,
    refused: 10,
    isEstimated: false,
  });
  expect(impact.routes.map(({ route, users }) => [route, users])).toEqual([
    ['GET /reports', 1],
    ['GET /notes', 1],
  ]);
  expect(span.points).toHaveLength(5);
  expect(span.points[0]).toMatchObject({ usersHurt: 2, failed: 3 });
});

test('the curve of a long span is thinned, and keeps its sums and its peaks', () => {
  const { end, pass, seconds } = createMeter();
  const span = new ImpactSpan();
  for (let second = 0; second < 2_000; second += 1) {
    if (second % 10 === 0) end({ userId: 'ada', statusCode: 500 });
    pass(1_000);
    span.add(seconds[second] as ImpactSecond);
  }
  expect(span.points.length).toBeLessThanOrEqual(900);
  expect(span.points.reduce((sum, { failed }) => sum + failed, 0)).toBe(200);
  expect(Math.max(...span.points.map(({ usersHurt }) => usersHurt))).toBe(1);
});

test('the figures: by route, users, and log-ins that succeeded, failed and were refused', () => {
  const { end, pass, published } = createMeter();
  const logIn = { route: 'POST /v1/accounts/log-in', access: 'public' } as const;
  end({ ...logIn, statusCode: 200 });
  end({ ...logIn, statusCode: 401, userId: null });
  end({ ...logIn, statusCode: 503, userId: null, subject: 'ben@example.com' });
  pass(1_000);
  const value = (name: string, scope = '') => published.find((one) => one.name === name && one.scope === scope)?.value;
  expect(value('logIn.succeededPerSecond')).toBe(1);
  expect(value('logIn.failedPerSecond')).toBe(1);
  expect(value('logIn.refusedPerSecond')).toBe(1);
  expect(value('users.hurt')).toBe(1);
  expect(value('http.requestsPerSecond', 'POST /v1/accounts/log-in')).toBe(3);
  expect(value('http.failedPerSecond', 'POST /v1/accounts/log-in')).toBe(1);
  expect(value('http.p99Ms', 'POST /v1/accounts/log-in')).toBeCloseTo(5, 0);
});
