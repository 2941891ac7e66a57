// One user: what is known, the sessions, and what can be done.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Session, User } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { CopyButton } from '../components/copy-button.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { say, sayProblem, sayWithUndo } from '../components/notify.ts';
import { plural } from '../components/number-words.ts';
import { PageHeader } from '../components/page-header.tsx';
import { LinesSkeleton, TableSkeleton } from '../components/skeleton.tsx';
import { operatorQuery } from '../shell/operator.ts';
import { SessionTable } from './session-table.tsx';
import { ImpersonateButton } from './user/impersonate-button.tsx';
import { UserActivity } from './user/user-activity.tsx';
import { UserFactors } from './user/user-factors.tsx';
import { UserKeys } from './user/user-keys.tsx';
import { UserRoles } from './user/user-roles.tsx';
import { UserState } from './user-table.tsx';
import { renewUsers, sessionsOfUserQuery, userQuery } from './users.ts';
import './user.css';

export function UserScreen() {
  const { userId } = useParams({ from: '/frame/users/$userId' });
  const user = useQuery(userQuery(userId));
  const operator = useQuery({ ...operatorQuery(), enabled: false });
  return (
    <Loaded query={user} skeleton={<LinesSkeleton lines={6} />}>
      {(found: User) => (
        <div className="user-page">
          <UserHead user={found} isOneself={operator.data?.user.id === found.id} />
          <UserFacts user={found} />
          <UserFactors user={found} isOneself={operator.data?.user.id === found.id} />
          <UserRoles user={found} />
          <UserSessions user={found} />
          <UserKeys user={found} />
          <UserActivity user={found} />
        </div>
      )}
    </Loaded>
  );
}

interface UserHeadProps {
  readonly user: User;
  readonly isOneself: boolean;
}

function UserHead({ user, isOneself }: UserHeadProps) {
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: (wish: { readonly disabled?: boolean; readonly role?: User['role'] }) =>
      api.accounts.operator.changeUser(user.id, wish),
    onError: sayProblem,
    onSettled: () => renewUsers(cache),
  });
  const setDisabled = (disabled: boolean) =>
    change.mutate(
      { disabled },
      {
        onSuccess: () =>
          disabled
            ? sayWithUndo(`${user.email} is disabled and logged out everywhere.`, () =>
                change.mutate({ disabled: false }),
              )
            : say(`${user.email} can log in again.`),
      },
    );
  const otherRole = user.role === 'operator' ? 'user' : 'operator';
  const setRole = () =>
    change.mutate(
      { role: otherRole },
      { onSuccess: () => sayWithUndo(`${user.email} is now ${otherRole}.`, () => change.mutate({ role: user.role })) },
    );

  return (
    <PageHeader
      parent={<Link to="/users">Users</Link>}
      title={user.name ?? user.email}
      actions={
        // Whoever locks themselves out needs a terminal to come back.
        !isOneself && (
          <>
            {user.role === 'user' && !user.disabled && <ImpersonateButton user={user} />}
            <Button onClick={setRole} isBusy={change.isPending}>
              {user.role === 'operator' ? 'Take the operator role away' : 'Make an operator'}
            </Button>
            <Button onClick={() => setDisabled(!user.disabled)} isBusy={change.isPending}>
              {user.disabled ? 'Enable' : 'Disable'}
            </Button>
          </>
        )
      }
    >
      {isOneself ? 'This is you.' : user.name && user.email}
    </PageHeader>
  );
}

function UserFacts({ user }: { readonly user: User }) {
  return (
    <dl className="user-facts">
      <div>
        <dt>State</dt>
        <dd>
          <UserState user={user} />
        </dd>
      </div>
      <div>
        <dt>Role</dt>
        <dd>{user.role}</dd>
      </div>
      <div>
        <dt>Email address</dt>
        <dd>
          {user.email} <span className="faint">{user.emailVerified ? 'verified' : 'not verified'}</span>
        </dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          <Moment at={user.createdAt} />
        </dd>
      </div>
      <div>
        <dt>Id</dt>
        <dd className="user-id">
          <code>{user.id}</code>
          <CopyButton text={user.id} label="Copy the id" />
        </dd>
      </div>
    </dl>
  );
}

function UserSessions({ user }: { readonly user: User }) {
  const cache = useQueryClient();
  const sessions = useQuery(sessionsOfUserQuery(user.id));
  const revoke = useMutation({
    mutationFn: () => api.accounts.operator.revokeSessionsOf(user.id),
    onSuccess: ({ revoked }) =>
      say(`${plural(revoked, 'session', 'sessions')} ended. ${user.email} has to log in again.`),
    onError: sayProblem,
    onSettled: () => renewUsers(cache),
  });
  const hasSessions = (sessions.data?.length ?? 0) > 0;
  return (
    <section className="section">
      <div className="section-head">
        <h2>Sessions</h2>
        {hasSessions && (
          <Button onClick={() => revoke.mutate()} isBusy={revoke.isPending}>
            End all sessions
          </Button>
        )}
      </div>
      <Loaded query={sessions} skeleton={<TableSkeleton columns={3} rows={3} />}>
        {(list: readonly Session[]) =>
          list.length === 0 ? <p className="soft">Not logged in anywhere.</p> : <SessionTable sessions={list} />
        }
      </Loaded>
    </section>
  );
}
