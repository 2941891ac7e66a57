// Going through an incident by time: what span there is, and what was so at one moment of it.
import type { ImpactPoint, TimelineEntry } from '../../../client/index.ts';
import { plural } from '../../components/number-words.ts';

export interface ScrubSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Told {
  readonly points: readonly ImpactPoint[];
  readonly timeline: readonly TimelineEntry[];
}

/** A point tells of the time until the next one; past this nothing is known. */
const POINT_HOLDS_STEPS = 2.5;

/**
 * What is measured second by second; where nothing was, from the first entry to the last. Null where there is nothing
 * to go through.
 */
export function scrubSpan({ points, timeline }: Told): ScrubSpan | null {
  const told = points.length > 1 ? points : timeline;
  const first = told[0];
  const last = told.at(-1);
  if (!first || !last) return null;
  const span = { fromMs: Date.parse(first.at), toMs: Date.parse(last.at) };
  return span.toMs > span.fromMs ? span : null;
}

/** The position of the last entry at that moment or before; -1 before the first. Entries are oldest first. */
export function entryIndexAt(timeline: readonly TimelineEntry[], atMs: number): number {
  return timeline.findLastIndex(({ at }) => Date.parse(at) <= atMs);
}

/**
 * The figures of that moment; null in a gap.
 * @param stepMs what `usualStepMs` says of the points
 */
export function pointAt(points: readonly ImpactPoint[], atMs: number, stepMs: number): ImpactPoint | null {
  const index = points.findLastIndex(({ at }) => Date.parse(at) <= atMs);
  const point = points[index];
  if (!point) return null;
  return atMs - Date.parse(point.at) <= stepMs * POINT_HOLDS_STEPS ? point : null;
}

/** The middle of all steps: the odd gap does not count. */
export function usualStepMs(points: readonly ImpactPoint[]): number {
  const steps = points.slice(1).map(({ at }, index) => Date.parse(at) - Date.parse(points[index]?.at ?? at));
  return steps.toSorted((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 1000;
}

/** The next entry after a moment, or the one before it: what Page Up and Page Down go to. */
export function neighbourMs(timeline: readonly TimelineEntry[], atMs: number, direction: 1 | -1): number | null {
  const times = timeline.map(({ at }) => Date.parse(at));
  const found = direction === 1 ? times.find((time) => time > atMs) : times.findLast((time) => time < atMs);
  return found ?? null;
}

/** "12 users hurt, 48 of 110 requests failed, the slowest in a hundred took 2,300 ms." */
export function pointWords(point: ImpactPoint | null): string {
  if (!point) return 'Nothing was measured.';
  const { failed, p99Ms, requests, usersHurt } = point;
  if (requests === 0) return usersHurt === 0 ? 'Nobody asked for anything.' : `${hurtWords(usersHurt)}.`;
  const failures =
    failed === 0
      ? `none of ${plural(requests, 'request', 'requests')}`
      : `${failed} of ${plural(requests, 'request', 'requests')}`;
  const slow = p99Ms >= 1 ? `, p99 ${Math.round(p99Ms).toLocaleString('en-GB')} ms` : '';
  return `${hurtWords(usersHurt)}, ${failures} failed${slow}.`;
}

function hurtWords(users: number): string {
  return users === 0 ? 'Nobody hurt' : `${plural(users, 'user', 'users')} hurt`;
}
