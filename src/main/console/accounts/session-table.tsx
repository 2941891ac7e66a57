// Sessions as a table; with the user each belongs to, where there are several.
import { Link } from '@tanstack/react-router';
import type { Session, SessionOfUser } from '../../client/index.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { deviceWords } from '../components/device-words.ts';
import { Moment } from '../components/moment.tsx';

export function SessionTable({ sessions }: { readonly sessions: readonly Session[] }) {
  return <DataTable label="Sessions" columns={columns} rows={sessions} rowKey={(session) => session.id} />;
}

export function AllSessionsTable({ sessions }: { readonly sessions: readonly SessionOfUser[] }) {
  return <DataTable label="Sessions" columns={allColumns} rows={sessions} rowKey={(session) => session.id} />;
}

const columns: readonly Column<Session>[] = [
  {
    key: 'device',
    header: 'Device',
    cell: (session) => (
      <span title={session.userAgent ?? undefined}>
        {deviceWords(session.userAgent)}
        {session.current && <span className="faint"> · this one</span>}
      </span>
    ),
  },
  {
    key: 'ip',
    header: 'Address',
    isExtra: true,
    cell: (session) => (session.ip === null ? <span className="faint">–</span> : <code>{session.ip}</code>),
  },
  { key: 'used', header: 'Last used', isTight: true, cell: (session) => <Moment at={session.lastUsedAt} /> },
  {
    key: 'created',
    header: 'Began',
    isTight: true,
    isExtra: true,
    cell: (session) => <Moment at={session.createdAt} isShort />,
  },
  {
    key: 'expires',
    header: 'Ends',
    isTight: true,
    isExtra: true,
    cell: (session) => <Moment at={session.expiresAt} isShort />,
  },
];

const allColumns: readonly Column<SessionOfUser>[] = [
  {
    key: 'user',
    header: 'User',
    cell: (session) => (
      <Link to="/users/$userId" params={{ userId: session.user.id }}>
        {session.user.email}
      </Link>
    ),
  },
  ...columns,
];
