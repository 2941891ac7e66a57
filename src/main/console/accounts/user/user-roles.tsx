// The roles of one user, given and taken.
import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { User } from '../../../client/index.ts';
import type { UserRoles as RolesOfUser } from '../../../client/roles.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { say } from '../../components/notify.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { useStepUp } from '../../hosted/step-up.tsx';
import { renewRoles, rolesOfUserQuery, rolesQuery } from '../roles/roles.ts';
import '../roles/roles.css';

export function UserRoles({ user }: { readonly user: User }) {
  const roles = useQuery(rolesOfUserQuery(user.id));
  const [isChanging, setChanging] = useState(false);
  return (
    <section className="section">
      <div className="section-head">
        <h2>Roles</h2>
        {roles.data && <Button onClick={() => setChanging(true)}>Change</Button>}
      </div>
      <Loaded query={roles} skeleton={<LinesSkeleton lines={1} />}>
        {(given: RolesOfUser) => <GivenRoles user={user} given={given} />}
      </Loaded>
      <Modal
        opened={isChanging}
        onClose={() => setChanging(false)}
        title={`Roles of ${user.name ?? user.email}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
        keepMounted={false}
      >
        {roles.data && <ChangeRoles user={user} given={roles.data.roles} onDone={() => setChanging(false)} />}
      </Modal>
    </section>
  );
}

function GivenRoles({ user, given }: { readonly user: User; readonly given: RolesOfUser }) {
  if (user.role === 'operator') return <p className="soft">An operator may do everything, with or without roles.</p>;
  if (given.roles.length === 0) return <p className="soft">None: what every user may do.</p>;
  return (
    <>
      <p>{given.roles.join(', ')}</p>
      <p className="permission-list small">
        {given.permissions.map((permission) => (
          <code key={permission}>{permission}</code>
        ))}
      </p>
    </>
  );
}

interface ChangeRolesProps {
  readonly user: User;
  readonly given: readonly string[];
  readonly onDone: () => void;
}

function ChangeRoles({ user, given, onDone }: ChangeRolesProps) {
  const cache = useQueryClient();
  const withProof = useStepUp();
  const roles = useQuery(rolesQuery());
  const save = useMutation({
    mutationFn: (names: readonly string[]) => withProof(() => api.accounts.roles.setOfUser(user.id, names)),
    onSuccess: () => {
      say(`The roles of ${user.email} are changed. The new ones count from the next log-in, which is due now.`);
      onDone();
      return renewRoles(cache);
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const names = new FormData(event.currentTarget).getAll('roles');
        save.mutate(names.filter((name): name is string => typeof name === 'string'));
      }}
    >
      {save.isError && <ProblemNotice error={save.error} />}
      {roles.isError && <ProblemNotice error={roles.error} onRetry={() => void roles.refetch()} />}
      {roles.data?.length === 0 && (
        <p className="soft">
          There are no roles yet. <Link to="/roles">Create one</Link> first.
        </p>
      )}
      <div>
        {roles.data?.map((role) => (
          <label key={role.name} className="permission">
            <input type="checkbox" name="roles" value={role.name} defaultChecked={given.includes(role.name)} />
            <span>
              {role.name}
              {role.about !== null && <span className="small soft">{role.about}</span>}
            </span>
          </label>
        ))}
      </div>
      <p className="small faint">Their sessions end, so that nobody goes on with what was taken.</p>
      <div className="form-actions">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={save.isPending} disabled={!roles.data?.length}>
          Save
        </Button>
      </div>
    </form>
  );
}
