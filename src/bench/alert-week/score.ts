/**
 * How good alerts were. An incident is found by an alert that begins while it lasts, or up to ten minutes after; an alert that
 * begins outside of all incidents is false. Generous to both sides: it need not name the right thing.
 */

import type { Incident, IncidentKind } from './incidents.ts';

export interface RaisedAlert {
  readonly rule: string;
  readonly scope: string;
  readonly sentence: string;
  readonly fromMs: number;
  toMs: number;
}

const AFTER_MS = 10 * 60_000;

export interface Score {
  readonly alerts: number;
  readonly falseAlerts: readonly RaisedAlert[];
  readonly found: readonly { readonly incident: Incident; readonly by: RaisedAlert; readonly afterMs: number }[];
  readonly missed: readonly Incident[];
  /** Of the alerts, the part that told of an incident; 1 where there were none. */
  readonly precision: number;
  /** Of the incidents, the part that was found; 1 where there were none. */
  readonly recall: number;
}

/** Of the alerts that began within the span. */
export function score(
  all: readonly RaisedAlert[],
  incidents: readonly Incident[],
  span: { fromMs: number; toMs: number },
): Score {
  const alerts = all.filter(({ fromMs }) => fromMs >= span.fromMs && fromMs < span.toMs);
  const within = (alert: RaisedAlert, { fromMs, toMs }: Incident) =>
    alert.fromMs >= fromMs && alert.fromMs <= toMs + AFTER_MS;
  const falseAlerts = alerts.filter((alert) => !incidents.some((incident) => within(alert, incident)));
  const found: Score['found'][number][] = [];
  const missed: Incident[] = [];
  for (const incident of incidents) {
    const by = alerts.find((alert) => within(alert, incident));
    if (by) found.push({ incident, by, afterMs: by.fromMs - incident.fromMs });
    else missed.push(incident);
  }
  const precision = alerts.length === 0 ? 1 : (alerts.length - falseAlerts.length) / alerts.length;
  const recall = incidents.length === 0 ? 1 : found.length / incidents.length;
  return { alerts: alerts.length, falseAlerts, found, missed, precision, recall };
}

export function kindsFound({ found }: Pick<Score, 'found'>): Set<IncidentKind> {
  return new Set(found.map(({ incident }) => incident.kind));
}
