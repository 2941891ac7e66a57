// Users as a table.
import { Link } from '@tanstack/react-router';
import type { User } from '../../client/index.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { StatusWord } from '../components/status-word.tsx';

export function UserTable({ users }: { readonly users: readonly User[] }) {
  return <DataTable label="Users" columns={columns} rows={users} rowKey={(user) => user.id} />;
}

const columns: readonly Column<User>[] = [
  {
    key: 'email',
    header: 'Email address',
    cell: (user) => (
      <Link to="/users/$userId" params={{ userId: user.id }}>
        {user.email}
      </Link>
    ),
  },
  { key: 'name', header: 'Name', isExtra: true, cell: (user) => user.name ?? <span className="faint">–</span> },
  { key: 'role', header: 'Role', isExtra: true, cell: (user) => user.role },
  { key: 'state', header: 'State', cell: (user) => <UserState user={user} /> },
  { key: 'created', header: 'Created', isTight: true, isExtra: true, cell: (user) => <Moment at={user.createdAt} /> },
];

/** Whether a user can log in, in a word. */
export function UserState({ user }: { readonly user: User }) {
  if (user.disabled) return <StatusWord tone="bad">disabled</StatusWord>;
  if (!user.emailVerified) return <StatusWord tone="warn">not verified</StatusWord>;
  return <StatusWord tone="good">active</StatusWord>;
}
