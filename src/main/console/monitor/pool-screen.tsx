// The pool over time: who held it, who waited and how long; a click on a moment shows what ran then.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PoolHistory, PoolHistoryPoint } from '../../client/index.ts';
import type { Mark } from '../charts/marks.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { SelectField } from '../components/field.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { charted } from './chart-pool.ts';
import { HoldersAt } from './holders-at.tsx';
import { useMarks } from './marks.ts';
import { historyQuery, LONGEST_REMEMBERED_SECONDS, spans } from './pool-history.ts';
import { poolCharts, serverCharts } from './stored-charts.ts';
import { StoredCharts } from './stored-charts-view.tsx';
import './pool-screen.css';

export function PoolScreen() {
  const [spanSeconds, setSpan] = useState(600);
  const isRemembered = spanSeconds <= LONGEST_REMEMBERED_SECONDS;
  const history = useQuery({ ...historyQuery(spanSeconds), placeholderData: keepPreviousData });
  return (
    <>
      <PageHeader
        title="Pool"
        actions={
          <SelectField
            label="Span"
            isLabelHidden
            options={spans}
            value={String(spanSeconds)}
            onChange={(event) => setSpan(Number(event.target.value))}
          />
        }
      >
        Who held the connections, who waited for one and for how long.
        {isRemembered && ' Click a moment to see what ran then.'}
      </PageHeader>
      {isRemembered ? (
        <Loaded query={history} skeleton={<LinesSkeleton lines={8} />}>
          {(found: PoolHistory) => <Charts history={found} spanSeconds={spanSeconds} />}
        </Loaded>
      ) : (
        <StoredCharts label="The pool" charts={poolCharts} spanSeconds={spanSeconds} />
      )}
      <section className="section">
        <h2>The server behind it</h2>
        <StoredCharts label="The server" charts={serverCharts} spanSeconds={spanSeconds} isDense />
      </section>
    </>
  );
}

function Charts({ history, spanSeconds }: { readonly history: PoolHistory; readonly spanSeconds: number }) {
  const [pickedAt, setPickedAt] = useState<string | null>(null);
  const happened = useMarks();
  const { points } = history;
  const last = points.at(-1);
  const picked = points.find((point) => point.at === pickedAt) ?? last;
  if (!picked || !last) return <p className="soft">The first figures come in a second.</p>;
  const pick = (index: number) => setPickedAt(points[index]?.at ?? null);
  const { held, limit, times, waiting, waitP99, useP99, openings } = charted(history);
  const pickedMark: Mark = { at: Date.parse(picked.at) / 1000, label: '', kind: 'picked' };
  const marks = pickedAt === null ? happened : [...happened, pickedMark];
  const common = { times, marks, spanSeconds, onPick: pick };
  return (
    <div className="pool-charts">
      <TimeChart
        {...common}
        title="Connections held"
        unit="by lane"
        series={held}
        limit={limit}
        isStacked
        leastCeiling={4}
        height={200}
      />
      <HoldersAt point={picked} isNow={pickedAt === null} onNow={() => setPickedAt(null)} />
      <TimeChart {...common} title="Waiting" unit="requests" series={waiting} leastCeiling={4} />
      <TimeChart
        {...common}
        title="Wait for a connection"
        unit="ms, 99 of 100 waited less"
        series={waitP99}
        leastCeiling={10}
      />
      <TimeChart {...common} title="Time held" unit="ms, 99 of 100 held less" series={useP99} leastCeiling={10} />
      <TimeChart {...common} title="Opened and failed" unit="connections" series={openings} leastCeiling={2} />
      <Zone point={last} />
    </div>
  );
}

function Zone({ point }: { readonly point: PoolHistoryPoint }) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <p className="faint small">
      Times are {timeZone}; the last figure is of {new Date(point.at).toLocaleTimeString('en-GB')}. Kept in memory: a
      second each for ten minutes, ten seconds for six hours, a minute for a day.
    </p>
  );
}
