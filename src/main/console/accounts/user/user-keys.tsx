// The API keys of one user.
import { useQuery } from '@tanstack/react-query';
import type { ApiKeyOfOwner } from '../../../client/api-keys.ts';
import type { Page, User } from '../../../client/index.ts';
import { Loaded } from '../../components/loaded.tsx';
import { LinesSkeleton } from '../../components/skeleton.tsx';
import { ApiKeyTable } from '../api-keys/api-key-table.tsx';
import { apiKeysQuery } from '../api-keys/api-keys.ts';

export function UserKeys({ user }: { readonly user: User }) {
  const apiKeys = useQuery(apiKeysQuery(undefined, user.id));
  return (
    <section className="section">
      <h2>API keys</h2>
      <Loaded query={apiKeys} skeleton={<LinesSkeleton lines={1} />}>
        {({ items }: Page<ApiKeyOfOwner>) =>
          items.length === 0 ? <p className="soft">None.</p> : <ApiKeyTable apiKeys={items} />
        }
      </Loaded>
    </section>
  );
}
