/**
 * OpenTelemetry: traces and metrics over OTLP/HTTP. Written for this server rather than taken from the official packages: these
 * bring a dozen of their own, and patch the driver to learn what the pool reports by itself.
 */

import type { Registry } from 'prom-client';
import type { PoolTracker } from '../../database/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Logger } from '../../foundation/logger.ts';
import { createPeriodicService, type Service } from '../../foundation/service.ts';
import type { RequestTracker } from '../../http/index.ts';
import { type AttributeValue, toAttributes } from './attributes.ts';
import { CollectorLink } from './collector-link.ts';
import { encodeMetrics } from './metric-encoding.ts';
import { type OtlpSpan, SpanRecorder } from './span-recorder.ts';

export interface OtlpOptions {
  endpoint: string;
  headers: string | undefined;
  serviceName: string;
  version: string;
  /** Of the requests that begin a trace here, 0 to 1. */
  traceShare: number;
  registry: Registry;
  clock: Clock;
  logger: Logger;
  /** For tests. */
  spansEveryMs?: number;
  metricsEveryMs?: number;
}

export interface Otlp {
  readonly requests: RequestTracker;
  readonly statements: PoolTracker;
  readonly services: Service[];
}

const SPANS_EVERY_MS = 5_000;
const METRICS_EVERY_MS = 60_000;
const SPANS_MAX = 8_192;
const BATCH_SPANS = 1_024;
/** A stop does not wait for a collector that is away. */
const LAST_TIMEOUT_MS = 2_000;

export function createOtlp(options: OtlpOptions): Otlp {
  const { clock, registry, serviceName, traceShare, version } = options;
  const link = new CollectorLink(options);
  const resource = { attributes: toAttributes(resourceOf(serviceName, version)) };
  const scope = { name: 'aquifer', version };
  const startedAtMs = clock.nowMs();
  let waiting: OtlpSpan[] = [];
  const recorder = new SpanRecorder({
    share: traceShare,
    nowMs: () => clock.nowMs(),
    record: (span) => {
      // Those that come now say more about what goes on now.
      if (waiting.length >= SPANS_MAX) waiting = waiting.slice(BATCH_SPANS);
      waiting.push(span);
    },
  });
  const sendSpans = async (timeoutMs?: number) => {
    while (waiting.length > 0) {
      const spans = waiting.splice(0, BATCH_SPANS);
      const isDone = await link.send(
        'traces',
        { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] },
        timeoutMs,
      );
      if (isDone) continue;
      waiting = [...spans, ...waiting].slice(-SPANS_MAX);
      return;
    }
  };
  const sendMetrics = async (timeoutMs?: number) => {
    const metrics = await encodeMetrics(registry, { startedAtMs, atMs: clock.nowMs() });
    // Counters only grow: what is lost now is in the next.
    await link.send('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] }, timeoutMs);
  };
  const services = createServices(options, { sendSpans, sendMetrics });
  return { requests: recorder.requests, statements: recorder.statements, services };
}

interface Sending {
  sendSpans: (timeoutMs?: number) => Promise<void>;
  sendMetrics: (timeoutMs?: number) => Promise<void>;
}

function createServices(
  { logger, metricsEveryMs = METRICS_EVERY_MS, spansEveryMs = SPANS_EVERY_MS }: OtlpOptions,
  { sendMetrics, sendSpans }: Sending,
): Service[] {
  const spans = createPeriodicService({
    ...{ name: 'traces', intervalMs: spansEveryMs, logger },
    run: () => sendSpans(),
  });
  const metrics = createPeriodicService({
    ...{ name: 'telemetry', intervalMs: metricsEveryMs, logger },
    run: () => sendMetrics(),
  });
  return [spans, metrics].map(({ name, start, stop }, index) => ({
    ...{ name, start },
    stop: async () => {
      await stop();
      await (index === 0 ? sendSpans(LAST_TIMEOUT_MS) : sendMetrics(LAST_TIMEOUT_MS));
    },
  }));
}

function resourceOf(serviceName: string, version: string): Record<string, AttributeValue> {
  return {
    'service.name': serviceName,
    'service.version': version,
    'telemetry.sdk.language': 'nodejs',
    'process.pid': process.pid,
  };
}
