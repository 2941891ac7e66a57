// The page for a wall: are users hurt, the well, throughput and latency by lane, what takes most time, what is being done.
import { useDocumentVisibility, useViewportSize } from '@mantine/hooks';
import { useCallback, useEffect, useState } from 'react';
import { Notice } from '../components/notice.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Well } from '../well/well.tsx';
import { WellWaiting } from '../well/well-waiting.tsx';
import { useLive } from './live.ts';
import { LiveBar } from './live-bar.tsx';
import { LiveCharts } from './live-charts.tsx';
import { LiveHurt, LiveIncident, LiveRequests } from './live-figures.tsx';
import { LiveStatements } from './live-statements.tsx';
import { type LiveHead, liveHead } from './live-words.ts';
import { useLivePool } from './pool.ts';
import { useWakeLock } from './use-wake-lock.ts';
import { wallHeights } from './wall-heights.ts';
import './live-screen.css';

export function LiveScreen() {
  const isVisible = useDocumentVisibility() !== 'hidden';
  const pool = useLivePool(isVisible);
  const live = useLive(isVisible);
  const [lane, setLane] = useState<string | null>(null);
  const { chartPx, wellPx } = wallHeights(useViewportSize());
  const showAllLanes = useCallback(() => setLane(null), []);
  useWakeLock(isVisible);
  const isStale = pool.isStale && live.isStale;
  const head = liveHead({ live: live.live, pool: pool.pool, isStale }, Date.now());

  return (
    <main id="content" className="wall" data-state={head.state}>
      <LiveBar isStale={isStale} />
      <Head head={head} />
      {isStale && pool.error !== null && <ProblemNotice error={pool.error} onRetry={pool.retry} />}
      <div className="wall-columns">
        <div className="wall-column">
          <div className="wall-well">
            {pool.pool ? (
              <Well
                pool={pool.pool}
                isStale={pool.isStale}
                selectedLane={lane}
                onSelectLane={setLane}
                heightPx={wellPx}
              />
            ) : (
              <WellWaiting heightPx={wellPx} />
            )}
          </div>
          <LiveCharts trail={live.trail} lane={lane} onAllLanes={showAllLanes} heightPx={chartPx} />
        </div>
        <div className="wall-column">
          <div className="wall-side">
            {!isStale && live.isStale && live.live === null && (
              <Notice title="No figures of users and statements">
                The well is live; the stream beside it does not answer.
              </Notice>
            )}
            <LiveHurt live={live.live} />
            <LiveRequests live={live.live} />
            <LiveIncident live={live.live} />
          </div>
          <LiveStatements statements={live.live?.statements} isUnknown={live.isStale} />
        </div>
      </div>
    </main>
  );
}

/** Read aloud when it changes, and told by the tab as well. */
function Head({ head }: { readonly head: LiveHead }) {
  useEffect(() => {
    document.title = `${head.title} · Aquifer`;
  }, [head.title]);
  return (
    <header className="wall-head">
      <h1 aria-live="polite">{head.title}</h1>
      <p className="soft">{head.note}</p>
    </header>
  );
}
