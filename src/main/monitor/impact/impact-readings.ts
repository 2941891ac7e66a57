/** What users meet, as figures over time: by route for the thirty with most requests, users, and log-ins. */

import type { Reading, ReadingHub } from '../samples/reading-hub.ts';
import type { UsersNow } from './impact-meter.ts';
import type { ImpactSecond, RouteSecond } from './impact-second.ts';

const ROUTES_MAX = 30;
const LOG_IN = 'POST /v1/accounts/log-in';

export function publishImpact(hub: Pick<ReadingHub, 'publish'>, second: ImpactSecond, users: UsersNow): void {
  hub.publish(second.atMs, [...readRoutes(second), ...readUsers(users), ...readLogIns(second.routes.get(LOG_IN))]);
}

function readRoutes({ routes }: ImpactSecond): Reading[] {
  const busiest = [...routes].sort(([, a], [, b]) => b.requests - a.requests).slice(0, ROUTES_MAX);
  return busiest.flatMap(([scope, { durations, failed, requests }]) => [
    { name: 'http.requestsPerSecond', scope, value: requests },
    { name: 'http.failedPerSecond', scope, value: failed },
    { name: 'http.p99Ms', scope, value: durations?.quantile(0.99) ?? 0 },
  ]);
}

function readUsers({ active, hurt }: UsersNow): Reading[] {
  return [
    { name: 'users.active', scope: '', value: active },
    { name: 'users.hurt', scope: '', value: hurt },
  ];
}

/** A wrong password is an answer that failed; a log-in that could not be looked at was refused. */
function readLogIns(route: RouteSecond | undefined): Reading[] {
  const { answered = 0, requests = 0, succeeded = 0 } = route ?? {};
  return [
    { name: 'logIn.succeededPerSecond', scope: '', value: succeeded },
    { name: 'logIn.failedPerSecond', scope: '', value: answered - succeeded },
    { name: 'logIn.refusedPerSecond', scope: '', value: requests - answered },
  ];
}
