// The first page: are users hurt, and why. The well, one sentence above it, the quiet facts beneath.
import { useDocumentVisibility } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { absoluteTime } from '../components/time-words.ts';
import { useIsWatch } from '../shell/watching.ts';
import { inUse, poolState } from '../well/lane-state.ts';
import { Well } from '../well/well.tsx';
import { WellWaiting } from '../well/well-waiting.tsx';
import { poolSentence } from '../well/words.ts';
import { Facts } from './facts.tsx';
import { IncidentBanner } from './incidents/incident-banner.tsx';
import { LaneDetail } from './lane-detail.tsx';
import { overviewQuery } from './overview.ts';
import { type LivePool, poolQuery, useLivePool } from './pool.ts';
import { statementsQuery } from './statements.ts';
import { VerdictBanner } from './verdict-banner.tsx';
import './overview.css';

/** Where another program's database is watched, our pool is nobody's well. */
export function OverviewScreen() {
  return useIsWatch() ? <Navigate to="/cause" replace /> : <PoolOverview />;
}

function PoolOverview() {
  const isVisible = useDocumentVisibility() !== 'hidden';
  const live = useLivePool(isVisible);
  const overview = useQuery(overviewQuery());
  const [selectedLane, setSelectedLane] = useState<string | null>(null);
  const isLooking = selectedLane !== null && isVisible;
  const look = useQuery({ ...poolQuery(), enabled: isLooking });
  const statements = useQuery({ ...statementsQuery(), enabled: isLooking });
  const lane = live.pool?.lanes.find((candidate) => candidate.name === selectedLane);

  return (
    <>
      <OverviewHead live={live} />
      <IncidentBanner>
        <VerdictBanner isHurting={live.pool !== null && poolState(live.pool) === 'refusing'} />
      </IncidentBanner>
      {live.error !== null && <ProblemNotice error={live.error} onRetry={live.retry} />}
      {live.pool && (
        <Well pool={live.pool} isStale={live.isStale} selectedLane={selectedLane} onSelectLane={setSelectedLane} />
      )}
      {live.pool === null && live.error === null && <WellWaiting />}
      {lane && (
        <LaneDetail
          lane={lane}
          leases={look.data?.leases.filter((lease) => lease.lane === lane.name)}
          statements={statements.data?.filter((statement) => statement.lane === lane.name)}
          onClose={() => setSelectedLane(null)}
        />
      )}
      {overview.isError && overview.data === undefined && live.error === null && (
        <ProblemNotice error={overview.error} onRetry={() => void overview.refetch()} />
      )}
      <Facts overview={overview.data} pool={live.pool} />
    </>
  );
}

/** The sentence is read aloud when it changes, and only then. */
function OverviewHead({ live }: { readonly live: LivePool }) {
  const { pool, isStale } = live;
  const sentence = headSentence(live);
  // A tab among many tells the state too.
  useEffect(() => {
    document.title = `${sentence} · Aquifer`;
  }, [sentence]);
  return (
    <header className="overview-head" data-state={pool && !isStale ? poolState(pool) : undefined}>
      <h1 aria-live="polite">{sentence}</h1>
      <p className="soft">{headNote(live)}</p>
    </header>
  );
}

function headSentence({ pool, isStale }: LivePool): string {
  if (isStale) return pool ? 'The well is out of sight.' : 'The well does not answer.';
  return pool ? poolSentence(pool) : 'Looking into the well';
}

function headNote({ pool, isStale }: LivePool): string {
  if (pool === null) return isStale ? 'Nothing is known of the pool. Asking again.' : 'The pool answers in a moment.';
  if (isStale) return `This is how it stood ${absoluteTime(pool.at, Date.now())}. Connecting again.`;
  const used = inUse(pool);
  return `${used === 0 ? 'None' : used} of ${pool.maxConnections} connections ${used === 1 ? 'is' : 'are'} in use.`;
}
