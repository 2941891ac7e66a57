/** Figures that nobody publishes, made of those that are: sums over routes, shares, and the hours until the disk is full. */

import type { Reading } from '../samples/reading-hub.ts';
import { DiskTrend } from './disk-trend.ts';

/** By what is summed over its scopes, the name of the sum. */
const sums: Readonly<Record<string, string>> = {
  'http.requestsPerSecond': 'http.requestsTotal',
  'http.failedPerSecond': 'http.failedTotal',
};

export class DerivedFigures {
  readonly #trend = new DiskTrend();

  /** Those that can be made of these. Collectors publish all scopes of a name at once. */
  derive(atMs: number, readings: readonly Reading[]): Reading[] {
    const made = sumUp(readings);
    const totalOf = (wanted: string) => made.find(({ name }) => name === wanted)?.value;
    const requests = totalOf('http.requestsTotal');
    if (requests !== undefined && requests > 0) {
      made.push({ name: 'http.failedShare', scope: '', value: (totalOf('http.failedTotal') ?? 0) / requests });
    }
    // Whoever counts users counts requests: with none of them, no route is named.
    if (requests === undefined && readings.some(({ name }) => name === 'users.active')) {
      made.push({ name: 'http.requestsTotal', scope: '', value: 0 });
    }
    const figureOf = (wanted: string) => readings.find(({ name }) => name === wanted)?.value;
    const connections = figureOf('server.connections');
    const most = figureOf('server.connectionsMax');
    if (connections !== undefined && most !== undefined && most > 0) {
      made.push({ name: 'server.connectionShare', scope: '', value: connections / most });
    }
    const freeBytes = figureOf('disk.freeBytes');
    const hours = freeBytes === undefined ? undefined : this.#trend.add(atMs, freeBytes);
    if (hours !== undefined) made.push({ name: 'disk.hoursLeft', scope: '', value: hours });
    return made;
  }
}

/** Where the whole is published as well, under no scope, it is the sum. */
function sumUp(readings: readonly Reading[]): Reading[] {
  const totals = new Map<string, { sum: number; whole: number | undefined }>();
  for (const { name, scope, value } of readings) {
    const target = sums[name];
    if (target === undefined) continue;
    const total = totals.get(target) ?? { sum: 0, whole: undefined };
    if (scope === '') total.whole = value;
    else total.sum += value;
    totals.set(target, total);
  }
  return [...totals].map(([name, { sum, whole }]) => ({ name, scope: '', value: whole ?? sum }));
}
