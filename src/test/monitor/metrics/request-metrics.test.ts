import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { EndedRequest } from '../../../main/http/index.ts';
import { outcomeOf, RequestMetrics } from '../../../main/monitor/metrics/request-metrics.ts';

const request: EndedRequest = {
  ...{ route: 'GET /v1/data/:id', access: 'user', requestId: 'r', traceparent: null, statusCode: 200, durationMs: 30 },
  ...{ refusal: null, isAbandoned: false, userId: null, subject: null },
};

test.each([
  [200, false, 'ok'],
  [304, false, 'ok'],
  [401, false, 'rejected'],
  [429, false, 'rejected'],
  [200, true, 'abandoned'],
  [500, false, 'failed'],
  [503, true, 'failed'],
])('%i, abandoned %s, is %s', (statusCode, isAbandoned, outcome) => {
  expect(outcomeOf({ statusCode, isAbandoned })).toBe(outcome);
});

test('requests are counted by route and outcome, in seconds', async () => {
  const registry = new Registry();
  const metrics = new RequestMetrics(registry);
  metrics.requestEnded(request);
  metrics.requestEnded({ ...request, durationMs: 3_000 });
  metrics.requestEnded({ ...request, statusCode: 503 });
  const text = await registry.metrics();
  const labels = 'http_route="GET /v1/data/:id",outcome="ok"';
  expect(text).toContain(`http_server_request_duration_seconds_count{${labels}} 2`);
  expect(text).toContain(`http_server_request_duration_seconds_sum{${labels}} 3.03`);
  expect(text).toContain(`http_server_request_duration_seconds_bucket{le="0.05",${labels}} 1`);
  expect(text).toContain('outcome="failed"} 1');
});
