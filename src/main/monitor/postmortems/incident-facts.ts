/**
 * What can be read off an incident beyond what it says by itself: from when to when users were hurt, the worst moment, where
 * nothing was measured, what had changed before. Figures alone; the sections put them into words.
 */

import type { ImpactPoint, IncidentDetail, TimelineEntry, TimelineKind } from '../incidents/schema.ts';

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface IncidentFacts {
  readonly detail: IncidentDetail;
  readonly openedMs: number;
  readonly closedMs: number | null;
  /** Milliseconds from opening to closing; null while it is open. */
  readonly lastedMs: number | null;
  /** The first and the last point in which users were hurt; null where none was. */
  readonly hurt: Span | null;
  /** Between points, as is usual in it. */
  readonly stepMs: number;
  /** Where points are missing that should be there. */
  readonly gaps: readonly Span[];
  readonly worst: {
    readonly usersHurt: ImpactPoint | null;
    readonly failed: ImpactPoint | null;
    readonly slowest: ImpactPoint | null;
  };
  /** Deploys, migrations, changes of definitions, of statistics and of plans before it opened, newest last. */
  readonly changesBefore: readonly TimelineEntry[];
  /** Milliseconds after it opened. */
  since(instant: string): number;
}

const CHANGE_KINDS: ReadonlySet<TimelineKind> = new Set(['deploy', 'migration', 'ddl', 'analyze', 'plan_changed']);
const CHANGE_LOOKBACK_MS = 10 * 60_000;
/** So many steps without a point are a gap. */
const GAP_STEPS = 3;

export function readFacts(given: IncidentDetail): IncidentFacts {
  const detail = given.impact.requests === 0 ? withoutUsers(given) : given;
  const { incident, points, timeline } = detail;
  const openedMs = Date.parse(incident.openedAt);
  const closedMs = incident.closedAt === null ? null : Date.parse(incident.closedAt);
  const stepMs = stepOf(points);
  return {
    ...{ detail, openedMs, closedMs, stepMs },
    lastedMs: closedMs === null ? null : closedMs - openedMs,
    hurt: hurtSpan(points, stepMs),
    gaps: findGaps(points, stepMs),
    worst: {
      usersHurt: worstBy(points, ({ usersHurt }) => usersHurt),
      failed: worstBy(points, ({ failed }) => failed),
      slowest: worstBy(points, ({ p99Ms }) => p99Ms),
    },
    changesBefore: timeline.filter(({ at, details, kind }) => {
      const beforeMs = openedMs - Date.parse(at);
      // That a server was started for the first time is no change of anything.
      return CHANGE_KINDS.has(kind) && details.isFirst !== true && beforeMs >= 0 && beforeMs <= CHANGE_LOOKBACK_MS;
    }),
    since: (instant) => Date.parse(instant) - openedMs,
  };
}

/** Where no request was seen, that nobody was hurt was not seen either: neither its containment nor its curve is a fact. */
function withoutUsers(detail: IncidentDetail): IncidentDetail {
  return { ...detail, incident: { ...detail.incident, containedAt: null }, points: [] };
}

function stepOf(points: readonly ImpactPoint[]): number {
  const steps = points.slice(1).map(({ at }, index) => Date.parse(at) - Date.parse((points[index] as ImpactPoint).at));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 1_000;
}

function hurtSpan(points: readonly ImpactPoint[], stepMs: number): Span | null {
  const hurt = points.filter(({ failed, usersHurt }) => usersHurt > 0 || failed > 0);
  const [first] = hurt;
  const last = hurt.at(-1);
  return first && last ? { fromMs: Date.parse(first.at), untilMs: Date.parse(last.at) + stepMs } : null;
}

function findGaps(points: readonly ImpactPoint[], stepMs: number): Span[] {
  return points.slice(1).flatMap(({ at }, index) => {
    const beforeMs = Date.parse((points[index] as ImpactPoint).at);
    const atMs = Date.parse(at);
    return atMs - beforeMs > stepMs * GAP_STEPS ? [{ fromMs: beforeMs + stepMs, untilMs: atMs }] : [];
  });
}

function worstBy(points: readonly ImpactPoint[], read: (point: ImpactPoint) => number): ImpactPoint | null {
  let worst: ImpactPoint | null = null;
  for (const point of points) if (read(point) > (worst ? read(worst) : 0)) worst = point;
  return worst;
}
