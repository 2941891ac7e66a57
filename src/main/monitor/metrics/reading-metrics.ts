/**
 * The hub's figures as Prometheus' gauges. A figure that is no longer published goes: a gauge that stands still would say that
 * all is as it was.
 */

import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../foundation/clock.ts';
import type { Reading } from '../samples/reading-hub.ts';
import { type ExposedReading, exposedReadings } from './exposed-readings.ts';

interface Latest {
  value: number;
  seenAtMs: number;
  /** Between the last two: what is told every ten minutes is not old after one. */
  everyMs: number;
}

const KEPT_LEAST_MS = 60_000;
/** Until it has been told twice, nobody knows how often it comes. */
const KEPT_FIRST_MS = 15 * 60_000;
const MISSED_MAX = 3;
/** A statement's shape may be long, and a label is sent with every value. */
const LABEL_LONGEST = 200;
const SCOPES_MAX = 100;

export class ReadingMetrics {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** By reading, then by scope. */
  readonly #latest = new Map<string, Map<string, Latest>>();

  constructor(registry: Registry, clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
    for (const { reading } of exposedReadings) this.#latest.set(reading, new Map());
    for (const [metric, sources] of groupByMetric(exposedReadings)) this.#expose(registry, metric, sources);
  }

  /** For `hub.onReadings`. */
  readonly onReadings = (_atMs: number, readings: readonly Reading[]): void => {
    const nowMs = this.#clock.monotonicMs();
    for (const { name, scope, value } of readings) {
      const scopes = this.#latest.get(name);
      if (!scopes) continue;
      const known = scopes.get(scope);
      if (!known && scopes.size >= SCOPES_MAX) this.#forgetOld(scopes, nowMs);
      if (!known && scopes.size >= SCOPES_MAX) continue;
      const everyMs = known ? nowMs - known.seenAtMs : KEPT_FIRST_MS / MISSED_MAX;
      scopes.set(scope, { value, seenAtMs: nowMs, everyMs });
    }
  };

  #expose(registry: Registry, metric: string, sources: readonly ExposedReading[]): void {
    const [{ fixed, help, label } = { help: '' }] = sources;
    const collect = (gauge: Gauge) => this.#collect(gauge, sources);
    new Gauge({
      ...{ name: metric, help, registers: [registry] },
      labelNames: [label, fixed?.name].filter((name) => name !== undefined),
      collect() {
        collect(this);
      },
    });
  }

  #collect(gauge: Gauge, sources: readonly ExposedReading[]): void {
    const nowMs = this.#clock.monotonicMs();
    gauge.reset();
    let isKnown = false;
    for (const { factor = 1, fixed, label, reading } of sources) {
      const scopes = this.#latest.get(reading) as Map<string, Latest>;
      this.#forgetOld(scopes, nowMs);
      for (const [scope, { value }] of scopes) {
        isKnown = true;
        const labels = {
          ...(label ? { [label]: scope.slice(0, LABEL_LONGEST) } : {}),
          ...(fixed ? { [fixed.name]: fixed.value } : {}),
        };
        gauge.set(labels, value * factor);
      }
    }
    // A gauge without labels is zero after its reset, and where nothing is known that would be a lie.
    if (!isKnown && sources.every(({ fixed, label }) => !fixed && !label)) gauge.remove();
  }

  #forgetOld(scopes: Map<string, Latest>, nowMs: number): void {
    for (const [scope, { everyMs, seenAtMs }] of scopes) {
      if (nowMs - seenAtMs > Math.max(KEPT_LEAST_MS, everyMs * MISSED_MAX)) scopes.delete(scope);
    }
  }
}

function groupByMetric(readings: readonly ExposedReading[]): Map<string, ExposedReading[]> {
  const groups = new Map<string, ExposedReading[]>();
  for (const one of readings) groups.set(one.metric, [...(groups.get(one.metric) ?? []), one]);
  return groups;
}
