/** What other programs are told of this server: Prometheus by /metrics, and an OpenTelemetry collector where one is named. */

import type { Registry } from 'prom-client';
import type { Clock } from '../foundation/clock.ts';
import type { Logger } from '../foundation/logger.ts';
import type { Service } from '../foundation/service.ts';
import type { RequestTracker } from '../http/index.ts';
import { createMetrics, type Metrics, type MetricsOptions } from './metrics/index.ts';
import { createOtlp } from './otlp/index.ts';
import { RequestFan } from './request-fan.ts';
import type { TrackerFan } from './tracker-fan.ts';

/** From the settings that OpenTelemetry names. */
export interface OtlpSettings {
  /** Undefined: nothing is sent. */
  endpoint: string | undefined;
  headers: string | undefined;
  serviceName: string;
  /** Of the requests that begin a trace here, 0 to 1. */
  traceShare: number;
}

export interface TelemetryOptions extends MetricsOptions {
  registry: Registry;
  tracker: Pick<TrackerFan, 'add'>;
  otlp: OtlpSettings;
  clock: Clock;
  logger: Logger;
  /** Who else wants to hear of requests. */
  requests: RequestTracker;
}

export interface Telemetry extends Pick<Metrics, 'deliveryEnded'> {
  /** What the HTTP server reports to. */
  readonly requests: RequestTracker;
  readonly services: Service[];
}

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { clock, logger, otlp: settings, registry, requests, tracker, version } = options;
  const { deliveryEnded, requestTracker } = createMetrics(options);
  const { endpoint, ...rest } = settings;
  if (endpoint === undefined)
    return { deliveryEnded, requests: new RequestFan(requests, requestTracker), services: [] };
  const otlp = createOtlp({ ...rest, endpoint, version, registry, clock, logger });
  tracker.add(otlp.statements);
  return { deliveryEnded, requests: new RequestFan(requests, requestTracker, otlp.requests), services: otlp.services };
}
