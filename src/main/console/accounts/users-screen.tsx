// Everyone with an account: found by search, made by hand or by invitation.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Page, User } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { CurlLine } from '../components/curl-line.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pager, useCursorPages } from '../components/pager.tsx';
import { SearchField } from '../components/search-field.tsx';
import { TableSkeleton } from '../components/skeleton.tsx';
import { CreateUserModal } from './create-user-modal.tsx';
import { UserTable } from './user-table.tsx';
import { usersQuery } from './users.ts';

export function UsersScreen() {
  const { search = '', create = false } = useSearch({ from: '/frame/users' });
  const navigate = useNavigate({ from: '/users' });
  const pages = useCursorPages(search);
  const users = useQuery(usersQuery(search, pages.cursor));
  const openCreate = () => void navigate({ search: (now) => ({ ...now, create: true }) });

  return (
    <>
      <PageHeader
        title="Users"
        actions={
          <Button weight="primary" icon="plus" onClick={openCreate}>
            Create a user
          </Button>
        }
      >
        Everyone with an account on this server, operators too.
      </PageHeader>
      <div className="section">
        <SearchField
          label="Search by the beginning of an address"
          value={search}
          onSearch={(text) => void navigate({ search: text === '' ? {} : { search: text }, replace: true })}
        />
        <Loaded query={users} skeleton={<TableSkeleton columns={4} rows={8} />}>
          {(page: Page<User>) =>
            page.items.length === 0 ? (
              <NoUsers search={search} onCreate={openCreate} />
            ) : (
              <>
                <UserTable users={page.items} />
                <Pager pages={pages} nextCursor={page.nextCursor} />
              </>
            )
          }
        </Loaded>
      </div>
      <CreateUserModal isOpen={create} onClose={() => void navigate({ search: search ? { search } : {} })} />
    </>
  );
}

function NoUsers({ search, onCreate }: { readonly search: string; readonly onCreate: () => void }) {
  if (search !== '') {
    return (
      <EmptyState icon="search" title={`Nobody matches “${search}”`}>
        The search looks at how email addresses begin.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="user"
      title="No users yet"
      action={
        <Button weight="primary" onClick={onCreate}>
          Create a user
        </Button>
      }
      command={
        <CurlLine
          method="POST"
          path="/v1/accounts/users"
          body={{ email: 'ada@example.com', name: 'Ada', role: 'user' }}
        />
      }
    >
      People sign up at <a href="/accounts/sign-up">{location.host}/accounts/sign-up</a>, or you create them here.
    </EmptyState>
  );
}
