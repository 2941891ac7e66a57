// One collection: its fields, the records of all owners, and its end.

import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Collection, OwnedRecord, Page } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { CurlLine } from '../components/curl-line.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Loaded } from '../components/loaded.tsx';
import { approximateWords } from '../components/number-words.ts';
import { PageHeader } from '../components/page-header.tsx';
import { Pager, useCursorPages } from '../components/pager.tsx';
import { LinesSkeleton, TableSkeleton } from '../components/skeleton.tsx';
import { AddFieldModal } from './add-field-modal.tsx';
import { collectionQuery, recordsQuery } from './collections.ts';
import { DeleteCollectionModal } from './delete-collection-modal.tsx';
import { FieldTable } from './field-table.tsx';
import { RecordTable } from './record-table.tsx';
import { exampleValues } from './value-words.ts';

export function CollectionScreen() {
  const { collection: name } = useParams({ from: '/frame/collections/$collection' });
  const collection = useQuery(collectionQuery(name));
  return (
    <Loaded query={collection} skeleton={<LinesSkeleton lines={6} />}>
      {(found: Collection) => <CollectionPage collection={found} />}
    </Loaded>
  );
}

function CollectionPage({ collection }: { readonly collection: Collection }) {
  const [isAdding, adding] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  return (
    <div className="collection-page">
      <PageHeader
        parent={<Link to="/collections">Collections</Link>}
        title={collection.name}
        actions={
          <>
            <Button icon="plus" onClick={adding.open}>
              Add a field
            </Button>
            <Button icon="trash" onClick={deleting.open}>
              Delete
            </Button>
          </>
        }
      >
        {approximateWords(collection.approximateCount)} {collection.approximateCount === 1 ? 'record' : 'records'}, of
        all owners
      </PageHeader>
      <section className="section">
        <h2>Fields</h2>
        <FieldTable fields={collection.fields} />
      </section>
      <Records collection={collection} />
      <AddFieldModal collection={collection} isOpen={isAdding} onClose={adding.close} />
      <DeleteCollectionModal collection={collection} isOpen={isDeleting} onClose={deleting.close} />
    </div>
  );
}

function Records({ collection }: { readonly collection: Collection }) {
  const { owner } = useSearch({ from: '/frame/collections/$collection' });
  const navigate = useNavigate({ from: '/collections/$collection' });
  const pages = useCursorPages(`${collection.name} ${owner ?? ''}`);
  const records = useQuery(recordsQuery({ collection: collection.name, ownerId: owner, cursor: pages.cursor }));
  return (
    <section className="section">
      <div className="section-head">
        <h2>Records</h2>
        {owner && (
          <Button weight="quiet" icon="close" onClick={() => void navigate({ search: {} })}>
            Only those of <code>{owner.slice(0, 8)}</code>
          </Button>
        )}
      </div>
      <Loaded query={records} skeleton={<TableSkeleton columns={4} rows={8} />}>
        {(page: Page<OwnedRecord>) =>
          page.items.length === 0 ? (
            <NoRecords collection={collection} />
          ) : (
            <>
              <RecordTable collection={collection} records={page.items} />
              <Pager pages={pages} nextCursor={page.nextCursor} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function NoRecords({ collection }: { readonly collection: Collection }) {
  return (
    <EmptyState
      icon="layers"
      title="No records yet"
      command={
        <CurlLine method="POST" path={`/v1/data/records/${collection.name}`} body={exampleValues(collection.fields)} />
      }
    >
      Records are made by your application’s users, each with their own session. The command makes one as whoever the
      token belongs to.
    </EmptyState>
  );
}
