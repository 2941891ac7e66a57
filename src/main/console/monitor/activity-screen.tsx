// Who does what in the database now: every session that is not just idle, who it waits for, and the way to end it.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionList, SessionView } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { SearchField } from '../components/search-field.tsx';
import { TableSkeleton } from '../components/skeleton.tsx';
import { durationWords } from '../components/time-words.ts';
import { useIsWatch } from '../shell/watching.ts';
import { arrangeSessions, sessionState, whoIs } from './activity.ts';
import { sessionsQuery } from './causes.ts';
import { EndSessionModal } from './end-session-modal.tsx';
import './activity.css';

export function ActivityScreen() {
  const sessions = useQuery(sessionsQuery());
  const [search, setSearch] = useState('');
  const [ending, setEnding] = useState<SessionView | null>(null);
  return (
    <>
      <PageHeader title="Activity">
        Every session of the database that works, waits or keeps a transaction open; whose it is, and who stands in its
        way.
      </PageHeader>
      <Loaded query={sessions} skeleton={<TableSkeleton columns={5} rows={6} />}>
        {(list: SessionList) => (
          <>
            <div className="toolbar">
              <SearchField label="Search by statement, route or program" value={search} onSearch={setSearch} />
            </div>
            <Sessions sessions={arrangeSessions(list.sessions, search)} isSearching={search !== ''} onEnd={setEnding} />
          </>
        )}
      </Loaded>
      <EndSessionModal session={ending} onClose={() => setEnding(null)} />
    </>
  );
}

interface SessionsProps {
  readonly sessions: readonly SessionView[];
  readonly isSearching: boolean;
  readonly onEnd: (session: SessionView) => void;
}

function Sessions({ sessions, isSearching, onEnd }: SessionsProps) {
  const isWatch = useIsWatch();
  if (sessions.length === 0) {
    return (
      <EmptyState icon="prompt" title={isSearching ? 'No session matches' : 'Nothing runs at this moment'}>
        <p>
          {isSearching
            ? 'Search for another statement, route or program.'
            : 'Sessions that only wait for work are left out.'}
        </p>
      </EmptyState>
    );
  }
  return (
    <DataTable
      label="Sessions"
      columns={isWatch ? columns : [...columns, endColumn(onEnd)]}
      rows={sessions}
      rowKey={(session) => `${session.pid} ${session.backendStart}`}
    />
  );
}

const columns: readonly Column<SessionView>[] = [
  {
    key: 'statement',
    header: 'Statement',
    cell: (session) => (
      <div className="activity-statement">
        <code>{session.statement}</code>
        <span className="faint small">{whoIs(session)}</span>
      </div>
    ),
  },
  { key: 'state', header: 'State', isExtra: true, cell: (session) => sessionState(session) },
  { key: 'lane', header: 'Lane', isExtra: true, isTight: true, cell: (session) => session.lane ?? '' },
  {
    key: 'for',
    header: 'For',
    isNumber: true,
    isTight: true,
    cell: (session) => durationWords((session.transactionMs ?? session.queryMs ?? 0) / 1000),
  },
];

function endColumn(onEnd: (session: SessionView) => void): Column<SessionView> {
  return {
    key: 'end',
    header: <span className="only-for-screen-readers">End</span>,
    isTight: true,
    cell: (session) => (
      <Button weight="quiet" onClick={() => onEnd(session)}>
        End
      </Button>
    ),
  };
}
