// What happened, as something one can go through: the strip, the charts and the timeline at one and the same moment.
import { useCallback, useMemo, useState } from 'react';
import type { IncidentDetail, TimelineEntry } from '../../../client/index.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Button } from '../../components/button.tsx';
import { clockTime, offsetWords } from '../../components/clock-words.ts';
import { chartedIncident } from './chart-incident.ts';
import { entryIndexAt, pointAt, pointWords, type ScrubSpan, scrubSpan, usualStepMs } from './scrub.ts';
import { Scrubber } from './scrubber.tsx';
import { TimelineList } from './timeline-list.tsx';

const CHART_HEIGHT = 132;

export function IncidentStory({ detail }: { readonly detail: IncidentDetail }) {
  const { incident, points, timeline } = detail;
  const [picked, setPicked] = useState<number | null>(null);
  const pickEntry = useCallback((entry: TimelineEntry) => setPicked(Date.parse(entry.at)), []);
  const stepMs = useMemo(() => usualStepMs(points), [points]);
  const span = scrubSpan(detail);
  const isOpen = incident.state === 'open';
  // Nobody has taken the handle: an open incident is followed to its newest second, a closed one begins at its opening.
  const atMs = picked ?? (isOpen ? null : Date.parse(incident.openedAt));
  const clamped = span && clamp(atMs ?? span.toMs, span);
  return (
    <section className="section">
      <div className="section-head">
        <h2>What happened</h2>
        {isOpen && picked !== null && (
          <Button weight="quiet" onClick={() => setPicked(null)}>
            Follow what happens now
          </Button>
        )}
      </div>
      <div className="story" data-alone={span === null || undefined}>
        {span && clamped !== null && (
          <div className="story-figures">
            <p className="story-moment">
              <strong>{clockTime(clamped)}</strong>{' '}
              <span className="faint">{offsetWords(clamped, Date.parse(incident.openedAt))}</span>{' '}
              {points.length > 0 && <span className="soft">{pointWords(pointAt(points, clamped, stepMs))}</span>}
            </p>
            <Scrubber
              span={span}
              points={points}
              timeline={timeline}
              openedAt={incident.openedAt}
              atMs={clamped}
              onMove={setPicked}
            />
            {points.length > 1 && <StoryCharts detail={detail} span={span} atMs={clamped} onPick={setPicked} />}
          </div>
        )}
        <TimelineList
          timeline={timeline}
          openedAt={incident.openedAt}
          currentIndex={atMs === null ? null : entryIndexAt(timeline, atMs)}
          onPick={pickEntry}
        />
      </div>
    </section>
  );
}

interface StoryChartsProps {
  readonly detail: IncidentDetail;
  readonly span: ScrubSpan;
  readonly atMs: number;
  readonly onPick: (atMs: number) => void;
}

function StoryCharts({ detail, span, atMs, onPick }: StoryChartsProps) {
  const { points } = detail;
  const { hurt, requests, slowest, times } = useMemo(() => chartedIncident(points), [points]);
  const common = {
    times,
    marks: [...happenings(detail), { at: atMs / 1000, label: '', kind: 'picked' as const }],
    spanSeconds: (span.toMs - span.fromMs) / 1000,
    height: CHART_HEIGHT,
    onPick: (index: number) => onPick((times[index] ?? 0) * 1000),
  };
  return (
    <>
      <TimeChart {...common} title="Users hurt" unit="each second" series={hurt} leastCeiling={4} />
      <TimeChart {...common} title="Requests" unit="a second" series={requests} leastCeiling={4} />
      <TimeChart {...common} title="Slowest of a hundred" unit="ms" series={slowest} leastCeiling={100} />
      <p className="faint small">Times are {Intl.DateTimeFormat().resolvedOptions().timeZone}.</p>
    </>
  );
}

/** Only what may have begun it or ended it; the rest stands on the strip. */
function happenings({ incident, timeline }: IncidentDetail) {
  const from = Date.parse(incident.openedAt) / 1000;
  const until = incident.closedAt === null ? null : Date.parse(incident.closedAt) / 1000;
  return [
    { at: from, label: '', kind: 'incident' as const, until },
    ...timeline
      .filter(({ kind }) => kind === 'deploy' || kind === 'plan_changed')
      .map(({ at, kind }) => ({
        at: Date.parse(at) / 1000,
        label: '',
        kind: kind === 'deploy' ? ('deploy' as const) : ('plan' as const),
      })),
  ];
}

function clamp(ms: number, { fromMs, toMs }: ScrubSpan): number {
  return Math.min(toMs, Math.max(fromMs, ms));
}
