// Sessions as a table; with the user each belongs to, where there are several.
import { Link } from '@tanstack/react-router';
import type { Session, SessionOfUser } from '../../client/index.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { StatusWord } from '../components/status-word.tsx';
import { deviceName, methodWords, placeName } from '../hosted/account/device-name.ts';
import { english as catalogue } from '../hosted/words/catalogues.ts';
import { pickLanguage } from '../hosted/words/languages.ts';
import { createSpeech } from '../hosted/words/speech.ts';

export function SessionTable({ sessions }: { readonly sessions: readonly Session[] }) {
  return <DataTable label="Sessions" columns={columns} rows={sessions} rowKey={(session) => session.id} />;
}

export function AllSessionsTable({ sessions }: { readonly sessions: readonly SessionOfUser[] }) {
  return <DataTable label="Sessions" columns={allColumns} rows={sessions} rowKey={(session) => session.id} />;
}

/** The console speaks English, in the words of the hosted pages. */
const english = createSpeech(catalogue, pickLanguage({ asked: 'en', picked: null, account: null, browser: [] }));

function From({ session }: { readonly session: Session }) {
  const place = placeName(session.place, english);
  if (session.ip === null && place === null) return <span className="faint">–</span>;
  return (
    <>
      {session.ip !== null && <code>{session.ip}</code>}{' '}
      {place !== null && <span className="small faint">{place}</span>}
    </>
  );
}

const columns: readonly Column<Session>[] = [
  {
    key: 'device',
    header: 'Device',
    cell: (session) => (
      <span title={session.userAgent ?? undefined}>
        {deviceName(session.device, english)}
        {session.current && <span className="faint"> · this one</span>}
        {session.isImpersonated && (
          <>
            {' '}
            <StatusWord tone="warn">an operator</StatusWord>
          </>
        )}
      </span>
    ),
  },
  {
    key: 'ip',
    header: 'From',
    isExtra: true,
    cell: (session) => <From session={session} />,
  },
  {
    key: 'methods',
    header: 'Proved by',
    isExtra: true,
    cell: ({ methods }) => methodWords(methods, english) || <span className="faint">–</span>,
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
