// All incidents: the open one first and large, those that are over beneath, and the deploys they are held against.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { IncidentPage, IncidentSummary } from '../../../client/index.ts';
import { Button } from '../../components/button.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { countWords } from '../../components/number-words.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursorPages } from '../../components/pager.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { causeTitle } from '../cause-words.ts';
import { CapList } from './cap-list.tsx';
import { DeployList } from './deploy-list.tsx';
import { lastedWords } from './incident-words.ts';
import { incidentsQuery } from './incidents.ts';
import { OpenIncident } from './open-incident.tsx';
import { OpenIncidentModal } from './open-incident-modal.tsx';
import './incidents.css';

export function IncidentsScreen() {
  const pages = useCursorPages('');
  const incidents = useQuery(incidentsQuery(pages.cursor));
  const [isOpening, setOpening] = useState(false);
  return (
    <>
      <PageHeader title="Incidents" actions={<Button onClick={() => setOpening(true)}>Open an incident</Button>}>
        Times in which users were hurt: who, why, what was done. They open and close by themselves.
      </PageHeader>
      <Loaded query={incidents} skeleton={<TableSkeleton columns={5} rows={6} />}>
        {(page: IncidentPage) => <Incidents page={page} isFirst={pages.pageNumber === 1} />}
      </Loaded>
      {incidents.data && <Pager pages={pages} nextCursor={incidents.data.nextCursor} />}
      <CapList />
      <DeployList />
      <OpenIncidentModal isOpen={isOpening} onClose={() => setOpening(false)} />
    </>
  );
}

function Incidents({ page, isFirst }: { readonly page: IncidentPage; readonly isFirst: boolean }) {
  const open = page.incidents.filter(({ state }) => state === 'open');
  const over = page.incidents.filter(({ state }) => state === 'closed');
  if (page.incidents.length === 0 && isFirst) return <NoIncidents />;
  return (
    <div className="incidents">
      {open.map((incident) => (
        <OpenIncident key={incident.id} incident={incident} />
      ))}
      {over.length > 0 && (
        <section className="section">
          {open.length > 0 && <h2>Over</h2>}
          <DataTable label="Incidents that are over" columns={columns} rows={over} rowKey={({ id }) => id} />
        </section>
      )}
    </div>
  );
}

function NoIncidents() {
  return (
    <EmptyState
      icon="check"
      title="No incident yet"
      command={<CurlLine method="POST" path="/v1/monitor/incidents" body={{ title: 'Checkout is slow' }} />}
    >
      <p>
        One opens by itself when users are hurt, gathers what happened to the second, and writes its postmortem when it
        is over.
      </p>
    </EmptyState>
  );
}

const columns: readonly Column<IncidentSummary>[] = [
  {
    key: 'number',
    header: 'No',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ number }) => <span className="faint">{number}</span>,
  },
  {
    key: 'title',
    header: 'What happened',
    cell: ({ id, title, verdictKind }) => (
      <div className="incident-title">
        <Link to="/incidents/$incidentId" params={{ incidentId: id }}>
          <Sentence text={title} />
        </Link>
        {verdictKind && <span className="faint small">{causeTitle(verdictKind)}</span>}
      </div>
    ),
  },
  {
    key: 'opened',
    header: 'Opened',
    isTight: true,
    cell: ({ openedAt }) => <Moment at={openedAt} />,
  },
  {
    key: 'lasted',
    header: 'Lasted',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: (incident) => lastedWords(incident, Date.now()),
  },
  {
    key: 'hurt',
    header: 'Users hurt',
    isNumber: true,
    isTight: true,
    cell: ({ usersHurt }) => countWords(usersHurt),
  },
  {
    key: 'postmortem',
    header: <span className="only-for-screen-readers">Postmortem</span>,
    isTight: true,
    isExtra: true,
    cell: ({ hasPostmortem, id }) =>
      hasPostmortem && (
        <Link className="quiet-link" to="/incidents/$incidentId/postmortem" params={{ incidentId: id }}>
          Postmortem
        </Link>
      ),
  },
];
