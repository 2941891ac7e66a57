// The tables of the users' data.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Collection } from '../../client/index.ts';
import { CurlLine } from '../components/curl-line.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Icon } from '../components/icon.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { approximateWords } from '../components/number-words.ts';
import { PageHeader } from '../components/page-header.tsx';
import { TableSkeleton } from '../components/skeleton.tsx';
import { collectionsQuery } from './collections.ts';

export function CollectionsScreen() {
  const collections = useQuery(collectionsQuery());
  const isEmpty = collections.data?.length === 0;
  return (
    <>
      <PageHeader title="Collections" actions={!isEmpty && <NewCollectionLink />}>
        Tables of your users’ data. Each record belongs to one user, who alone can read and change it.
      </PageHeader>
      <Loaded query={collections} skeleton={<TableSkeleton columns={4} />}>
        {(list: readonly Collection[]) =>
          list.length === 0 ? (
            <NoCollections />
          ) : (
            <DataTable label="Collections" columns={columns} rows={list} rowKey={(collection) => collection.name} />
          )
        }
      </Loaded>
    </>
  );
}

function NewCollectionLink() {
  return (
    <Link to="/collections/new" className="button" data-weight="primary">
      <Icon name="plus" />
      Create a collection
    </Link>
  );
}

const columns: readonly Column<Collection>[] = [
  {
    key: 'name',
    header: 'Name',
    cell: ({ name }) => (
      <Link to="/collections/$collection" params={{ collection: name }}>
        {name}
      </Link>
    ),
  },
  {
    key: 'fields',
    header: 'Fields',
    isExtra: true,
    cell: ({ fields }) => <span className="soft">{fieldNames(fields.map((field) => field.name))}</span>,
  },
  {
    key: 'records',
    header: 'Records',
    isNumber: true,
    isTight: true,
    cell: ({ approximateCount }) => approximateWords(approximateCount),
  },
  {
    key: 'created',
    header: 'Created',
    isTight: true,
    isExtra: true,
    cell: ({ createdAt }) => <Moment at={createdAt} />,
  },
];

const NAMES_SHOWN = 5;

function fieldNames(names: readonly string[]): string {
  if (names.length === 0) return 'none yet';
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}

const example = {
  name: 'notes',
  fields: [
    { name: 'title', type: 'text', required: true },
    { name: 'done', type: 'boolean', indexed: true },
  ],
};

function NoCollections() {
  return (
    <EmptyState
      icon="layers"
      title="No collections yet"
      action={<NewCollectionLink />}
      command={<CurlLine method="POST" path="/v1/data/collections" body={example} />}
    >
      A collection is a Postgres table with typed columns and an owner for each row. Make one, and your application can
      store its users’ records over HTTP.
    </EmptyState>
  );
}
