// Several charts of stored figures over one span, asked for at once.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { SeriesAnswer } from '../../client/index.ts';
import { Loaded } from '../components/loaded.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { useMarks } from './marks.ts';
import { storedQuery } from './stored.ts';
import { StoredChart, type StoredChartShape } from './stored-chart.tsx';
import { namesOf } from './stored-charts.ts';

interface StoredChartsProps {
  /** What they are of, for those who hear the page. */
  readonly label: string;
  readonly charts: readonly StoredChartShape[];
  readonly spanSeconds: number;
  /** Two beside each other where there is room. */
  readonly isDense?: boolean;
}

export function StoredCharts({ charts, isDense = false, label, spanSeconds }: StoredChartsProps) {
  const stored = useQuery({ ...storedQuery(namesOf(charts), spanSeconds), placeholderData: keepPreviousData });
  const marks = useMarks();
  const until = (stored.dataUpdatedAt || Date.now()) / 1000;
  return (
    <Loaded query={stored} skeleton={<LinesSkeleton lines={6} />}>
      {(answer: SeriesAnswer) =>
        answer.series.every(({ points }) => points.length === 0) ? (
          <p className="soft">Nothing is stored of this span yet. The first figures come within ten seconds.</p>
        ) : (
          <section className="pool-charts" data-dense={isDense || undefined} aria-label={label}>
            {charts.map((shape) => (
              <StoredChart
                key={shape.title}
                answer={answer}
                shape={shape}
                marks={marks}
                spanSeconds={spanSeconds}
                until={until}
              />
            ))}
            {!answer.isComplete && (
              <p className="soft small">
                Postgres did not answer in time: this is what the process itself remembers, until it is there again.
              </p>
            )}
          </section>
        )
      }
    </Loaded>
  );
}
