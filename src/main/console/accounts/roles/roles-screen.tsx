// Roles: what somebody may do besides what every user may.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RoleDefinition } from '../../../client/roles.ts';
import { Button } from '../../components/button.tsx';
import { CurlLine } from '../../components/curl-line.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { countWords } from '../../components/number-words.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { RoleModal } from './role-modal.tsx';
import { demandWords } from './role-words.ts';
import { rolesQuery } from './roles.ts';
import './roles.css';

/** A role that is open, or a new one. */
type Opened = RoleDefinition | 'new' | null;

export function RolesScreen() {
  const roles = useQuery(rolesQuery());
  const [opened, setOpened] = useState<Opened>(null);
  const make = () => setOpened('new');
  return (
    <>
      <PageHeader
        title="Roles"
        actions={
          (roles.data?.length ?? 0) > 0 && (
            <Button weight="primary" icon="plus" onClick={make}>
              Create a role
            </Button>
          )
        }
      >
        What somebody may do besides what every user may. Operators need none: they may do everything.
      </PageHeader>
      <Loaded query={roles} skeleton={<TableSkeleton columns={4} rows={4} />}>
        {(list: readonly RoleDefinition[]) =>
          list.length === 0 ? <NoRoles onMake={make} /> : <RoleTable roles={list} onOpen={setOpened} />
        }
      </Loaded>
      <RoleModal opened={opened} onClose={() => setOpened(null)} />
    </>
  );
}

function RoleTable({
  roles,
  onOpen,
}: {
  readonly roles: readonly RoleDefinition[];
  readonly onOpen: (role: RoleDefinition) => void;
}) {
  return <DataTable label="Roles" columns={columns(onOpen)} rows={roles} rowKey={(role) => role.name} />;
}

const columns = (onOpen: (role: RoleDefinition) => void): readonly Column<RoleDefinition>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: (role) => (
      <>
        <button type="button" className="row-button" onClick={() => onOpen(role)}>
          {role.name}
        </button>
        {role.about !== null && <span className="small faint row-about">{role.about}</span>}
      </>
    ),
  },
  {
    key: 'permissions',
    header: 'May',
    cell: ({ permissions }) =>
      permissions.length === 0 ? (
        <span className="faint">nothing more</span>
      ) : (
        <span className="permission-list">
          {permissions.map((permission) => (
            <code key={permission}>{permission}</code>
          ))}
        </span>
      ),
  },
  { key: 'factor', header: 'Second factor', isTight: true, isExtra: true, cell: demandWords },
  { key: 'users', header: 'Users', isNumber: true, isTight: true, cell: (role) => countWords(role.users) },
];

function NoRoles({ onMake }: { readonly onMake: () => void }) {
  return (
    <EmptyState
      icon="group"
      title="No roles yet"
      action={
        <Button weight="primary" onClick={onMake}>
          Create a role
        </Button>
      }
      command={
        <CurlLine
          method="POST"
          path="/v1/accounts/roles"
          body={{ name: 'support', permissions: ['accounts.read'], demandsSecondFactor: true }}
        />
      }
    >
      A role lets somebody do a part of what operators do, such as looking users up, and can ask for a second factor.
    </EmptyState>
  );
}
