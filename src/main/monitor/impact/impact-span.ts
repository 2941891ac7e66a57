/** Who was hurt over a span of time, such as an incident: seconds are added up, people are counted once, and the curve is kept. */

import type { Impact, ImpactPoint } from '../incidents/schema.ts';
import { type ImpactSecond, OTHER_ROUTES } from './impact-second.ts';
import { PeopleCount } from './people.ts';

interface RouteSum {
  requests: number;
  failed: number;
  slow: number;
  readonly people: PeopleCount;
}

const ROUTES_MAX = 100;
const ROUTES_SHOWN = 20;
const PEOPLE_OF_A_ROUTE_MAX = 2_000;
/** Beyond it two neighbours become one: the curve of an hour has the same length as that of ten minutes. */
const POINTS_MAX = 900;

export class ImpactSpan {
  readonly #seen = new PeopleCount();
  readonly #hurt = new PeopleCount();
  readonly #routes = new Map<string, RouteSum>();
  #requests = 0;
  #failed = 0;
  #slow = 0;
  #refused = 0;
  #points: ImpactPoint[] = [];

  add(second: ImpactSecond): void {
    this.#requests += second.requests;
    this.#failed += second.failed;
    this.#slow += second.slow;
    this.#refused += second.refused;
    for (const person of second.seen) this.#seen.add(person);
    for (const person of second.hurt) this.#hurt.add(person);
    for (const [name, route] of second.routes) {
      const sum = this.#route(name);
      sum.requests += route.requests;
      sum.failed += route.failed;
      sum.slow += route.slow;
      for (const person of route.hurt) sum.people.add(person);
    }
    this.addPoint(second);
  }

  /** Before and after it nobody is counted, but the curve goes on. */
  addPoint(second: ImpactSecond): void {
    const { durations, failed, requests } = second;
    const p99Ms = durations.total === 0 ? 0 : Math.round(durations.quantile(0.99) * 10) / 10;
    const at = new Date(second.atMs).toISOString();
    this.#points.push({ at, usersHurt: second.hurt.size, failed, requests, p99Ms });
    if (this.#points.length > POINTS_MAX) this.#points = halved(this.#points);
  }

  get usersHurt(): number {
    return this.#hurt.size;
  }

  get points(): readonly ImpactPoint[] {
    return this.#points;
  }

  impact(): Impact {
    const usersHurt = this.#hurt.size;
    const usersSeen = Math.max(this.#seen.size, usersHurt);
    return {
      ...{ usersSeen, usersHurt, share: usersSeen === 0 ? 0 : Math.round((usersHurt / usersSeen) * 1000) / 1000 },
      ...{ requests: this.#requests, failed: this.#failed, slow: this.#slow, refused: this.#refused },
      isEstimated: this.#seen.isEstimated || this.#hurt.isEstimated,
      routes: [...this.#routes]
        .map(([route, { failed, people, requests, slow }]) => ({ route, requests, failed, slow, users: people.size }))
        .filter(({ failed, slow }) => failed + slow > 0)
        .sort((a, b) => b.failed + b.slow - (a.failed + a.slow))
        .slice(0, ROUTES_SHOWN),
    };
  }

  #route(name: string): RouteSum {
    const key = this.#routes.has(name) || this.#routes.size < ROUTES_MAX ? name : OTHER_ROUTES;
    let sum = this.#routes.get(key);
    if (!sum) {
      sum = { requests: 0, failed: 0, slow: 0, people: new PeopleCount(PEOPLE_OF_A_ROUTE_MAX) };
      this.#routes.set(key, sum);
    }
    return sum;
  }
}

/** Two become one: requests and failures are added, of people and times the greater stands. */
function halved(points: readonly ImpactPoint[]): ImpactPoint[] {
  const half: ImpactPoint[] = [];
  for (let index = 0; index < points.length; index += 2) {
    const [one, other] = [points[index] as ImpactPoint, points[index + 1]];
    half.push(
      other
        ? {
            at: one.at,
            usersHurt: Math.max(one.usersHurt, other.usersHurt),
            failed: one.failed + other.failed,
            requests: one.requests + other.requests,
            p99Ms: Math.max(one.p99Ms, other.p99Ms),
          }
        : one,
    );
  }
  return half;
}
