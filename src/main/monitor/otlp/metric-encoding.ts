/** Turns the figures that Prometheus is given into OTLP's metrics: the same figures, under OpenTelemetry's own names where it has any. */

import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import { type OtlpAttribute, toAttributes, toUnixNano } from './attributes.ts';

type Metric = MetricObjectWithValues<MetricValue<string>>;
type HistogramValue = MetricValue<string> & { metricName?: string };

const CUMULATIVE = 2;
/** What OpenTelemetry's conventions write with dots; everything else keeps its name. */
const CONVENTIONAL = /^(db_client_(connection|operation)|http_server_request)_/;
const conventionalWords: readonly [RegExp, string][] = [
  [/_(seconds|total)$/, ''],
  [/^db_client_connection_/, 'db.client.connection.'],
  [/^db_client_operation_/, 'db.client.operation.'],
  [/^http_server_request_/, 'http.server.request.'],
];
const units: readonly [RegExp, string][] = [
  [/_seconds(_total)?$/, 's'],
  [/_bytes(_total)?$/, 'By'],
  [/_ratio$/, '1'],
];

interface Times {
  /** When the counters began, milliseconds since 1970. */
  startedAtMs: number;
  atMs: number;
}

export async function encodeMetrics(registry: Registry, times: Times): Promise<object[]> {
  const metrics = (await registry.getMetricsAsJSON()) as unknown as Metric[];
  return metrics.filter(({ values }) => values.length > 0).map((metric) => encodeMetric(metric, times));
}

function encodeMetric({ help, name, type, values }: Metric, times: Times): object {
  const head = { name: nameOf(name), description: help, unit: units.find(([suffix]) => suffix.test(name))?.[1] ?? '' };
  // prom-client gives the type as a text, whatever its declaration says.
  switch (String(type)) {
    case 'counter': {
      const dataPoints = values.map((value) => ({ ...pointOf(value, times), ...startOf(times) }));
      return { ...head, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
    }
    case 'histogram':
      return { ...head, histogram: { aggregationTemporality: CUMULATIVE, dataPoints: toHistograms(values, times) } };
    default:
      return { ...head, gauge: { dataPoints: values.map((value) => pointOf(value, times)) } };
  }
}

function nameOf(name: string): string {
  if (!CONVENTIONAL.test(name)) return name;
  return conventionalWords.reduce((text, [pattern, word]) => text.replace(pattern, word), name);
}

function pointOf({ labels, value }: MetricValue<string>, { atMs }: Times): object {
  return { attributes: attributesOf(labels), timeUnixNano: toUnixNano(atMs), asDouble: value };
}

function startOf({ startedAtMs }: Times): { startTimeUnixNano: string } {
  return { startTimeUnixNano: toUnixNano(startedAtMs) };
}

function attributesOf(labels: MetricValue<string>['labels']): OtlpAttribute[] {
  const { http_route: route, ...others } = labels as Record<string, string | number>;
  return toAttributes({ ...others, 'http.route': route });
}

interface Cell {
  labels: Record<string, string | number>;
  bounds: number[];
  /** Up to each bound. */
  cumulated: number[];
  count: number;
  sum: number;
}

function toHistograms(values: readonly HistogramValue[], times: Times): object[] {
  const cells = new Map<string, Cell>();
  for (const { labels, metricName = '', value } of values) {
    const { le, ...own } = labels as Record<string, string | number>;
    const key = JSON.stringify(own);
    const cell = cells.get(key) ?? { labels: own, bounds: [], cumulated: [], count: 0, sum: 0 };
    cells.set(key, cell);
    if (metricName.endsWith('_sum')) cell.sum = value;
    else if (metricName.endsWith('_count')) cell.count = value;
    else if (le !== '+Inf') {
      cell.bounds.push(Number(le));
      cell.cumulated.push(value);
    }
  }
  return [...cells.values()].map((cell) => toHistogram(cell, times));
}

function toHistogram({ bounds, count, cumulated, labels, sum }: Cell, times: Times): object {
  const counts = [...cumulated, count].map((value, index) => value - (cumulated[index - 1] ?? 0));
  return {
    attributes: attributesOf(labels),
    ...startOf(times),
    timeUnixNano: toUnixNano(times.atMs),
    ...{ count: String(count), sum, explicitBounds: bounds },
    bucketCounts: counts.map(String),
  };
}
