/** What Prometheus is told beside the pool's own figures: requests, users, the server, alerts, deliveries, incidents. */

import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../foundation/clock.ts';
import type { RequestTracker } from '../../http/index.ts';
import type { ChannelKind, Delivery } from '../alerts/channels/schema.ts';
import type { Alert, Severity } from '../alerts/schema.ts';
import type { ReadingHub } from '../samples/reading-hub.ts';
import { ReadingMetrics } from './reading-metrics.ts';
import { RequestMetrics } from './request-metrics.ts';

export interface MetricsOptions {
  registry: Registry;
  hub: Pick<ReadingHub, 'onReadings'>;
  clock: Pick<Clock, 'monotonicMs'>;
  version: string;
  /** Alerts that fire. */
  firing: () => readonly Alert[];
  /** How many incidents are open. */
  openIncidents: () => number;
}

export interface Metrics {
  readonly requestTracker: RequestTracker;
  /** For the channels' `onDelivery`. */
  deliveryEnded(kind: ChannelKind, state: Delivery['state']): void;
}

const kinds: readonly ChannelKind[] = ['mail', 'webhook', 'slack', 'discord', 'pagerduty', 'alertmanager'];
const states: readonly Delivery['state'][] = ['delivered', 'failed', 'silenced'];
const severities: readonly Severity[] = ['page', 'ticket', 'note'];

export function createMetrics({ clock, firing, hub, openIncidents, registry, version }: MetricsOptions): Metrics {
  const readings = new ReadingMetrics(registry, clock);
  hub.onReadings(readings.onReadings);
  new Gauge({ name: 'aquifer_build_info', help: 'This build', labelNames: ['version'], registers: [registry] }).set(
    { version },
    1,
  );
  new Gauge({
    ...{ name: 'aquifer_alerts_firing', help: 'Alerts that fire', labelNames: ['severity'], registers: [registry] },
    collect() {
      const alerts = firing();
      for (const severity of severities) {
        this.set({ severity }, alerts.filter((alert) => alert.severity === severity).length);
      }
    },
  });
  new Gauge({
    ...{ name: 'aquifer_incidents_open', help: 'Incidents that are open', registers: [registry] },
    collect() {
      this.set(openIncidents());
    },
  });
  const deliveries = new Counter({
    ...{ name: 'aquifer_alert_deliveries_total', help: 'Alerts sent by channels, by how that ended' },
    ...{ labelNames: ['kind', 'state'], registers: [registry] },
  });
  for (const kind of kinds) for (const state of states) deliveries.inc({ kind, state }, 0);
  return {
    requestTracker: new RequestMetrics(registry),
    deliveryEnded: (kind, state) => deliveries.inc({ kind, state }),
  };
}
