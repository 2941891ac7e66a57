// The picture under the hand: users hurt as an area over the span, and where on it things happened.
import type { ImpactPoint, TimelineEntry } from '../../../client/index.ts';
import { type ScrubSpan, usualStepMs } from './scrub.ts';

interface Told {
  readonly span: ScrubSpan;
  readonly points: readonly ImpactPoint[];
  readonly timeline: readonly TimelineEntry[];
}

export interface Tick {
  readonly kind: TimelineEntry['kind'];
  /** Of the span, 0 to 1. */
  readonly share: number;
}

export interface StripDrawing {
  /** An SVG path over 100 by `height`; empty where nobody was hurt. */
  readonly area: string;
  readonly ticks: readonly Tick[];
}

/** Ticks that fall on the same half of a hundredth are drawn once: more could not be told apart. */
const TICK_SHARE = 0.005;

export function strip({ span, points, timeline }: Told, height: number): StripDrawing {
  return { area: areaPath(span, points, height), ticks: placeTicks(span, timeline) };
}

function areaPath(span: ScrubSpan, points: readonly ImpactPoint[], height: number): string {
  const most = points.reduce((top, { usersHurt }) => Math.max(top, usersHurt), 0);
  if (most === 0) return '';
  const stepMs = usualStepMs(points);
  const x = (ms: number) => (((ms - span.fromMs) / (span.toMs - span.fromMs)) * 100).toFixed(2);
  const y = (hurt: number) => (height - (hurt / most) * height).toFixed(1);
  // Each point stands for its step, so that a single bad second is seen as well.
  return points
    .filter(({ usersHurt }) => usersHurt > 0)
    .map(({ at, usersHurt }) => {
      const ms = Date.parse(at);
      return `M${x(ms)} ${height}V${y(usersHurt)}H${x(Math.min(span.toMs, ms + stepMs))}V${height}Z`;
    })
    .join('');
}

function placeTicks(span: ScrubSpan, timeline: readonly TimelineEntry[]): Tick[] {
  const ticks = new Map<string, Tick>();
  for (const { at, kind } of timeline) {
    const exact = (Date.parse(at) - span.fromMs) / (span.toMs - span.fromMs);
    if (exact < 0 || exact > 1) continue;
    const share = Math.round(exact / TICK_SHARE) * TICK_SHARE;
    ticks.set(`${kind} ${share}`, { kind, share });
  }
  return [...ticks.values()];
}
