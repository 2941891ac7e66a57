import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { encodeMetrics } from '../../../main/monitor/otlp/metric-encoding.ts';

const times = { startedAtMs: 1_000, atMs: 61_000.5 };
const nothing = { attributes: [] };

test('counters, gauges and histograms become what OTLP calls so', async () => {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'db_client_cancels_total', help: 'Ended', registers }).inc(3);
  new Gauge({ name: 'aquifer_postgres_database_bytes', help: 'Size', registers }).set(4096);
  const duration = new Histogram({
    ...{ name: 'http_server_request_duration_seconds', help: 'Requests', registers },
    ...{ labelNames: ['http_route', 'outcome'], buckets: [0.1, 1] },
  });
  for (const seconds of [0.05, 0.07, 0.5, 3]) duration.observe({ http_route: 'GET /x', outcome: 'ok' }, seconds);
  duration.observe({ http_route: 'GET /x', outcome: 'failed' }, 0.5);
  const [counter, gauge, histogram] = await encodeMetrics(registry, times);
  expect(counter).toEqual({
    ...{ name: 'db_client_cancels_total', description: 'Ended', unit: '' },
    sum: {
      ...{ aggregationTemporality: 2, isMonotonic: true },
      dataPoints: [{ ...nothing, timeUnixNano: '61000500000', startTimeUnixNano: '1000000000', asDouble: 3 }],
    },
  });
  expect(gauge).toEqual({
    ...{ name: 'aquifer_postgres_database_bytes', description: 'Size', unit: 'By' },
    gauge: { dataPoints: [{ ...nothing, timeUnixNano: '61000500000', asDouble: 4096 }] },
  });
  expect(histogram).toMatchObject({
    ...{ name: 'http.server.request.duration', unit: 's' },
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [
        {
          attributes: [
            { key: 'outcome', value: { stringValue: 'ok' } },
            { key: 'http.route', value: { stringValue: 'GET /x' } },
          ],
          ...{ count: '4', explicitBounds: [0.1, 1], bucketCounts: ['2', '1', '1'] },
        },
        { count: '1', sum: 0.5, bucketCounts: ['0', '1', '0'] },
      ],
    },
  });
});

test('names are those of OpenTelemetry’s conventions where it has any', async () => {
  const registry = new Registry();
  for (const name of [
    'db_client_operation_duration_seconds',
    'db_client_connection_wait_time_seconds',
    'process_cpu_seconds_total',
  ]) {
    new Counter({ name, help: 'x', registers: [registry] });
  }
  expect(await encodeMetrics(registry, times)).toMatchObject([
    { name: 'db.client.operation.duration', unit: 's' },
    { name: 'db.client.connection.wait_time', unit: 's' },
    { name: 'process_cpu_seconds_total', unit: 's' },
  ]);
});

test('what has no value is left out', async () => {
  const registry = new Registry();
  new Gauge({ name: 'a', help: 'x', labelNames: ['l'], registers: [registry] });
  expect(await encodeMetrics(registry, times)).toEqual([]);
});
