/** One second of what users met: requests by route, how long they took, who asked and who was hurt. */

import { LogHistogram } from '../history/log-histogram.ts';

export interface RouteSecond {
  requests: number;
  failed: number;
  slow: number;
  refused: number;
  /** Answered at all, if only with a no. */
  answered: number;
  succeeded: number;
  readonly hurt: Set<number>;
  /** Gone once the second has been told. */
  durations: LogHistogram | undefined;
}

export interface Met {
  readonly route: string;
  readonly durationMs: number;
  readonly statusCode: number;
  /** Null where nobody is known to ask. */
  readonly person: number | null;
  readonly isFailed: boolean;
  readonly isSlow: boolean;
  readonly isRefused: boolean;
}

/** In one second more are counted, but not told from each other. */
const PEOPLE_MAX = 2_000;
const ROUTES_MAX = 200;
export const OTHER_ROUTES = 'all other routes';

export class ImpactSecond {
  /** Wall clock, milliseconds: when the second began. */
  readonly atMs: number;
  requests = 0;
  failed = 0;
  slow = 0;
  refused = 0;
  readonly durations = new LogHistogram();
  readonly routes = new Map<string, RouteSecond>();
  readonly seen = new Set<number>();
  readonly hurt = new Set<number>();

  constructor(atMs: number) {
    this.atMs = atMs;
  }

  add(met: Met): void {
    const { durationMs, isFailed, isRefused, isSlow, person } = met;
    const route = this.#route(met.route);
    if (met.statusCode < 400) route.succeeded += 1;
    if (met.statusCode < 500) route.answered += 1;
    for (const counts of [this, route]) {
      counts.requests += 1;
      if (isFailed) counts.failed += 1;
      if (isSlow) counts.slow += 1;
      if (isRefused) counts.refused += 1;
      counts.durations?.record(durationMs);
    }
    if (person === null) return;
    if (this.seen.size < PEOPLE_MAX) this.seen.add(person);
    if (!isFailed && !isSlow) return;
    if (this.hurt.size < PEOPLE_MAX) this.hurt.add(person);
    if (route.hurt.size < PEOPLE_MAX) route.hurt.add(person);
  }

  /** What is kept for two minutes must not grow with the number of routes. */
  forgetDurations(): void {
    for (const route of this.routes.values()) route.durations = undefined;
  }

  #route(name: string): RouteSecond {
    const key = this.routes.has(name) || this.routes.size < ROUTES_MAX ? name : OTHER_ROUTES;
    let route = this.routes.get(key);
    if (!route) {
      const counts = { requests: 0, failed: 0, slow: 0, refused: 0, answered: 0, succeeded: 0 };
      route = { ...counts, hurt: new Set(), durations: new LogHistogram() };
      this.routes.set(key, route);
    }
    return route;
  }
}
