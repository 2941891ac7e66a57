/**
 * What several servers saw of one incident, as one. Requests are added up. People cannot be: the same user asks of several servers, and
 * none of them tells another who he is; so the greatest number stands, and it is said to be an estimate.
 */

import type { Verdict } from '../cause/schema.ts';
import { keyOf } from './incident.ts';
import type { Impact, ImpactPoint, RouteImpact } from './schema.ts';

export interface Share {
  impact: Impact;
  points: readonly ImpactPoint[];
  verdicts: readonly Verdict[];
}

const ROUTES_SHOWN = 20;

export function mergeShares(shares: readonly Share[]): Share {
  const [only] = shares;
  if (only && shares.length === 1) return only;
  return {
    impact: mergeImpacts(shares.map(({ impact }) => impact)),
    points: mergePoints(shares.map(({ points }) => points)),
    verdicts: mergeVerdicts(shares),
  };
}

/** Of one that two of them have, the first one's: whoever lives knows how it went on. */
function mergeVerdicts(shares: readonly Share[]): Verdict[] {
  const verdicts = new Map<string, Verdict>();
  for (const verdict of shares.flatMap((share) => share.verdicts)) {
    const key = keyOf(verdict);
    if (!verdicts.has(key)) verdicts.set(key, verdict);
  }
  return [...verdicts.values()].sort((a, b) => (a.detectedAt < b.detectedAt ? -1 : 1));
}

function mergeImpacts(impacts: readonly Impact[]): Impact {
  const sum = (read: (impact: Impact) => number) => impacts.reduce((total, impact) => total + read(impact), 0);
  const most = (read: (impact: Impact) => number) => impacts.reduce((top, impact) => Math.max(top, read(impact)), 0);
  const usersHurt = most((impact) => impact.usersHurt);
  const usersSeen = most((impact) => impact.usersSeen);
  return {
    ...{ usersSeen, usersHurt, share: usersSeen === 0 ? 0 : Math.round((usersHurt / usersSeen) * 1000) / 1000 },
    requests: sum((impact) => impact.requests),
    failed: sum((impact) => impact.failed),
    slow: sum((impact) => impact.slow),
    refused: sum((impact) => impact.refused),
    isEstimated: impacts.length > 0,
    routes: mergeRoutes(impacts.flatMap(({ routes }) => routes)),
  };
}

function mergeRoutes(routes: readonly RouteImpact[]): RouteImpact[] {
  const merged = new Map<string, RouteImpact>();
  for (const one of routes) {
    const known = merged.get(one.route);
    merged.set(one.route, {
      route: one.route,
      requests: one.requests + (known?.requests ?? 0),
      failed: one.failed + (known?.failed ?? 0),
      slow: one.slow + (known?.slow ?? 0),
      users: Math.max(one.users, known?.users ?? 0),
    });
  }
  return [...merged.values()].sort((a, b) => b.failed + b.slow - (a.failed + a.slow)).slice(0, ROUTES_SHOWN);
}

/** By the second, as far as the curves have the same steps. */
function mergePoints(curves: readonly (readonly ImpactPoint[])[]): ImpactPoint[] {
  const byInstant = new Map<string, ImpactPoint>();
  for (const point of curves.flat()) {
    const known = byInstant.get(point.at);
    if (!known) byInstant.set(point.at, point);
    else {
      byInstant.set(point.at, {
        at: point.at,
        usersHurt: Math.max(point.usersHurt, known.usersHurt),
        failed: point.failed + known.failed,
        requests: point.requests + known.requests,
        p99Ms: Math.max(point.p99Ms, known.p99Ms),
      });
    }
  }
  return [...byInstant.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}
