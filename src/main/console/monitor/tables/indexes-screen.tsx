// The indexes of the database: how large, how used, and which of them only cost.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IndexView } from '../../../client/index.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { SelectField } from '../../components/field.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { TableSkeleton } from '../../components/skeleton.tsx';
import { arrangeIndexes, type IndexOrder, indexOrders } from './arrange-tables.ts';
import { Concerns } from './table-list.tsx';
import { hourlyWords, megabyteWords } from './table-words.ts';
import { indexesQuery } from './tables.ts';
import { LeftOut, TablesHead } from './tables-head.tsx';

export function IndexesScreen() {
  const indexes = useQuery(indexesQuery());
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<IndexOrder>('concerns');

  return (
    <>
      <TablesHead title="Indexes" at={indexes.data?.at} />
      <div className="toolbar">
        <SearchField label="Search by name, table or definition" value={search} onSearch={setSearch} />
        <SelectField
          label="Order"
          isLabelHidden
          options={indexOrders}
          value={order}
          onChange={(event) => setOrder(event.target.value as IndexOrder)}
        />
      </div>
      <Loaded query={indexes} skeleton={<TableSkeleton columns={4} rows={8} />}>
        {({ at, indexes: all, left }) => {
          if (at === null) return <p className="soft">Postgres has not answered yet. It is asked in a moment.</p>;
          const shown = arrangeIndexes(all, { search, order });
          if (shown.length === 0) return <NoIndex hasAny={all.length > 0} />;
          return (
            <>
              <DataTable
                label="Indexes"
                columns={columns}
                rows={shown}
                rowKey={({ name, schema }) => `${schema}.${name}`}
              />
              <LeftOut count={left} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

const columns: readonly Column<IndexView>[] = [
  {
    key: 'name',
    header: 'Index',
    cell: ({ concerns, definition, isUnique, isValid, name }) => (
      <div className="index-name">
        <span>
          {name}
          {isUnique && <span className="faint small"> unique</span>}
          {!isValid && <span className="index-invalid small"> not valid</span>}
        </span>
        <code className="index-definition">{definition}</code>
        <Concerns concerns={concerns} isOpen />
      </div>
    ),
  },
  {
    key: 'table',
    header: 'Table',
    isExtra: true,
    cell: ({ schema, table }) => (
      <>
        <span className="faint">{schema}.</span>
        {table}
      </>
    ),
  },
  { key: 'size', header: 'Size, MB', isNumber: true, isTight: true, cell: ({ bytes }) => megabyteWords(bytes) },
  {
    key: 'scans',
    header: 'Used, an hour',
    isNumber: true,
    isTight: true,
    cell: ({ scansPerHour }) => hourlyWords(scansPerHour),
  },
  {
    key: 'last',
    header: 'Last used',
    isTight: true,
    isExtra: true,
    cell: ({ lastUsedAt }) =>
      lastUsedAt ? <Moment at={lastUsedAt} isShort /> : <span className="faint">not seen</span>,
  },
];

function NoIndex({ hasAny }: { readonly hasAny: boolean }) {
  return hasAny ? (
    <EmptyState icon="search" title="No index matches">
      The search looks at names, tables and definitions.
    </EmptyState>
  ) : (
    <EmptyState icon="table" title="No indexes that this role may see">
      The database has none, or the role that looks may not know of them.
    </EmptyState>
  );
}
