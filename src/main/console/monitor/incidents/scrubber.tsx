// One handle for the whole incident: drag it, or use the arrow keys; charts and timeline follow.
import { type KeyboardEvent, useId, useMemo } from 'react';
import type { ImpactPoint, TimelineEntry } from '../../../client/index.ts';
import { clockTime, offsetWords } from '../../components/clock-words.ts';
import { neighbourMs, pointAt, pointWords, type ScrubSpan, usualStepMs } from './scrub.ts';
import { strip } from './scrub-strip.ts';
import { timelineKindWords } from './timeline-words.ts';
import './scrubber.css';

interface ScrubberProps {
  readonly span: ScrubSpan;
  readonly points: readonly ImpactPoint[];
  readonly timeline: readonly TimelineEntry[];
  readonly openedAt: string;
  readonly atMs: number;
  readonly onMove: (atMs: number) => void;
}

const STEP_MS = 1000;
const HEIGHT = 40;

export function Scrubber({ span, points, timeline, openedAt, atMs, onMove }: ScrubberProps) {
  const id = useId();
  const stepMs = useMemo(() => usualStepMs(points), [points]);
  const point = pointAt(points, atMs, stepMs);
  const words = `${clockTime(atMs)}, ${offsetWords(atMs, Date.parse(openedAt))}. ${pointWords(point)}`;
  // Page Up and Page Down go from entry to entry: a range's own large step would land between them.
  const jump = (event: KeyboardEvent) => {
    if (event.key !== 'PageUp' && event.key !== 'PageDown') return;
    event.preventDefault();
    const next = neighbourMs(timeline, atMs, event.key === 'PageUp' ? 1 : -1);
    if (next !== null) onMove(Math.min(span.toMs, Math.max(span.fromMs, next)));
  };
  return (
    <div className="scrubber">
      <label className="only-for-screen-readers" htmlFor={id}>
        Moment of the incident
      </label>
      <div className="scrubber-track">
        <Strip span={span} points={points} timeline={timeline} atMs={atMs} />
        <input
          id={id}
          type="range"
          min={span.fromMs}
          max={span.toMs}
          step={STEP_MS}
          value={atMs}
          aria-valuetext={words}
          onKeyDown={jump}
          onChange={(event) => onMove(Number(event.target.value))}
        />
      </div>
    </div>
  );
}

/** Users hurt as an area, what happened as ticks beneath it, and the hand. Drawn in hundredths of its width. */
function Strip({ span, points, timeline, atMs }: Pick<ScrubberProps, 'span' | 'points' | 'timeline' | 'atMs'>) {
  const { fromMs, toMs } = span;
  const drawing = useMemo(
    () => strip({ span: { fromMs, toMs }, points, timeline }, HEIGHT),
    [fromMs, toMs, points, timeline],
  );
  const { area, ticks } = drawing;
  const hand = ((atMs - fromMs) / (toMs - fromMs)) * 100;
  return (
    <>
      <svg className="scrubber-strip" viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="scrubber-area" d={area} />
      </svg>
      <div className="scrubber-ticks" aria-hidden="true">
        {ticks.map(({ kind, share }) => (
          <span key={`${kind} ${share}`} data-tone={timelineKindWords(kind).tone} style={{ left: `${share * 100}%` }} />
        ))}
        <span className="scrubber-hand" style={{ left: `${hand}%` }} />
      </div>
    </>
  );
}
