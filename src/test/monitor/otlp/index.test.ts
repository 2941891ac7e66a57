/** OpenTelemetry from a whole server: to a collector over HTTP, which may be slow, full or away. */

import { Registry } from 'prom-client';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../main/foundation/clock.ts';
import { createLogger } from '../../../main/foundation/logger.ts';
import type { EndedRequest } from '../../../main/http/index.ts';
import { createOtlp, type Otlp, type OtlpOptions } from '../../../main/monitor/otlp/index.ts';
import { call } from '../../support/api-session.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { type RunningApp, runApp } from '../../support/running-app.ts';

// Beside seven other files on two processors a whole server takes its time.
vi.setConfig({ testTimeout: 60_000 });
/** Two processors may have much else to do. */
const soon = { timeout: 20_000 };

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code: number };
}

const spansOf = ({ received }: Receiver): Span[] =>
  received.filter(({ path }) => path === '/v1/traces').flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans);
const attributeOf = (span: Span | undefined, key: string) =>
  Object.values(span?.attributes.find((one) => one.key === key)?.value ?? {})[0];

const request = (facts: Partial<EndedRequest> = {}): EndedRequest => ({
  ...{ route: 'GET /x', access: 'public', requestId: 'r-1', traceparent: null, statusCode: 200, durationMs: 12.5 },
  ...{ refusal: null, isAbandoned: false, userId: null, subject: null },
  ...facts,
});

const running: Otlp[] = [];
afterEach(async () => {
  for (const otlp of running.splice(0)) for (const service of otlp.services) await service.stop();
});

async function start(receiver: Receiver, over: Partial<OtlpOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const otlp = createOtlp({
    ...{ endpoint: receiver.url, headers: undefined, serviceName: 'market', version: '1.2.3', traceShare: 1, logger },
    ...{ registry: new Registry(), clock: systemClock, spansEveryMs: 20, metricsEveryMs: 60_000, ...over },
  });
  running.push(otlp);
  for (const service of otlp.services) await service.start();
  return { otlp, lines };
}

describe('a whole server', () => {
  let receiver: Receiver;
  let app: RunningApp;
  beforeAll(async () => {
    receiver = await startReceiver();
    app = await runApp({
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/otlp`, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key' },
      ...{ OTEL_SERVICE_NAME: 'market', OTEL_TRACES_SAMPLER_ARG: '0' },
    });
  });

  test('tells of a request and its statements as one trace, and continues the caller’s', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    await call(app.url, 'GET', '/v1/accounts/me', { token: app.user, headers });
    await app.app.stop();
    const traces = receiver.received.filter(({ path }) => path === '/otlp/v1/traces');
    const spans = traces.flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans as Span[]);
    expect(spans.map((span) => span.traceId)).toEqual(spans.map(() => traceId));
    const root = spans.find(({ kind }) => kind === 2);
    expect(root).toMatchObject({ name: 'GET /v1/accounts/me', parentSpanId: '00f067aa0ba902b7', status: { code: 0 } });
    expect(attributeOf(root, 'http.response.status_code')).toBe('200');
    const statement = spans.find(({ kind }) => kind === 3);
    expect(statement).toMatchObject({ parentSpanId: root?.spanId, name: expect.stringMatching(/^accounts\./) });
    expect(attributeOf(statement, 'aquifer.lane')).toBe('critical');
    expect(BigInt(statement?.endTimeUnixNano ?? 0) >= BigInt(statement?.startTimeUnixNano ?? 0)).toBe(true);
    expect(traces[0]?.headers['x-key']).toBe('a key');
    expect(traces[0]?.body.resourceSpans[0].resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'market' },
    });
    const metrics = receiver.received.filter(({ path }) => path === '/otlp/v1/metrics');
    const names = metrics.flatMap(({ body }) =>
      body.resourceMetrics[0].scopeMetrics[0].metrics.map(({ name }: Span) => name),
    );
    expect(names).toContain('db.client.connection.wait_time');
    expect(names).toContain('http.server.request.duration');
  });
});

describe('spans', () => {
  test('of a request that failed are recorded whatever the share, of one that did not are not', async () => {
    const receiver = await startReceiver();
    const { otlp } = await start(receiver, { traceShare: 0 });
    otlp.requests.requestEnded(request());
    otlp.requests.requestEnded(request({ requestId: 'r-2', statusCode: 503, refusal: 'lane_full' }));
    await expect.poll(() => spansOf(receiver), soon).toHaveLength(1);
    const [span] = spansOf(receiver);
    expect(span?.status.code).toBe(2);
    expect(attributeOf(span, 'error.type')).toBe('lane_full');
    expect(attributeOf(span, 'aquifer.request_id')).toBe('r-2');
  });

  test('wait for a collector that is away, say so once, and go when it is back', async () => {
    const receiver = await startReceiver(() => ({ status: 503 }));
    const { lines, otlp } = await start(receiver);
    otlp.requests.requestEnded(request());
    await expect.poll(() => receiver.received.length, soon).toBeGreaterThan(3);
    receiver.answer(() => ({ status: 200 }));
    receiver.received.length = 0;
    await expect.poll(() => spansOf(receiver), soon).toHaveLength(1);
    expect(lines.filter((line) => line.includes('cannot be sent'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('taken again'))).toHaveLength(1);
  });

  test('that a collector will never take are not sent again and again', async () => {
    const receiver = await startReceiver(({ path }) => ({ status: path === '/v1/traces' ? 400 : 200 }));
    const { otlp } = await start(receiver);
    otlp.requests.requestEnded(request());
    await expect.poll(() => spansOf(receiver), soon).toHaveLength(1);
    otlp.requests.requestEnded(request({ requestId: 'r-2' }));
    await expect.poll(() => spansOf(receiver), soon).toHaveLength(2);
  });

  test('have a bound, beyond which the oldest go', async () => {
    const receiver = await startReceiver(() => ({ status: 503 }));
    const { otlp } = await start(receiver);
    for (let index = 0; index < 10_000; index += 1) otlp.requests.requestEnded(request({ requestId: `r-${index}` }));
    receiver.answer(() => ({ status: 200 }));
    receiver.received.length = 0;
    await expect
      .poll(() => spansOf(receiver).some((span) => attributeOf(span, 'aquifer.request_id') === 'r-9999'), soon)
      .toBe(true);
    expect(spansOf(receiver).length).toBeLessThanOrEqual(8_192);
  });
});
