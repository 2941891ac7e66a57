/**
 * What another threshold would have done with what is stored: the stretches in which the rule came near are judged again, with
 * the threshold as it is and as it would be. Shown before it holds.
 */

import { Detector } from './detector.ts';
import type { Excursion } from './excursions.ts';
import type { Replay } from './schema.ts';

/** As the judge has them. */
const PART = 0.6;
const CLEAR_BELOW = 0.7;
/** Two alerts so near to each other would have been one. */
const SETTLE_MS = 120_000;

interface Span {
  readonly scope: string;
  readonly fromMs: number;
  toMs: number;
}

export interface ReplayInput {
  readonly excursions: readonly Excursion[];
  /** By scope, since scopes may differ. */
  readonly factorBefore: (scope: string) => number;
  readonly factorAfter: (scope: string) => number;
  /** The factors that are shown: those of the scope in question. */
  readonly shown: { readonly before: number; readonly after: number };
  /** What was worth an alert: incidents, alerts that were useful, incidents that were reported as missed. */
  readonly worth: readonly { readonly scope: string | null; readonly fromMs: number; readonly toMs: number }[];
  readonly isHard: boolean;
}

export function replay(input: ReplayInput): Replay {
  const { excursions, factorAfter, factorBefore, isHard, shown, worth } = input;
  const before = spansOf(excursions, factorBefore);
  const after = spansOf(excursions, factorAfter);
  const dropped = before.filter((span) => !after.some((other) => meet(span, other))).length;
  const added = after.filter((span) => !before.some((other) => meet(span, other))).length;
  const near = worth.filter((one) => excursions.some((excursion) => meet(one, spanOf(excursion))));
  const kept = near.filter((one) => after.some((span) => meet(one, span))).length;
  const counts = { alerts: before.length, dropped, added, incidents: near.length, kept };
  return { factorBefore: shown.before, factorAfter: shown.after, ...counts, sentence: tell(counts, shown, isHard) };
}

/** When the rule would have spoken, and until when. */
export function spansOf(excursions: readonly Excursion[], factorOf: (scope: string) => number): Span[] {
  const spans: Span[] = [];
  for (const excursion of excursions) {
    const { forSeconds, points, scope } = excursion;
    const detector = new Detector({ forSeconds, part: PART, clearBelow: CLEAR_BELOW });
    const factor = factorOf(scope);
    let open: Span | undefined;
    for (const { atMs, score } of points) {
      const change = detector.step(atMs, score / factor);
      if (change === 'began') open = openSpan(spans, scope, atMs);
      if (open) open.toMs = atMs;
      if (change === 'ended') open = undefined;
    }
  }
  return spans;
}

function openSpan(spans: Span[], scope: string, atMs: number): Span {
  const last = spans.findLast((span) => span.scope === scope);
  if (last && atMs - last.toMs < SETTLE_MS) return last;
  const span = { scope, fromMs: atMs, toMs: atMs };
  spans.push(span);
  return span;
}

function spanOf({ points, scope }: Excursion): Span {
  return { scope, fromMs: points[0]?.atMs ?? 0, toMs: points.at(-1)?.atMs ?? 0 };
}

type Stretch = { readonly scope: string | null; readonly fromMs: number; readonly toMs: number };

function meet(one: Stretch, other: Stretch): boolean {
  const isSameScope = one.scope === null || other.scope === null || one.scope === other.scope;
  return isSameScope && one.fromMs <= other.toMs + SETTLE_MS && other.fromMs <= one.toMs + SETTLE_MS;
}

function tell(
  { added, alerts, dropped, incidents, kept }: Pick<Replay, 'added' | 'alerts' | 'dropped' | 'incidents' | 'kept'>,
  { after, before }: { before: number; after: number },
  isHard: boolean,
): string {
  if (isHard) return 'This is a hard limit: what is said of its alerts is kept, and its threshold does not move.';
  if (Math.abs(after - before) < 0.005) return 'The threshold stays where it is.';
  if (alerts === 0 && added === 0) return 'Nothing that is stored would have been told otherwise.';
  const ofAlerts = alerts === 1 ? 'the last alert' : `the last ${alerts} alerts`;
  const drops =
    dropped === 0
      ? `It would have dropped none of ${ofAlerts}`
      : `It would have dropped ${alerts === 1 ? '' : `${dropped} of `}${ofAlerts}`;
  const adds = added === 0 ? '' : ` and told of ${added} more`;
  if (incidents === 0) return `${drops}${adds}. None of them is marked as an incident or as useful.`;
  const keeps =
    kept === incidents
      ? incidents === 1
        ? 'the one incident'
        : `all ${incidents} incidents`
      : `${kept} of ${incidents} incidents`;
  return `${drops}${adds}, and kept ${keeps}.`;
}
