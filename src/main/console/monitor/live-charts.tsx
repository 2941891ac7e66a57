// Throughput and latency by lane over the last ten minutes, with what happened in them as marks.
import { memo, useMemo } from 'react';
import { TimeChart } from '../charts/time-chart.tsx';
import { Button } from '../components/button.tsx';
import { describeLane } from '../well/words.ts';
import { chartTrail, TRAIL_SECONDS, type TrailPoint } from './live-trail.ts';
import { useMarks } from './marks.ts';

interface LiveChartsProps {
  readonly trail: readonly TrailPoint[];
  /** The lane that was chosen in the well, or null for all. */
  readonly lane: string | null;
  readonly onAllLanes: () => void;
  readonly heightPx: number;
}

export const LiveCharts = memo(function LiveCharts({ heightPx, lane, onAllLanes, trail }: LiveChartsProps) {
  const { times, calls, p99 } = useMemo(() => chartTrail(trail, lane), [trail, lane]);
  const marks = useMarks();
  const common = { times, marks, spanSeconds: TRAIL_SECONDS, height: heightPx };
  return (
    <section className="live-charts" aria-label="The last ten minutes">
      {lane !== null && (
        <p className="live-charts-lane soft">
          {describeLane(lane).title} alone.{' '}
          <Button weight="quiet" onClick={onAllLanes}>
            All lanes
          </Button>
        </p>
      )}
      <TimeChart
        {...common}
        title="Throughput"
        unit="calls per second, by lane"
        series={calls}
        isStacked
        leastCeiling={10}
      />
      <TimeChart
        {...common}
        title="Latency"
        unit="ms, 99 of 100 took less; each line is ten times the one below"
        series={p99}
        isLogarithmic
        leastCeiling={100}
      />
    </section>
  );
});
