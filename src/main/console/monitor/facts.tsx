// The quiet facts beneath the well, each a way to its page.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Overview, PoolSnapshot } from '../../client/index.ts';
import { approximateWords } from '../components/number-words.ts';
import { durationWords } from '../components/time-words.ts';

interface FactsProps {
  readonly overview: Overview | undefined;
  readonly pool: PoolSnapshot | null;
}

export function Facts({ overview, pool }: FactsProps) {
  return (
    <dl className="facts">
      <Fact title="Open connections" note={pool ? `${pool.idle} idle, ${pool.maxConnections} at most` : ''}>
        {pool?.total}
      </Fact>
      <Fact title={<Link to="/users">Users</Link>}>{overview && approximateWords(overview.users)}</Fact>
      <Fact title={<Link to="/sessions">Sessions</Link>}>{overview && approximateWords(overview.sessions)}</Fact>
      <Fact title={<Link to="/collections">Collections</Link>}>
        {overview && approximateWords(overview.collections)}
      </Fact>
      <Fact title="Database" note={overview && databaseNote(overview)}>
        {overview && `Postgres ${overview.database.version.replace(/^PostgreSQL\s*/i, '').split(' ')[0]}`}
      </Fact>
      <Fact title="Up for" note={overview && `Aquifer ${overview.version}`}>
        {overview && durationWords(overview.uptimeSeconds)}
      </Fact>
    </dl>
  );
}

function databaseNote({ database }: Overview): string {
  return database.kind === 'embedded' ? 'embedded, run by this server' : `your own, at ${database.host}`;
}

interface FactProps {
  readonly title: ReactNode;
  readonly note?: string | undefined;
  readonly children: ReactNode;
}

function Fact({ title, note, children }: FactProps) {
  return (
    <div className="fact">
      <dt>{title}</dt>
      <dd>
        <span className="fact-value">{children ?? <span className="faint">–</span>}</span>
        {note && <span className="fact-note">{note}</span>}
      </dd>
    </div>
  );
}
