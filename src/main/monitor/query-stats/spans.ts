/**
 * Spans of time, and from which tables one is read: whole days and whole hours where those are summed up already, minutes at the
 * edges and for what is too recent. However long the span, few rows are read.
 */

export interface Span {
  /** Milliseconds since 1970; the end is not part of it. */
  readonly fromMs: number;
  readonly toMs: number;
}

export const tiers = ['minute', 'hour', 'day'] as const;
export type Tier = (typeof tiers)[number];

export interface Segment extends Span {
  readonly tier: Tier;
}

/** Until when hours and days have been summed up, and since when minutes are kept; milliseconds since 1970. */
export interface Completeness {
  readonly minutesFromMs: number;
  readonly hoursUntilMs: number;
  readonly daysUntilMs: number;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const stepMsOf: Readonly<Record<Tier, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };

/** How long each is kept. */
export const keptMs: Readonly<Record<Tier, number>> = { minute: 14 * DAY_MS, hour: 400 * DAY_MS, day: 400 * DAY_MS };

/** Below so many days, hours are few enough, and they know more statements by name. */
const DAYS_MIN = 7;

export const floorTo = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;
export const ceilTo = (ms: number, stepMs: number): number => Math.ceil(ms / stepMs) * stepMs;

/** Whole minutes, or whole hours at an end that is older than minutes are kept. */
export function roundSpan({ fromMs, toMs }: Span, minutesFromMs: number): Span {
  const stepOf = (ms: number) => (ms < minutesFromMs ? HOUR_MS : MINUTE_MS);
  return { fromMs: floorTo(fromMs, stepOf(fromMs)), toMs: ceilTo(toMs, stepOf(toMs)) };
}

/** @param span as `roundSpan` gives it */
export function segmentsOf(span: Span, { daysUntilMs, hoursUntilMs }: Completeness): Segment[] {
  const days = wholeSteps(span, DAY_MS, daysUntilMs);
  const isLong = days.toMs - days.fromMs >= DAYS_MIN * DAY_MS;
  if (!isLong) return hoursAndMinutes(span, hoursUntilMs);
  return [
    ...hoursAndMinutes({ fromMs: span.fromMs, toMs: days.fromMs }, hoursUntilMs),
    { tier: 'day', ...days },
    ...hoursAndMinutes({ fromMs: days.toMs, toMs: span.toMs }, hoursUntilMs),
  ];
}

function hoursAndMinutes(span: Span, hoursUntilMs: number): Segment[] {
  const hours = wholeSteps(span, HOUR_MS, hoursUntilMs);
  if (hours.toMs <= hours.fromMs) return span.toMs > span.fromMs ? [{ tier: 'minute', ...span }] : [];
  const segments: Segment[] = [
    { tier: 'minute', fromMs: span.fromMs, toMs: hours.fromMs },
    { tier: 'hour', ...hours },
    { tier: 'minute', fromMs: hours.toMs, toMs: span.toMs },
  ];
  return segments.filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** The whole steps within the span that are summed up; empty where there is none. */
function wholeSteps({ fromMs, toMs }: Span, stepMs: number, untilMs: number): Span {
  const first = ceilTo(fromMs, stepMs);
  return { fromMs: first, toMs: Math.max(first, Math.min(floorTo(toMs, stepMs), floorTo(untilMs, stepMs))) };
}

const POINTS_MAX = 240;
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7].map((days) => days * DAY_MS),
];

/** How wide a point of a chart over the span is, so that there are at most 240; no narrower than what is kept of it. */
export function pointStepMs({ fromMs, toMs }: Span, nowMs: number): number {
  const leastMs = fromMs < nowMs - keptMs.minute ? HOUR_MS : MINUTE_MS;
  const fits = (stepMs: number) => stepMs >= leastMs && (toMs - fromMs) / stepMs <= POINTS_MAX;
  return STEPS.find(fits) ?? (STEPS.at(-1) as number);
}

/** The widest table whose steps fit into a point. */
export function tierOfPoints(stepMs: number): Tier {
  return stepMs >= DAY_MS ? 'day' : stepMs >= HOUR_MS ? 'hour' : 'minute';
}
