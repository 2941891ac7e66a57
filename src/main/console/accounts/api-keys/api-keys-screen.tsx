// Everybody's API keys, the newest first.
import { useQuery } from '@tanstack/react-query';
import type { ApiKeyOfOwner } from '../../../client/api-keys.ts';
import type { Page } from '../../../client/index.ts';
import { CurlLine } from '../../components/curl-line.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursorPages } from '../../components/pager.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { ApiKeyTable } from './api-key-table.tsx';
import { apiKeysQuery } from './api-keys.ts';

export function ApiKeysScreen() {
  const pages = useCursorPages('all');
  const apiKeys = useQuery(apiKeysQuery(pages.cursor));
  return (
    <>
      <PageHeader title="API keys">
        What programs work with in somebody’s name. A key never does more than its owner may, and ends by itself.
      </PageHeader>
      <Loaded query={apiKeys} skeleton={<TableSkeleton columns={5} rows={6} />}>
        {(page: Page<ApiKeyOfOwner>) =>
          page.items.length === 0 ? (
            <NoKeys />
          ) : (
            <>
              <ApiKeyTable apiKeys={page.items} hasOwners />
              <Pager pages={pages} nextCursor={page.nextCursor} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function NoKeys() {
  return (
    <EmptyState
      icon="key"
      title="No API keys yet"
      action={
        <a className="button" data-weight="primary" href="/accounts/#keys">
          Create one of your own
        </a>
      }
      command={
        <CurlLine
          method="POST"
          path="/v1/accounts/api-keys"
          body={{ name: 'Nightly backup', scopes: ['own.data.read'] }}
        />
      }
    >
      Everyone makes their own, on their account page. They are listed here, so that you can delete one that leaked.
    </EmptyState>
  );
}
