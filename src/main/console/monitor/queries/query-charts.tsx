// One statement over time: calls, time and blocks for each call, with deploys, incidents and changed plans as marks.
import type { QueryDetail, QueryPoint } from '../../../client/index.ts';
import type { Mark } from '../../charts/marks.ts';
import { type Series, TimeChart } from '../../charts/time-chart.tsx';
import { useMarks } from '../marks.ts';
import { withGaps } from '../time-gaps.ts';

export function QueryCharts({ detail }: { readonly detail: QueryDetail }) {
  const happened = useMarks();
  const { regressions, stepSeconds } = detail;
  const points = endedPoints(detail, Date.now());
  if (points.length === 0) return <p className="soft">It did not run in this span.</p>;
  const steps = withGaps(
    points.map((point) => ({ at: Date.parse(point.at) / 1000, value: point })),
    stepSeconds,
  );
  const line = (label: string, color: string, read: (point: QueryPoint) => number | null): Series => ({
    label,
    color,
    values: steps.map(({ value }) => (value ? read(value) : null)),
  });
  const changed = regressions.map(({ at }): Mark => ({ at: Date.parse(at) / 1000, label: 'plan', kind: 'plan' }));
  const times = steps.map(({ at }) => at);
  const common = {
    times,
    marks: [...happened, ...changed],
    spanSeconds: Math.max(stepSeconds, (times.at(-1) ?? 0) - (times[0] ?? 0)),
    height: 132,
  };
  const calls = line('calls', '--chart-critical', (point) => point.calls / stepSeconds);
  const time = [
    line('mean', '--chart-critical', (point) => point.meanMs),
    line('99 of 100', '--chart-bulk', (point) => point.p99Ms),
  ];
  const blocks = line('blocks', '--chart-critical', (point) => point.blocksPerCall);
  return (
    <div className="query-charts">
      <TimeChart {...common} title="Calls" unit="per second" series={[calls]} leastCeiling={1} />
      <TimeChart {...common} title="Time for each call" unit="ms" series={time} leastCeiling={1} />
      {points.some(({ blocksPerCall }) => blocksPerCall !== null) && (
        <TimeChart {...common} title="Blocks for each call" unit="of 8 kB" series={[blocks]} leastCeiling={10} />
      )}
    </div>
  );
}

/** The step that runs now has fewer calls than it will have: drawn, it would look like a fall. */
function endedPoints({ points, stepSeconds }: QueryDetail, nowMs: number): readonly QueryPoint[] {
  const ended = points.filter(({ at }) => Date.parse(at) + stepSeconds * 1000 <= nowMs);
  return ended.length > 1 ? ended : points;
}
