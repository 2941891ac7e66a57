// The pool over time: who held it, who waited and how long; a click on a moment shows what ran then.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PoolHistory, PoolHistoryPoint } from '../../client/index.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { SelectField } from '../components/field.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { LinesSkeleton } from '../components/skeleton.tsx';
import { charted } from './chart-pool.ts';
import { HoldersAt } from './holders-at.tsx';
import { historyQuery, spans } from './pool-history.ts';
import './pool-screen.css';

export function PoolScreen() {
  const [spanSeconds, setSpan] = useState(600);
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
        Who held the connections, who waited for one and for how long. Click a moment to see what ran then.
      </PageHeader>
      <Loaded query={history} skeleton={<LinesSkeleton lines={8} />}>
        {(found: PoolHistory) => <Charts history={found} spanSeconds={spanSeconds} />}
      </Loaded>
    </>
  );
}

function Charts({ history, spanSeconds }: { readonly history: PoolHistory; readonly spanSeconds: number }) {
  const [pickedAt, setPickedAt] = useState<string | null>(null);
  const { points } = history;
  const last = points.at(-1);
  const picked = points.find((point) => point.at === pickedAt) ?? last;
  if (!picked || !last) return <p className="soft">The first figures come in a second.</p>;
  const pick = (index: number) => setPickedAt(points[index]?.at ?? null);
  const { held, limit, times, waiting, waitP99, useP99, openings } = charted(history);
  const marks = pickedAt === null ? [] : [{ at: Date.parse(picked.at) / 1000, label: 'picked' }];
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
