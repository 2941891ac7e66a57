// The wall page's numbers: who is hurt, how requests fare, and the incident that is open.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LiveView } from '../../client/index.ts';
import { countWords, millisecondsWords, plural } from '../components/number-words.ts';
import { durationWords } from '../components/time-words.ts';
import { hurtNote } from './live-words.ts';

interface LiveProps {
  /** Null before the first second. */
  readonly live: LiveView | null;
}

export function LiveHurt({ live }: LiveProps) {
  const isHurt = (live?.users.hurt ?? 0) > 0;
  return (
    <section className="live-hurt" data-hurt={isHurt || undefined} aria-label="Users hurt now">
      <h2>Users hurt now</h2>
      <p className="live-hurt-number">{live ? countWords(live.users.hurt) : <span className="faint">–</span>}</p>
      <p className="soft">{live ? hurtNote(live.users) : ' '}</p>
    </section>
  );
}

export function LiveRequests({ live }: LiveProps) {
  return (
    <dl className="live-requests">
      <Figure title="Requests" unit="per second">
        {live && countWords(live.requests.total)}
      </Figure>
      <Figure title="Failed" unit="per second" isBad={(live?.requests.failed ?? 0) > 0}>
        {live && countWords(live.requests.failed)}
      </Figure>
      <Figure title="Half within" unit="ms">
        {live && timeWords(live.requests.p50Ms)}
      </Figure>
      <Figure title="99 of 100 within" unit="ms">
        {live && timeWords(live.requests.p99Ms)}
      </Figure>
    </dl>
  );
}

interface FigureProps {
  readonly title: string;
  readonly unit: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}

function Figure({ children, isBad = false, title, unit }: FigureProps) {
  return (
    <div className="live-figure" data-bad={isBad || undefined}>
      <dt>{title}</dt>
      <dd>
        <span className="live-figure-value">{children ?? <span className="faint">–</span>}</span>{' '}
        <span className="faint small">{unit}</span>
      </dd>
    </div>
  );
}

function timeWords(ms: number | null): ReactNode {
  return ms === null ? null : millisecondsWords(ms);
}

/** What is open, since when, and the way to it; a quiet line where nothing is. */
export function LiveIncident({ live }: LiveProps) {
  if (live === null) return null;
  const { alertsFiring, at, incident } = live;
  const alerts = alertsFiring === 0 ? 'No alert fires.' : `${plural(alertsFiring, 'alert fires', 'alerts fire')}.`;
  if (incident === null) {
    return (
      <p className="live-incident soft">
        No incident is open. <Link to="/alerts">{alerts}</Link>
      </p>
    );
  }
  const openSeconds = Math.max(0, (Date.parse(at) - Date.parse(incident.openedAt)) / 1000);
  return (
    <section className="live-incident" data-open aria-label={`Incident ${incident.number}`}>
      <h2>
        <Link to="/incidents/$incidentId" params={{ incidentId: incident.id }}>
          {incident.title}
        </Link>
      </h2>
      <p className="soft">
        Incident {incident.number}, open for {durationWords(openSeconds)}; {plural(incident.usersHurt, 'user', 'users')}{' '}
        hurt so far. {incidentStage(incident)} {alerts}
      </p>
    </section>
  );
}

function incidentStage({ containedAt, namedAt }: NonNullable<LiveView['incident']>): string {
  if (containedAt !== null) return 'Nobody more is hurt now.';
  return namedAt === null ? 'The cause is being looked for.' : 'The cause is named.';
}
