// The audit trail as a table: when, what, who, to whom, from where, and its number in the chain.
import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '../../../client/audit.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { deviceWords } from '../../components/device-words.ts';
import { Moment } from '../../components/moment.tsx';
import { countWords } from '../../components/number-words.ts';
import { StatusWord } from '../../components/status-word.tsx';
import { actionWords, detailWords, partyWords } from './audit-words.ts';
import './audit-trail.css';

interface AuditTableProps {
  readonly events: readonly AuditEvent[];
  /** On a user's own page the user needs no column. */
  readonly ofUser?: string;
}

export function AuditTable({ events, ofUser }: AuditTableProps) {
  return (
    <DataTable
      label="Audit trail"
      columns={ofUser === undefined ? columns : columns.filter(({ key }) => key !== 'subject')}
      rows={events}
      rowKey={(event) => event.id}
    />
  );
}

const columns: readonly Column<AuditEvent>[] = [
  { key: 'at', header: 'When', isTight: true, cell: (event) => <Moment at={event.at} /> },
  { key: 'what', header: 'What', cell: (event) => <What event={event} /> },
  { key: 'actor', header: 'Who', cell: (event) => <Party party={event.actor} /> },
  {
    key: 'subject',
    header: 'To whom',
    isExtra: true,
    cell: ({ actor, subject }) =>
      subject.id === actor.id && subject.id !== null ? (
        <span className="faint">own account</span>
      ) : (
        <Party party={subject} />
      ),
  },
  { key: 'from', header: 'From', isExtra: true, cell: (event) => <From event={event} /> },
  {
    key: 'seq',
    header: 'No.',
    isNumber: true,
    isTight: true,
    isExtra: true,
    cell: ({ seq }) => (seq === null ? <span className="faint">–</span> : countWords(seq)),
  },
];

function What({ event }: { readonly event: AuditEvent }) {
  const details = detailWords(event.details, Date.now());
  return (
    <div
      className="audit-what"
      title={`${event.action}${event.requestId === null ? '' : `\nRequest ${event.requestId}`}`}
    >
      <span>
        {actionWords(event.action)}
        {event.outcome === 'refused' && (
          <>
            {' '}
            <StatusWord tone="warn">refused</StatusWord>
          </>
        )}
      </span>
      {details !== '' && <span className="small faint">{details}</span>}
    </div>
  );
}

function Party({ party }: { readonly party: AuditEvent['actor'] }) {
  if (party.email === null || party.id === null) return <span className="soft">{partyWords(party)}</span>;
  return (
    <>
      <Link to="/users/$userId" params={{ userId: party.id }}>
        {party.email}
      </Link>
      {party.kind === 'operator' && <span className="small faint"> operator</span>}
    </>
  );
}

function From({ event }: { readonly event: AuditEvent }) {
  if (event.ip === null) return <span className="faint">–</span>;
  return (
    <div className="audit-from" title={event.userAgent ?? undefined}>
      <code>{event.ip}</code>
      {event.userAgent !== null && <span className="small faint">{deviceWords(event.userAgent)}</span>}
    </div>
  );
}
